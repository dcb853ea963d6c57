#pragma once

#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "diameter/read.hpp"
#include "diameter/write.hpp"
#include "domain/features.hpp"
#include "domain/result_code.hpp"

#include <optional>

namespace vouchsafe::diameter {

/// The query becomes the answer, which owns it from then on: protocol errors carry the E bit (RFC 6733, 7.1.3). Throws
/// FdError, and leaves the query then.
void make_answer(OwnedMessage& message, ResultCode code);

/// What every message of the two applications has: Vendor-Specific-Application-Id, Auth-Session-State, and the origin.
void add_header(AvpWriter& out, msg* message, Application application);
/// The header, and Result-Code or Experimental-Result.
void add_common(AvpWriter& out, msg* answer, Application application, ResultCode code);
/// Failed-AVP with what the query of this answer held, or with an example where it held none.
/// \param group the grouped AVP that it belongs into; nothing for an AVP of the message itself
void add_offender(AvpWriter& out, msg* answer, Avp offender, std::optional<Avp> group = {});
/// Supported-Features, one for each list.
void add_features(AvpWriter& out, const Features& features);

}  // namespace vouchsafe::diameter
