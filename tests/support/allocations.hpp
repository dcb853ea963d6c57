#pragma once

#include <cstdint>

namespace vouchsafe::testing {

/// How often memory was taken since it was made, by this thread. Needs support/allocations.cpp in the program, which
/// puts an operator new in the place of the library's; under a sanitizer nothing is counted.
class Allocations {
 public:
  Allocations() : before_(count()) {}
  [[nodiscard]] std::uint64_t since() const { return count() - before_; }

 private:
  static std::uint64_t count();
  std::uint64_t before_;
};

}  // namespace vouchsafe::testing
