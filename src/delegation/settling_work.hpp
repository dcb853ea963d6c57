#pragma once

#include "delegation/outbox_options.hpp"
#include "delegation/outbox_steps.hpp"
#include "ports/clock.hpp"
#include "ports/committer.hpp"

#include <functional>
#include <memory>

namespace vouchsafe::delegation {

/// Writes down what a reply does to a message's row and to what the message was about (TS 29.228, 6.1.3 and 6.2.2; TS
/// 29.328, 6.1.4). \param when_settled hears of it when it is on disk, or cannot be written
std::unique_ptr<ports::Work> settling_work(OutboxEntry message, ports::Reply reply, const OutboxOptions& options,
                                           const ports::Clock& clock, std::function<void(Settlement)> when_settled);

}  // namespace vouchsafe::delegation
