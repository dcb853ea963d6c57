#include "metrics/exporter.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace vouchsafe::metrics {
namespace {

sockaddr_in socket_address(const std::string& address) {
  const auto colon = address.rfind(':');
  std::uint16_t port = 0;
  std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  (void)::inet_pton(AF_INET, address.substr(0, colon).c_str(), &out.sin_addr);
  return out;
}

/// The HTTP server does not say why it cannot listen. \return why; empty: it can
std::string why_not(const std::string& address) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  (void)::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in at = socket_address(address);
  const bool bound = ::bind(probe, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 && ::listen(probe, 1) == 0;
  std::string out = bound ? "" : std::strerror(errno);
  ::close(probe);
  return out;
}

/// One thread can be held up by somebody who asks and does not read; the other still serves.
std::unique_ptr<prometheus::Exposer> listen_on(const std::string& address) {
  return std::make_unique<prometheus::Exposer>(
      std::vector<std::string>{"listening_ports", address, "num_threads", "2", "request_timeout_ms", "5000"});
}

}  // namespace

Exporter::Exporter(std::unique_ptr<prometheus::Exposer> exposer, std::shared_ptr<Metrics> metrics)
    : metrics_(std::move(metrics)), exposer_(std::move(exposer)) {
  exposer_->RegisterCollectable(metrics_);
}

Exporter::~Exporter() = default;

Result<std::unique_ptr<Exporter>> Exporter::start(const std::string& address, std::shared_ptr<Metrics> metrics) {
  if (const std::string why = why_not(address); !why.empty()) return unavailable(why);
  try {
    return std::unique_ptr<Exporter>(new Exporter(listen_on(address), std::move(metrics)));
  } catch (const std::exception& e) {
    return unavailable(e.what());
  }
}

}  // namespace vouchsafe::metrics
