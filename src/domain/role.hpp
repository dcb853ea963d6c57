#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe {

/// What a Diameter client of the HSS is; the rows of dict/roles.def.
enum class Role : std::uint8_t {
#define ROLE(enumerator, name) enumerator,
#include "dict/roles.def"
};

inline constexpr auto role_names = std::to_array<std::string_view>({
#define ROLE(enumerator, name) name,
#include "dict/roles.def"
});

constexpr std::string_view name_of(Role role) { return role_names.at(static_cast<std::size_t>(role)); }

constexpr std::optional<Role> role_named(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i) {
    if (role_names.at(i) == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

/// A set of roles.
class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) add(role);
  }
  constexpr void add(Role role) { bits_ |= 1U << static_cast<unsigned>(role); }
  [[nodiscard]] constexpr bool has(Role role) const { return ((bits_ >> static_cast<unsigned>(role)) & 1U) != 0; }
  [[nodiscard]] constexpr bool any_of(Roles others) const { return (bits_ & others.bits_) != 0; }
  constexpr bool operator==(const Roles&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

/// \return the names of what is in the set
inline std::vector<std::string_view> names_in(Roles roles) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < role_names.size(); ++i) {
    if (roles.has(static_cast<Role>(i))) out.push_back(role_names.at(i));
  }
  return out;
}

/// Who sent a request. The peer is known by its connection, and the host is the peer itself or a client that the
/// operator lets this peer speak for: neither is what an AVP merely says.
struct Speaker {
  std::string peer;   ///< the Diameter node at the other end of the connection
  std::string host;   ///< Origin-Host
  std::string realm;  ///< Origin-Realm
  Roles roles;
  bool vouching_only = false;  ///< what it asks for, and what it registers, must rest on a vouching
  bool marks = false;          ///< an S-CSCF that says in each SAR what a registration rests on
};

}  // namespace vouchsafe
