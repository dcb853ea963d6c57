#pragma once

#include "delegation/outbox_options.hpp"
#include "delegation/outbox_steps.hpp"
#include "domain/policy.hpp"
#include "ports/clock.hpp"
#include "ports/committer.hpp"
#include "ports/events.hpp"
#include "ports/log.hpp"
#include "ports/outbox.hpp"

#include <functional>
#include <optional>

namespace vouchsafe::delegation {

/// What the dispatcher stands on. All of it outlives the dispatcher.
struct OutboxPorts {
  const ports::Outbox& outbox;
  ports::Committer& committer;
  ports::Messenger& messenger;
  const ports::Clock& clock;
  ports::Log& log;
  ports::Publisher& events;
  PolicyInForce policy;
};

/// Does what the plan says, by the ports: reads, writes, sends and tells. Keeps nothing.
class OutboxExecutor {
 public:
  /// \param replies hears what is answered; \param later is given what became of a write, on another thread
  OutboxExecutor(const OutboxPorts& ports, const OutboxOptions& options, ports::Replies& replies,
                 std::function<void(Event&&)> later)
      : ports_(ports), options_(options), replies_(replies), later_(std::move(later)) {}

  /// \return the event that it brought at once; nothing where that comes later, or a read failed
  std::optional<Event> perform(const Action& action);

 private:
  struct Performing;
  OutboxPorts ports_;
  OutboxOptions options_;
  ports::Replies& replies_;
  std::function<void(Event&&)> later_;
};

}  // namespace vouchsafe::delegation
