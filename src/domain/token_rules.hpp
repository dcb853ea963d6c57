#pragma once

#include "domain/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe {

/// The signatures that a token may have (RFC 7518, 3.1; RFC 8037, 3.1). What is not here, "none" and HS* among it, is
/// never accepted. The order is the order in which a set is stored and told.
enum class TokenAlgorithm : std::uint8_t { es256, es384, ps256, rs256, eddsa };

struct TokenAlgorithmRow {
  TokenAlgorithm algorithm;
  std::string_view name;  ///< the header's `alg`
};
inline constexpr auto token_algorithm_rows = std::to_array<TokenAlgorithmRow>({
    {TokenAlgorithm::es256, "ES256"},
    {TokenAlgorithm::es384, "ES384"},
    {TokenAlgorithm::ps256, "PS256"},
    {TokenAlgorithm::rs256, "RS256"},
    {TokenAlgorithm::eddsa, "EdDSA"},
});

constexpr std::string_view name_of(TokenAlgorithm algorithm) {
  return token_algorithm_rows.at(static_cast<std::size_t>(algorithm)).name;
}
/// The name is compared as it stands (RFC 7515, 4.1.1: it is case-sensitive).
constexpr std::optional<TokenAlgorithm> token_algorithm_named(std::string_view name) {
  for (const auto& row : token_algorithm_rows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

/// Which of them an authorizer may use.
class TokenAlgorithms {
 public:
  static constexpr TokenAlgorithms all() {
    TokenAlgorithms out;
    for (const auto& row : token_algorithm_rows) out.add(row.algorithm);
    return out;
  }
  constexpr void add(TokenAlgorithm algorithm) { bits_ |= 1U << static_cast<unsigned>(algorithm); }
  [[nodiscard]] constexpr bool has(TokenAlgorithm algorithm) const {
    return ((bits_ >> static_cast<unsigned>(algorithm)) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const TokenAlgorithms&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

/// A key that an authorizer signs with, as the operator registered it.
struct TokenKey {
  /// The numbers are stored.
  enum class State : std::uint8_t {
    active = 0,
    retired = 1,  ///< signs nothing new; what it signed stands
    revoked = 2,  ///< was in the wrong hands: nothing that it signed since `revoked_since` counts
  };
  std::string kid;         ///< the header's `kid`
  std::string jwk;         ///< the public key, as crypto::PublicKey writes it
  std::string thumbprint;  ///< of the key (RFC 7638): the same key by another name has the same
  State state = State::active;
  Time added{};
  Time revoked_since{};  ///< of a revoked one
  bool deregister =
      false;  ///< of a revoked one: what rests on it is deregistered, and not refused only when it goes on
  bool operator==(const TokenKey&) const = default;

  /// \return whether what it verified at that time is not to be believed any more
  [[nodiscard]] bool distrusted_at(Time verified) const { return state == State::revoked && verified >= revoked_since; }
};

/// How an authorizer's tokens are read. The defaults are those of one that the operator has said nothing of.
struct TokenRules {
  std::string issuer{};  ///< `iss`; empty: the authorizer's name
  TokenAlgorithms algorithms = TokenAlgorithms::all();
  std::string impi_claim = "impi";  ///< the claim that holds the IMPI; empty: none does
  std::string impu_claim = "impu";  ///< the claim that holds the IMPU, or all of them; empty: none does
  bool access_token = false;        ///< `typ` must be at+jwt (RFC 9068)
  bool once = false;                ///< a token serves one request, and not until it ends
  std::vector<TokenKey> keys{};
  bool operator==(const TokenRules&) const = default;

  /// \return nullptr where there is none of that name
  [[nodiscard]] const TokenKey* find(std::string_view kid) const {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const TokenKey& key) { return key.kid == kid; });
    return found == keys.end() ? nullptr : &*found;
  }
  /// \return whether a token can be verified at all
  [[nodiscard]] bool has_keys() const { return !keys.empty(); }
};

}  // namespace vouchsafe
