#include "metrics/families.hpp"

#include <limits>

namespace vouchsafe::metrics {

Family& Family::add(Labels labels, double value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  metric.gauge.value = value;
  family_.metric.push_back(std::move(metric));
  return *this;
}

Family& Family::add(Labels labels, const std::vector<double>& bounds, const std::vector<std::uint64_t>& counts,
                    double sum) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    so_far += counts[i];
    metric.histogram.bucket.push_back(
        {so_far, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
  }
  metric.histogram.sample_count = so_far;
  metric.histogram.sample_sum = sum;
  family_.metric.push_back(std::move(metric));
  return *this;
}

}  // namespace vouchsafe::metrics
