#pragma once

#include "domain/features.hpp"
#include "domain/policy.hpp"
#include "ports/authentication.hpp"
#include "ports/clock.hpp"
#include "ports/profile_writer.hpp"
#include "ports/vouchings.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace vouchsafe::cx {

/// What may change while the daemon runs.
struct Settings {
  Policy policy;
  std::uint32_t max_vectors = 5;                ///< most vectors that one MAR gets, whatever it asks for
  std::chrono::seconds challenge_lifetime{60};  ///< how long a registration may rest on an answered MAR
};

/// The settings in force. Reading takes no lock; what was replaced stays alive, as a handler may still look at it.
class LiveSettings {
 public:
  explicit LiveSettings(Settings first) { replace(std::move(first)); }
  [[nodiscard]] const Settings& get() const { return *current_.load(std::memory_order_acquire); }
  void replace(Settings next) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::make_unique<const Settings>(std::move(next)));
    current_.store(all_.back().get(), std::memory_order_release);
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<const Settings>> all_;
  std::atomic<const Settings*> current_{nullptr};
};

/// What the procedures stand on. All of it outlives them.
struct Context {
  ports::Vouchings& vouchings;
  const ports::AuthenticationCentre& authentication;
  const ports::ProfileWriter& profiles;
  const ports::Clock& clock;
  const LiveSettings& settings;
  Features supported;
};

}  // namespace vouchsafe::cx
