#pragma once

#include "delegation/token_bucket.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace vouchsafe::delegation {

/// How many signatures each client may have verified: a bucket that fills at a rate, and holds a second's worth. Forged
/// tokens cost a verification each, and one client's must not take the time of the others. Safe from many threads at
/// once.
class VerificationBudget {
 public:
  /// \param rate in a second \return whether there was one left
  bool take(std::string_view client, std::uint32_t rate, std::chrono::milliseconds now);

 private:
  void make_room(std::chrono::milliseconds now);

  std::mutex mutex_;
  std::map<std::string, TokenBucket, std::less<>> buckets_;
};

}  // namespace vouchsafe::delegation
