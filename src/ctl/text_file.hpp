#pragma once

#include <string>

namespace vouchsafe::ctl {

/// \param path "-": standard input \return the text, of at most 1 MiB. Throws Failure
std::string read_text(const std::string& path);

}  // namespace vouchsafe::ctl
