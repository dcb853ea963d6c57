#pragma once

#include "domain/decide.hpp"

#include <string_view>

namespace vouchsafe::ports {

/// One decision, for those who count and report.
struct DecisionRecord {
  std::string_view command;  ///< UAR, MAR or SAR
  const Speaker& speaker;    ///< who asked
  const Question& question;
  const Decision& decision;
};

/// Hears of every decision that was about a vouching, or refused something. Safe from many threads at once; must not
/// throw.
class DecisionSink {
 public:
  virtual ~DecisionSink() = default;
  virtual void decided(const DecisionRecord& record) noexcept = 0;
};

}  // namespace vouchsafe::ports
