#pragma once

#include "domain/decide.hpp"
#include "domain/outbox_entry.hpp"
#include "domain/result_code.hpp"
#include "domain/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vouchsafe::ports {

/// A decision that was about a vouching, or refused something, or let something pass because a check is monitored.
struct Decided {
  std::string impi;
  std::string impu;
  std::string authorizer;  ///< who vouched; empty: nobody
  Decision decision;
  bool remembered = false;  ///< the vouching was made by an earlier request, and was counted then
};

/// A rule of the operator's looks at an authorizer, or a client, differently now.
struct RuleTurned {
  enum class To : std::uint8_t { fired, over };
  To to = To::fired;
  std::string rule;
  std::string_view of;  ///< of constants: "authorizers" or "clients"
  std::string subject;  ///< the authorizer or the client
  std::string_view signal;
  std::string_view action;
  bool dry_run = false;
  std::uint64_t count = 0;  ///< what the signal came to
  std::uint64_t threshold = 0;
  std::chrono::seconds window{0};
  std::vector<std::string> impus{};  ///< some of whom it was about
};

/// Somebody changed a subscription's data over Sh.
struct Provisioned {
  std::string_view what;  ///< of constants: "grants replaced"
  std::string impu;
  std::string detail;  ///< what holds now
};

/// The configuration was read, and is in force.
struct ConfigurationLoaded {
  enum class When : std::uint8_t { at_start, at_reload };
  When when = When::at_start;
  std::string file;
  std::vector<std::string> not_enforced;  ///< the checks that it only monitors, and for whom: a line each
  std::string decisions;                  ///< what was counted since the start
  std::string outbox;
};
/// It was read again and has a mistake: what was in force still is.
struct ConfigurationRefused {
  std::string file;
  std::string mistake;
};

/// A message that freeDiameter could not parse, route or send, or had nobody to give it to.
struct MessageLost {
  std::string what;  ///< the command, as well as it can be told
  std::string peer;
  std::string why;
};

/// A peer's capabilities were accepted.
struct PeerConnected {
  std::string peer;
  std::string transport;
  std::string product;  ///< as it calls itself
};
/// A connection came to nothing: the capabilities exchange did not succeed.
struct PeerRefused {
  std::string peer;  ///< as it calls itself, where nobody knows better
  std::string why;
};
/// The connection of a peer that was connected broke. (freeDiameter tells nobody of one that takes its leave by a DPR.)
struct PeerLost {
  std::string peer;
  std::string why;
};

/// The outbox owes a message no longer, and the database says so.
struct OutboxSettled {
  enum class How : std::uint8_t {
    acknowledged,  ///< answered with success, or as one that concerns nobody there
    not_sent,      ///< overtaken by a later change, or the other side may not hear of it any more
    given_up,      ///< without success after as many tries, or in as long, as the configuration allows
  };
  How how = How::acknowledged;
  OutboxEntry entry;  ///< its `error` is the last reply
};
/// There is no way to a host that something is owed to.
struct HostUnreachable {
  std::string host;
  std::string why;
};
struct HostReachable {
  std::string host;
};

/// Somebody set the time of day.
struct ClockStepped {
  std::chrono::seconds by;
};

/// The database cannot be used: told once, and not once a request.
struct StoreDown {
  std::string why;
};
struct StoreUp {};

/// What has happened, for those who log, count and report.
using Event = std::variant<Decided, RuleTurned, Provisioned, ConfigurationLoaded, ConfigurationRefused, MessageLost,
                           PeerConnected, PeerRefused, PeerLost, OutboxSettled, HostUnreachable, HostReachable,
                           ClockStepped, StoreDown, StoreUp>;
using Events = std::vector<Event>;

/// The request that an event came of, and its answer. The views live as long as the call.
struct Exchange {
  std::string_view command;  ///< UAR, MAR or SAR
  std::string_view session;  ///< Session-Id
  std::string_view client;   ///< Origin-Host of who asked, as the connection proved it
  std::string_view peer;     ///< the connection's other end: the client, or its agent
  ResultCode result;         ///< that was answered
};

/// When an event happened, and of what.
struct Occasion {
  Time time;
  const Exchange* exchange = nullptr;  ///< nullptr: of no request. Lives as long as the call
};

/// Hears of events when they are facts: what they tell is committed, and the answer is made. Safe from many
/// threads at once; must not throw.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void happened(const Event& event, const Occasion& occasion) noexcept = 0;
};

/// Where whoever knows of an event tells it, once it is a fact. Safe from many threads at once; never throws.
class Publisher {
 public:
  virtual ~Publisher() = default;
  void publish(const Event& event) noexcept { tell(event, nullptr); }
  void publish(const Event& event, const Exchange& exchange) noexcept { tell(event, &exchange); }

 private:
  virtual void tell(const Event& event, const Exchange* exchange) noexcept = 0;
};

}  // namespace vouchsafe::ports
