#include "metrics/metrics.hpp"

#include <chrono>
#include <utility>

namespace vouchsafe::metrics {
namespace {

const auto started_at = std::chrono::system_clock::now();

void collect_build(Families& out) {
  using Seconds = std::chrono::duration<double>;
  Family::gauge("vouchsafe_build_info", "Which version runs. Always 1.")
      .add({{"version", VOUCHSAFE_VERSION}}, 1)
      .to(out);
  Family::gauge("vouchsafe_start_time_seconds", "When the HSS was started, in seconds since 1970.")
      .add({}, std::chrono::duration_cast<Seconds>(started_at.time_since_epoch()).count())
      .to(out);
}

}  // namespace

void Metrics::read_by(Read read) {
  const std::lock_guard lock(mutex_);
  read_ = std::move(read);
}

void Metrics::collect_state(Families& out) const {
  const std::lock_guard lock(mutex_);
  if (!read_) return;
  const State state = read_();
  decisions_.add(state.authorizers);
  collect(state, out);
}

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  Families out;
  const auto attempt = [&](const auto& step) {
    try {
      step();
    } catch (const std::exception&) {
      return;  // above is the HTTP server's C: a scrape that lacks something is the lesser evil
    }
  };
  attempt([&] { collect_build(out); });
  attempt([&] { collect_state(out); });
  attempt([&] { decisions_.collect(out); });
  attempt([&] { answers_.collect(out); });
  attempt([&] { occurrences_.collect(out); });
  return out;
}

}  // namespace vouchsafe::metrics
