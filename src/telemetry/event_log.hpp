#pragma once

#include "ports/events.hpp"
#include "ports/log.hpp"

namespace vouchsafe::telemetry {

/// Writes the log's lines about events. Of most that go well there is none.
class EventLog : public ports::EventSink {
 public:
  explicit EventLog(ports::Log& log) : log_(log) {}
  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override;

 private:
  ports::Log& log_;
};

}  // namespace vouchsafe::telemetry
