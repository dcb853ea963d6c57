#pragma once

#include "config/options.hpp"

#include <libconfig.h++>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Reading libconfig's settings, where every mistake is told with its place and with what would be right.
namespace vouchsafe::config {

using libconfig::Setting;

/// File and line. libconfig names a file only for what an @include brought in.
std::string place_of(const Setting& at);

/// A mistake, with its place; caught in load().
class Mistake : public std::runtime_error {
 public:
  Mistake(const Setting& at, const std::string& what, const std::string& right)
      : std::runtime_error(place_of(at) + ": " + at.getPath() + ": " + what + "; " + right) {}
};

/// \return "a, b, c"
std::string joined(const std::vector<std::string>& names);

/// Each of these throws Mistake.
void only(const Setting& group, const std::vector<std::string>& known);

enum class Empty : std::uint8_t { wrong, possible };
std::string_view text_of(const Setting& setting, Empty empty = Empty::wrong);
bool boolean_of(const Setting& setting);
long long whole_number(const Setting& setting, const Range& range);

/// What the group has under the key, where it has it.
void read(const Setting& group, const char* key, std::string& value);
void read(const Setting& group, const char* key, bool& value);
/// \return nullptr where there is none
const Setting* group_at(const Setting& parent, const char* key);
const Setting* list_at(const Setting& parent, const char* key);

/// A Diameter identity, or "*.rest".
std::string read_host(const Setting& item, const char* key);
inline constexpr const char* host_pattern =
    "a Diameter identity (epcscf.ims.example), or *.rest for any host below rest";

}  // namespace vouchsafe::config
