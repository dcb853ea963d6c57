#pragma once

#include "domain/result.hpp"
#include "metrics/metrics.hpp"

#include <memory>
#include <string>

namespace prometheus {
class Exposer;
}

namespace vouchsafe::metrics {

/// Answers GET /metrics over HTTP, in Prometheus' text format, on threads of its own. Everything else is 404.
class Exporter {
 public:
  /// \param address an IPv4 address and a port: 127.0.0.1:9464
  /// \return unavailable with why nobody can listen there
  static Result<std::unique_ptr<Exporter>> start(const std::string& address, std::shared_ptr<Metrics> metrics);
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

 private:
  Exporter(std::unique_ptr<prometheus::Exposer> exposer, std::shared_ptr<Metrics> metrics);
  std::shared_ptr<Metrics> metrics_;  ///< the exposer itself does not hold it
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace vouchsafe::metrics
