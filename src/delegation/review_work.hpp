#pragma once

#include "delegation/outbox_steps.hpp"
#include "domain/policy.hpp"
#include "ports/clock.hpp"
#include "ports/committer.hpp"

#include <functional>
#include <memory>

namespace vouchsafe::delegation {

using WhenStored = std::function<void(Stored)>;

/// Reviews subscriptions, and takes away the row that asked for it, or moves its cursor on.
std::unique_ptr<ports::Work> review_work(action::Review review, PolicyInForce policy, const ports::Clock& clock,
                                         WhenStored when_stored);

/// Writes a review down.
std::unique_ptr<ports::Work> append_work(OutboxEntry review, WhenStored when_stored);

}  // namespace vouchsafe::delegation
