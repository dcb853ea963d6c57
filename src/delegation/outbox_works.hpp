#pragma once

#include "domain/policy.hpp"
#include "ports/clock.hpp"
#include "ports/committer.hpp"
#include "ports/messenger.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace vouchsafe::delegation {

/// How debts are paid. The defaults are the shipped configuration's.
struct OutboxOptions {
  std::size_t window = 32;                      ///< messages to one host that wait for their answers
  std::size_t rate = 500;                       ///< messages to one host in a second
  int tries = 8;                                ///< without success; then the debt is given up
  std::chrono::milliseconds first_retry{1000};  ///< twice as long after each try
  std::chrono::milliseconds longest_retry{300'000};
  std::chrono::hours keep{24};                ///< a debt that is older is given up
  std::size_t review_batch = 8;               ///< subscriptions looked at in one transaction
  std::chrono::milliseconds review_pause{6};  ///< between two batches of an authorizer's review
  std::chrono::milliseconds poll{20};         ///< how often is looked for what other processes wrote
};

using Done = std::function<void(const Result<void>&)>;

/// Reviews subscriptions, and pays or moves on the debt that asked for it. \param debt a review, or an authorizer's
/// with its new cursor; \param last nothing is left of an authorizer's review
std::unique_ptr<ports::Work> review_work(Debt debt, std::vector<std::int64_t> subscriptions, bool last,
                                         std::function<const Policy&()> policy, const ports::Clock& clock, Done done);

/// Writes down what is owed.
std::unique_ptr<ports::Work> owing_work(Debt debt, Done done);

/// What a reply does to a debt and to what it was about (TS 29.228, 6.1.3 and 6.2.2; TS 29.328, 6.1.4).
/// \param given_up set before `done` is called, when the debt was given up
std::unique_ptr<ports::Work> settling_work(Debt debt, ports::Reply reply, const OutboxOptions& options,
                                           const ports::Clock& clock, std::shared_ptr<bool> given_up, Done done);

}  // namespace vouchsafe::delegation
