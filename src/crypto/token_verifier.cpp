#include "crypto/token_verifier.hpp"

#include "crypto/base64url.hpp"
#include "crypto/json_object.hpp"
#include "crypto/signature.hpp"
#include "domain/text.hpp"

#include <array>
#include <cmath>
#include <mutex>

namespace vouchsafe::crypto {
namespace {

constexpr std::size_t longest_name = 255;  ///< octets of `kid` and `jti`, which are stored

using Fault = tl::unexpected<TokenFault>;
Fault invalid(std::string detail) { return Fault(TokenFault{Reason::token_invalid, std::move(detail)}); }

/// The three parts of a compact JWS, in base64url.
struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
};

std::optional<Parts> parts_of(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

/// RFC 8725, 3.10: what a header says of where keys are is never followed, and a token that says it is refused. RFC
/// 7515, 4.1.11: what it insists on is not understood here.
std::optional<std::string_view> refused_in(const simdjson::dom::object& header) {
  for (const std::string_view name : {"crit", "jku", "x5u", "jwk", "x5c"}) {
    if (has_member(header, name)) return name;
  }
  return std::nullopt;
}

/// \return nothing for a member that is there and is no text of a bounded length
std::optional<std::string> name_in(const simdjson::dom::object& object, std::string_view member) {
  simdjson::dom::element element;
  if (object.at_key(member).get(element) != simdjson::SUCCESS) return std::string{};
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS || text.size() > longest_name) return std::nullopt;
  return std::string(text);
}

/// A media type's name, where "application/" may be left out, and case does not matter (RFC 7515, 4.1.9).
std::string media_type(std::string_view typ) {
  std::string out = lowered(typ);
  constexpr std::string_view prefix = "application/";
  if (out.starts_with(prefix)) out.erase(0, prefix.size());
  return out;
}

std::optional<TokenFault> read_header(std::string_view text, ports::ParsedToken& out) {
  const auto header = json_object(text);
  if (!header) return TokenFault{Reason::token_invalid, "the header: " + header.error().detail};
  const auto invalid_header = [](std::string detail) { return TokenFault{Reason::token_invalid, std::move(detail)}; };
  if (const auto name = refused_in(*header)) return invalid_header("the header has " + std::string(*name));
  // RFC 8725, 3.1 and 3.2: only what is on a list; "none" and HS* are on none.
  const auto algorithm = token_algorithm_named(text_in(*header, "alg"));
  if (!algorithm) return invalid_header("alg is none of ES256, ES384, PS256, RS256 and EdDSA");
  out.algorithm = *algorithm;
  auto kid = name_in(*header, "kid");
  auto type = name_in(*header, "typ");
  if (!kid || !type) return invalid_header("kid and typ are texts of at most 255 octets");
  out.kid = std::move(*kid);
  out.claims.type = media_type(*type);
  return std::nullopt;
}

/// NumericDate (RFC 7519, 2), which may have a fraction. \return false where it is there and is none
bool read_time(const simdjson::dom::object& claims, std::string_view name, std::optional<Time>& out) {
  constexpr double last = 253'402'300'800.0;  // the year 10000
  simdjson::dom::element element;
  if (claims.at_key(name).get(element) != simdjson::SUCCESS) return true;
  double seconds = 0;
  if (element.get(seconds) != simdjson::SUCCESS || !(seconds >= 0 && seconds < last)) return false;
  out = Time{std::chrono::seconds{static_cast<std::int64_t>(std::floor(seconds))}};
  return true;
}

/// A text, or a list of nothing but texts.
std::optional<std::vector<std::string>> texts_of(const simdjson::dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::vector{std::string(text)};
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> out;
  for (const auto item : list) {
    if (item.get(text) != simdjson::SUCCESS) return std::nullopt;
    out.emplace_back(text);
  }
  return out;
}

std::optional<TokenFault> read_claims(std::string_view text, TokenClaims& out) {
  const auto claims = json_object(text);
  if (!claims) return TokenFault{Reason::token_invalid, "the claims: " + claims.error().detail};
  if (!read_time(*claims, "exp", out.expires) || !read_time(*claims, "nbf", out.not_before) ||
      !read_time(*claims, "iat", out.issued))
    return TokenFault{Reason::token_invalid, "exp, nbf or iat is no time"};
  auto jti = name_in(*claims, "jti");
  if (!jti) return TokenFault{Reason::token_invalid, "jti is a text of at most 255 octets"};
  out.jti = std::move(*jti);
  out.issuer = text_in(*claims, "iss");
  for (const auto& member : *claims) {
    auto texts = texts_of(member.value);
    if (!texts && (member.key == "3gpp-waf" || member.key == "3gpp-wwsf"))
      return TokenFault{Reason::token_invalid, std::string(member.key) + " is no text"};
    if (texts) out.texts.emplace_back(member.key, std::move(*texts));
  }
  if (const auto* audience = out.find("aud")) out.audience = *audience;
  return std::nullopt;
}

std::string digest_of(std::string_view text) {
  std::string out(32, '\0');
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), octets(out), &size) != 1) out.clear();
  return out;
}

}  // namespace

tl::expected<ports::ParsedToken, TokenFault> JwsVerifier::parse(std::string_view token) const {
  if (token.size() > longest_token) return invalid("longer than 8192 octets");
  const auto parts = parts_of(token);
  if (!parts) return invalid("not three parts with dots between them");
  const auto header = from_base64url(parts->header);
  const auto payload = from_base64url(parts->payload);
  auto signature = from_base64url(parts->signature);
  if (!header || !payload || !signature) return invalid("a part that is not base64url");
  ports::ParsedToken out;
  if (auto fault = read_header(*header, out)) return Fault(std::move(*fault));
  if (auto fault = read_claims(*payload, out.claims)) return Fault(std::move(*fault));
  out.signed_octets = token.substr(0, token.size() - parts->signature.size() - 1);
  out.signature = std::move(*signature);
  out.fingerprint = digest_of(token);
  out.content = digest_of(out.signed_octets);
  if (out.fingerprint.empty() || out.content.empty()) return invalid("no hash of it could be made");
  return out;
}

std::optional<TokenFault> JwsVerifier::verify(const ports::ParsedToken& token, const TokenKey& key) const {
  const auto public_key = key_of(key.jwk);
  if (!public_key) return TokenFault{Reason::token_invalid, "its key cannot be used: " + public_key.error().detail};
  // RFC 8725, 3.1: each key is used for its own algorithms alone.
  if (!(*public_key)->fits(token.algorithm)) return TokenFault{Reason::token_invalid, "alg does not fit the key"};
  const auto good = crypto::verify(**public_key, token.algorithm, token.signed_octets, token.signature);
  if (!good) return TokenFault{Reason::token_invalid, good.error().detail};
  if (!*good) return TokenFault{Reason::token_invalid, "the signature is not the key's"};
  return std::nullopt;
}

Result<std::shared_ptr<const PublicKey>> JwsVerifier::key_of(const std::string& jwk) const {
  constexpr std::size_t most = 4096;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = keys_.find(jwk); found != keys_.end()) return found->second;
  }
  auto made = PublicKey::from_jwk(jwk);
  if (!made) return tl::unexpected<Error>(made.error());
  auto key = std::make_shared<const PublicKey>(std::move(*made));
  const std::unique_lock lock(mutex_);
  if (keys_.size() >= most) keys_.clear();
  return keys_.emplace(jwk, std::move(key)).first->second;
}

}  // namespace vouchsafe::crypto
