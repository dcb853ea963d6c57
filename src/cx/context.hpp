#pragma once

#include "domain/features.hpp"
#include "domain/policy.hpp"
#include "ports/authentication.hpp"
#include "ports/clock.hpp"
#include "ports/profile_writer.hpp"
#include "ports/throttles.hpp"
#include "ports/token_checker.hpp"
#include "ports/vouchings.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

namespace vouchsafe::cx {

/// What may change while the daemon runs.
struct Settings {
  Policy policy;
  std::uint32_t max_vectors = 5;                ///< most vectors that one MAR gets, whatever it asks for
  std::chrono::seconds challenge_lifetime{60};  ///< how long a registration may rest on an answered MAR
};

/// The settings in force. Reading takes no lock but the first time after a change, each thread for itself; what was
/// replaced goes when the last who asked for it has asked again.
class LiveSettings {
 public:
  explicit LiveSettings(Settings first) { replace(std::move(first)); }
  /// \return the settings, which stay as they are for as long as they are held
  [[nodiscard]] std::shared_ptr<const Settings> get() const {
    thread_local Version mine;
    if (mine.number != number_.load(std::memory_order_acquire)) {
      const std::lock_guard lock(mutex_);
      // Its own copy: threads that count holders in one place wait for each other at every request.
      mine = {current_.number, std::make_shared<const Settings>(*current_.settings)};
    }
    return mine.settings;
  }
  void replace(Settings next) {
    static std::atomic<std::uint64_t> last{0};  // no two settings of a process have one number
    auto made = std::make_shared<const Settings>(std::move(next));
    const std::lock_guard lock(mutex_);
    current_ = {++last, std::move(made)};
    number_.store(current_.number, std::memory_order_release);
  }

 private:
  struct Version {
    std::uint64_t number = 0;
    std::shared_ptr<const Settings> settings;
  };
  mutable std::mutex mutex_;
  Version current_;
  std::atomic<std::uint64_t> number_{0};
};

/// What the procedures stand on. All of it outlives them.
struct CxContext {
  ports::Vouchings& vouchings;
  const ports::AuthenticationCentre& authentication;
  const ports::ProfileWriter& profiles;
  const ports::Clock& clock;
  const LiveSettings& settings;
  ports::TokenChecker& tokens;
  ports::Throttles& throttles;
  Features supported;
};

}  // namespace vouchsafe::cx
