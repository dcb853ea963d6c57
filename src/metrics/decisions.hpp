#pragma once

#include "metrics/authorizer_table.hpp"
#include "metrics/families.hpp"
#include "ports/events.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::metrics {

/// Counts decisions by authorizer and reason. An authorizer has a label of its own where the operator's registry knows
/// it, and up to AuthorizerTable::most have one: whatever names come over the wire, the number of series is bounded.
/// Decisions about others are counted under "unknown" and "other", those about nobody's vouching under "none".
class Decisions : public ports::EventSink {
 public:
  /// Whether the registry knows an authorizer, by its name in normal form. By many threads at once.
  using Known = std::function<bool(std::string_view name)>;

  /// To be called before the first decision.
  void known_by(Known known) { known_ = std::move(known); }
  /// Gives authorizers that are in the registry their series before anything is decided about them: what first happens
  /// to a series that is not there is no rise of it.
  void add(const std::vector<std::string>& registered);
  void happened(const ports::Event& event, const ports::Occasion& occasion) noexcept override;
  void collect(Families& out) const;

 private:
  /// \return whether it is a label that many share
  [[nodiscard]] bool is_shared(std::string_view name) const noexcept;
  [[nodiscard]] AuthorizerCounts& counts_of(std::string_view name) noexcept;
  template <class Each>
  void for_each(Each each) const;

  Known known_;
  AuthorizerTable table_;
  AuthorizerCounts none_{"none"};
  AuthorizerCounts unknown_{"unknown"};
  AuthorizerCounts other_{"other"};
};

}  // namespace vouchsafe::metrics
