#pragma once

#include "domain/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::diameter {

/// A line of freeDiameter.conf that says where to listen, or that another file goes on with it.
struct ListenDirective {
  enum class Kind { listen_on, include };
  Kind kind;
  std::string value;  ///< an address, or the pattern of files to include
  std::size_t line;   ///< where it begins, from 1
};

/// Finds the ListenOn and include directives of a configuration, by the rules of freeDiameter's own scanner: comments
/// run from # to the end of a line, a text stands between double quotes on one line, a directive may take several.
/// \return malformed with "line N: ..." for a ListenOn or include that is not complete
Result<std::vector<ListenDirective>> listen_directives(std::string_view text);

/// Gives the core back the addresses that its configuration names and that it drops without a word: loopback,
/// unspecified and link-local ones. With none left it would listen on every address. To be called before the core
/// starts its servers.
/// \return malformed with file and line for an address that is none, or that No_IP or No_IPv6 excludes
Result<void> listen_where_configured();

}  // namespace vouchsafe::diameter
