#pragma once

#include "cx/context.hpp"
#include "cx/requests.hpp"
#include "domain/outbox_entry.hpp"
#include "ports/subscriber_store.hpp"

#include <optional>
#include <string>

namespace vouchsafe::cx {

/// PPR: the HSS tells the S-CSCF what has changed (TS 29.228, 6.2.2).
struct PushProfile {
  Impi impi;
  std::string user_data;  ///< complete for the implicit registration set; empty where it has not changed
  std::optional<Charging> charging{};
  std::optional<AuthDataItem> credentials{};  ///< SIP Digest
  std::optional<AllowedNames> allowed{};
};

/// Made of what the store holds now, so that a late one tells nothing that is out of date.
/// \param host the S-CSCF that it is for; \param view of the subscription, with grants and shared sets
/// \return nothing when the S-CSCF serves the subscription no more, or has learned it from an SAA; unavailable when the
/// profile or the credentials cannot be written
Result<std::optional<PushProfile>> push_profile(const ProfilePush& push, const std::string& host,
                                                const ports::ServedView& view, const CxContext& context);

}  // namespace vouchsafe::cx
