#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace vouchsafe::metrics {

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<prometheus::ClientMetric::Label>;

/// What a scrape is answered with: the metrics under one name, in the making. The help is a sentence with the unit.
class Family {
 public:
  static Family counter(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Counter};
  }
  static Family gauge(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Gauge};
  }
  static Family histogram(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Histogram};
  }

  /// A series of a counter or a gauge.
  Family& add(Labels labels, double value);
  /// \param counts of each bucket by itself, with what is above the last bound at the end \param sum of all that was
  /// observed, in the bounds' unit
  Family& add(Labels labels, const std::vector<double>& bounds, const std::vector<std::uint64_t>& counts, double sum);
  void to(Families& out) { out.push_back(std::move(family_)); }

 private:
  Family(std::string name, std::string help, prometheus::MetricType type)
      : family_{std::move(name), std::move(help), type, {}} {}
  prometheus::MetricFamily family_;
};

}  // namespace vouchsafe::metrics
