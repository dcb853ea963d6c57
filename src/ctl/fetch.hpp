#pragma once

#include <string>

namespace vouchsafe::ctl {

/// Fetches what an https URL leads to, by a server that a certificate authority of the machine vouches for: no other
/// scheme, no redirection, at most 1 MiB, in at most 20 s. The HSS itself fetches nothing.
/// \param ca_file certificates to trust instead of the machine's; empty: those. Throws Failure
std::string fetch(const std::string& url, const std::string& ca_file);

}  // namespace vouchsafe::ctl
