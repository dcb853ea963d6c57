#pragma once

#include <cstdlib>
#include <string>

namespace vouchsafe::testing {

/// A library that the daemons started meanwhile load before freeDiameter's, beside what a sanitizer needs there.
class Preloaded {
 public:
  explicit Preloaded(const std::string& library) : before_(std::getenv(name)) {
    if (before_ != nullptr) kept_ = before_;
    ::setenv(name, (before_ == nullptr ? library : kept_ + ":" + library).c_str(), 1);
  }
  ~Preloaded() {
    if (before_ == nullptr)
      ::unsetenv(name);
    else
      ::setenv(name, kept_.c_str(), 1);
  }
  Preloaded(const Preloaded&) = delete;
  Preloaded& operator=(const Preloaded&) = delete;

 private:
  static constexpr const char* name = "VOUCHSAFE_DAEMON_PRELOAD";
  const char* before_;
  std::string kept_;
};

}  // namespace vouchsafe::testing
