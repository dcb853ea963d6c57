#include "delegation/outbox_notices.hpp"

#include <cstdlib>

namespace vouchsafe::delegation {
namespace {

using ports::Message;

struct Writing {
  ports::Log& log;
  void operator()(const GivenUp& n) const {
    const OutboxEntry& m = n.message;
    log.write(Message::message_given_up,
              {name_of(m.body), subject_of(m.body), m.host, m.cause, m.error, std::to_string(m.id)});
  }
  void operator()(const HostUnreachable& n) const { log.write(Message::host_unreachable, {n.host, n.why}); }
  void operator()(const HostReachable& n) const { log.write(Message::host_reachable, {n.host}); }
  void operator()(const ClockStepped& n) const {
    log.write(Message::clock_stepped, {n.by.count() > 0 ? "forward" : "back", std::to_string(std::abs(n.by.count()))});
  }
};

}  // namespace

void write(ports::Log& log, const Notice& notice) { std::visit(Writing{log}, notice); }

}  // namespace vouchsafe::delegation
