#include "delegation/outbox_notices.hpp"

#include <cstdlib>

namespace vouchsafe::delegation {
namespace {

namespace message = ports::message;

struct Writing {
  ports::Log& log;
  void operator()(const GivenUp& n) const {
    const OutboxEntry& m = n.message;
    log.write(message::message_given_up{.command = name_of(m.body),
                                        .subject = subject_of(m.body),
                                        .host = m.host,
                                        .cause = m.cause,
                                        .error = m.error,
                                        .entry = m.id});
  }
  void operator()(const HostUnreachable& n) const {
    log.write(message::host_unreachable{.host = n.host, .why = n.why});
  }
  void operator()(const HostReachable& n) const { log.write(message::host_reachable{.host = n.host}); }
  void operator()(const ClockStepped& n) const {
    log.write(
        message::clock_stepped{.direction = n.by.count() > 0 ? "forward" : "back", .seconds = std::abs(n.by.count())});
  }
};

}  // namespace

void write(ports::Log& log, const Notice& notice) { std::visit(Writing{log}, notice); }

}  // namespace vouchsafe::delegation
