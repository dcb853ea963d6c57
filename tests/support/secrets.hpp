#pragma once

#include "client/wire.hpp"

#include <filesystem>
#include <string>

// What tests/checks/secrets looks at when the suite has run: in BUILD/tests/logs, the logs of all daemons, and in its
// file `secrets` everything that must be in none of them, one a line, in hexadecimal digits.
namespace vouchsafe::testing {

/// Notes the authentication data of a MAA or PPR: XRES or AUTS, CK, IK, and the digest HA1.
void note_secrets(const client::Message& message);
/// Notes every K, OPc and HA1 in the text of import or update lines.
void note_secrets_in(const std::string& lines);
/// Keeps a daemon's log, after those of the daemons before it.
void keep_log(const std::string& text);

}  // namespace vouchsafe::testing
