#pragma once

#include "domain/decide.hpp"
#include "domain/result_code.hpp"

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
};

/// What has happened, for those who log, count and report.
using Event = std::variant<Decided>;
using Events = std::vector<Event>;

/// The request that an event came of, and its answer. The views live as long as the call.
struct Occasion {
  std::string_view command;  ///< UAR, MAR or SAR
  std::string session;       ///< Session-Id
  std::string_view client;   ///< Origin-Host of who asked, as the connection proved it
  std::string_view peer;     ///< the connection's other end: the client, or its agent
  ResultCode result;         ///< that was answered
};

/// Hears of events when they are facts: what they tell is committed, and the answer is made. Safe from many
/// threads at once; must not throw.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void happened(const Event& event, const Occasion& occasion) noexcept = 0;
};

}  // namespace vouchsafe::ports
