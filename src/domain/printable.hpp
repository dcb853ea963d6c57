#pragma once

#include <string>
#include <string_view>

namespace vouchsafe {

/// A line for a terminal or a log that may hold what others chose: printable UTF-8 as it is; control characters, the
/// marks that turn the direction of writing or end a line, and what is no UTF-8 as \xNN. Nothing is cut.
std::string printable(std::string_view octets);

}  // namespace vouchsafe
