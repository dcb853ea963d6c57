#pragma once

#include <chrono>
#include <cstddef>

namespace vouchsafe::delegation {

/// How the outbox is worked off. The defaults are the shipped configuration's.
struct OutboxOptions {
  std::size_t window = 32;                      ///< messages to one host that wait for their answers
  std::size_t rate = 500;                       ///< messages to one host in a second
  int tries = 8;                                ///< without success; then a message is given up
  std::chrono::milliseconds first_retry{1000};  ///< twice as long after each try
  std::chrono::milliseconds longest_retry{300'000};
  std::chrono::hours keep{24};                ///< a message that is older is given up
  std::size_t review_batch = 8;               ///< subscriptions looked at in one transaction
  std::chrono::milliseconds review_pause{6};  ///< between two batches of a review of many
  std::chrono::milliseconds poll{20};         ///< how often is looked for what other processes wrote
};

}  // namespace vouchsafe::delegation
