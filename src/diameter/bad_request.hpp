#pragma once

#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "diameter/read.hpp"
#include "domain/result_code.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <utility>

namespace vouchsafe::diameter {

/// A request that cannot become a procedure's struct, and the AVP that it fails on. Views: they live as long as the
/// message.
struct BadRequest {
  ResultCode code;
  avp* offender = nullptr;       ///< the AVP to copy into Failed-AVP
  avp* group = nullptr;          ///< the grouped AVP that holds it
  std::optional<Avp> missing{};  ///< or the one that is not there
  std::string what{};            ///< for the log
  std::string text{};            ///< the offending value, for the log
};

template <class T>
using Parsed = tl::expected<T, BadRequest>;

inline tl::unexpected<BadRequest> missing(Avp avp) {
  BadRequest bad{result::missing_avp};
  bad.missing = avp;
  return tl::unexpected<BadRequest>(std::move(bad));
}

inline tl::unexpected<BadRequest> invalid(const AvpView& avp, std::string what) {
  return tl::unexpected<BadRequest>(
      BadRequest{result::invalid_avp_value, avp.handle(), avp.group(), std::nullopt, std::move(what), avp.shown()});
}

/// What `parse` makes of an AVP that may be absent.
template <class T>
Parsed<std::optional<T>> optionally(const AvpView& avp, Parsed<T> (*parse)(const AvpView&)) {
  if (!avp) return std::optional<T>{};
  auto parsed = parse(avp);
  if (!parsed) return tl::unexpected<BadRequest>(std::move(parsed.error()));
  return std::optional<T>(std::move(*parsed));
}

/// An AVP that must be there.
inline Parsed<AvpView> required(const AvpView& avp) {
  if (!avp) return missing(avp.which());
  return avp;
}

/// An identity of any kind, in normal form.
template <class T>
Parsed<T> identity(const AvpView& avp) {
  if (!avp) return missing(avp.which());
  auto parsed = T::parse(avp.text());
  if (!parsed) return invalid(avp, parsed.error().detail);
  return std::move(*parsed);
}

/// An Enumerated, with one of the values that the dictionary's rows know.
template <class T>
Parsed<T> enumerated(const AvpView& avp) {
  if (!avp) return missing(avp.which());
  if (!is_value(avp.which(), avp.number())) return invalid(avp, "the value is out of range");
  return static_cast<T>(avp.number());
}

/// The answer to it, with Failed-AVP. Takes the query.
OwnedMessage answer_to(OwnedMessage&& query, const BadRequest& bad, Application application,
                       const Dictionary& dictionary);

}  // namespace vouchsafe::diameter

// NOLINTBEGIN(cppcoreguidelines-macro-usage): the early return is the point
#define VOUCHSAFE_TRY(variable, expression)                                     \
  auto variable##_or = (expression);                                            \
  if (!variable##_or) return tl::unexpected<BadRequest>(variable##_or.error()); \
  auto& variable = *variable##_or
// NOLINTEND(cppcoreguidelines-macro-usage)
