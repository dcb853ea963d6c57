#pragma once

#include "ports/events.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vouchsafe::telemetry {

/// How a subscriber's identity is written: as it is, or as a keyed hash of it.
using IdentityWriter = std::function<std::string(std::string_view identity)>;

/// \param accepted whether an accepted vouching has a record too
/// \return what the audit log says of an event: what happened, when, who did it (Origin-Host and peer) and why; nothing
/// of one that it does not hold
std::optional<nlohmann::ordered_json> audit_record(const ports::Event& event, const ports::Occasion& occasion,
                                                   const IdentityWriter& identity, bool accepted);

}  // namespace vouchsafe::telemetry
