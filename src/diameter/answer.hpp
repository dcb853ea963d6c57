#pragma once

#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "diameter/write.hpp"
#include "domain/features.hpp"
#include "domain/result_code.hpp"

namespace vouchsafe::diameter {

/// The query becomes the answer, which owns it from then on: protocol errors carry the E bit (RFC 6733, 7.1.3).
OwnedMessage answer_from(OwnedMessage query, ResultCode code);

/// The first AVP of that kind directly in a message; nullptr where there is none.
avp* find_in_message(msg* message, const Dictionary& dictionary, Avp wanted);

/// What every message of the two applications has: Vendor-Specific-Application-Id, Auth-Session-State, and the origin.
void add_header(AvpWriter& out, msg* message, Application application);
/// The header, and Result-Code or Experimental-Result.
void add_common(AvpWriter& out, msg* answer, Application application, ResultCode code);
/// Supported-Features, one for each list.
void add_features(AvpWriter& out, const Features& features);

}  // namespace vouchsafe::diameter
