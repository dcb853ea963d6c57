#include "crypto/public_key.hpp"

#include "crypto/base64url.hpp"
#include "crypto/json_object.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

namespace vouchsafe::crypto {
namespace {

constexpr int shortest_rsa = 2048;  // RFC 7518, 3.3 and 3.5
constexpr int longest_rsa = 8192;   // a verification takes longer with each bit
constexpr std::size_t longest_jwk = 16384;

using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

Result<KeyHandle> key_from(const char* type, const Builder& builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  ERR_clear_error();
  if (!made) return malformed("the key's numbers make no key");
  return KeyHandle(key);
}

/// A member that is octets.
std::string octets_in(const simdjson::dom::object& jwk, std::string_view name) {
  return from_base64url(text_in(jwk, name)).value_or("");
}

Result<KeyHandle> ec_key(const simdjson::dom::object& jwk) {
  const std::string_view curve = text_in(jwk, "crv");
  if (curve != "P-256" && curve != "P-384") return malformed("the curve is neither P-256 nor P-384");
  const std::size_t size = curve == "P-256" ? 32 : 48;
  const std::string x = octets_in(jwk, "x");
  const std::string y = octets_in(jwk, "y");
  if (x.size() != size || y.size() != size) return malformed("x and y are not of the curve's length");
  const std::string point = '\x04' + x + y;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), "group", curve.data(), curve.size()) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), "pub", point.data(), point.size()) != 1)
    return library_error("the parameters of a key");
  return key_from("EC", builder);
}

Result<KeyHandle> rsa_key(const simdjson::dom::object& jwk) {
  const std::string n = octets_in(jwk, "n");
  const std::string e = octets_in(jwk, "e");
  if (n.empty() || e.empty() || n.size() > longest_rsa / 8)
    return malformed("n and e make no RSA key of at most 8192 bits");
  const Number modulus(BN_bin2bn(octets(n), static_cast<int>(n.size()), nullptr));
  const Number exponent(BN_bin2bn(octets(e), static_cast<int>(e.size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || !modulus || !exponent || OSSL_PARAM_BLD_push_BN(builder.get(), "n", modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), "e", exponent.get()) != 1)
    return library_error("the parameters of a key");
  return key_from("RSA", builder);
}

Result<KeyHandle> okp_key(const simdjson::dom::object& jwk) {
  if (text_in(jwk, "crv") != "Ed25519") return malformed("the curve is not Ed25519");
  const std::string x = octets_in(jwk, "x");
  KeyHandle key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()));
  ERR_clear_error();
  if (!key) return malformed("x is no Ed25519 key");
  return key;
}

/// What says that a key is for something else: its `use`, or its `key_ops` (RFC 7517, 4.2 and 4.3).
bool is_for_signatures(const simdjson::dom::object& jwk) {
  if (has_member(jwk, "use") && text_in(jwk, "use") != "sig") return false;
  simdjson::dom::array operations;
  if (jwk.at_key("key_ops").get(operations) != simdjson::SUCCESS) return !has_member(jwk, "key_ops");
  for (const auto operation : operations) {
    std::string_view name;
    if (operation.get(name) == simdjson::SUCCESS && name == "verify") return true;
  }
  return false;
}

bool is_of_known_kind(const simdjson::dom::object& jwk) {
  const std::string_view type = text_in(jwk, "kty");
  if (type == "RSA") return true;
  const std::string_view curve = text_in(jwk, "crv");
  return (type == "EC" && (curve == "P-256" || curve == "P-384")) || (type == "OKP" && curve == "Ed25519");
}

/// A public number of the key, in base64url. \param size octets that it is written in; 0: as few as it needs
Result<std::string> number_of(EVP_PKEY* key, const char* name, int size) {
  BIGNUM* raw = nullptr;
  const bool found = EVP_PKEY_get_bn_param(key, name, &raw) == 1;
  const Number number(raw);
  if (!found) return library_error("a number of a key");
  std::string out(static_cast<std::size_t>(size != 0 ? size : BN_num_bytes(number.get())), '\0');
  if (BN_bn2binpad(number.get(), octets(out), static_cast<int>(out.size())) < 0) return library_error("a number");
  return to_base64url(out);
}

std::string curve_of(EVP_PKEY* key) {
  std::array<char, 32> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), &size) != 1) return {};
  return {name.data(), size};
}

}  // namespace

/// Whatever it was read from: of a kind that a token may be signed with, long enough, and a key at all.
Result<PublicKey> PublicKey::checked(KeyHandle key) {
  const int type = EVP_PKEY_get_base_id(key.get());
  const std::string curve = type == EVP_PKEY_EC ? curve_of(key.get()) : std::string{};
  Kind kind = Kind::rsa;
  if (type == EVP_PKEY_ED25519) {
    kind = Kind::ed25519;
  } else if (curve == "prime256v1" || curve == "P-256") {
    kind = Kind::p256;
  } else if (curve == "secp384r1" || curve == "P-384") {
    kind = Kind::p384;
  } else if (type != EVP_PKEY_RSA) {
    return malformed("a key is an EC key on P-256 or P-384, an RSA key, or an Ed25519 key");
  }
  const int bits = EVP_PKEY_get_bits(key.get());
  if (kind == Kind::rsa && (bits < shortest_rsa || bits > longest_rsa))
    return malformed("an RSA key of " + std::to_string(bits) + " bits; 2048 to 8192 are right");
  const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
  const bool sound = context && EVP_PKEY_public_check(context.get()) == 1;
  ERR_clear_error();
  if (!sound) return malformed("the key's numbers make no key");
  PublicKey out(std::move(key), kind);
  if (auto written = out.write_jwk(); !written) return tl::unexpected<Error>(written.error());
  return out;
}

Result<PublicKey> PublicKey::from_jwk(std::string_view text) {
  if (text.size() > longest_jwk) return malformed("a JWK has at most 16384 octets");
  const auto jwk = json_object(text);
  if (!jwk) return malformed("a JWK: " + jwk.error().detail);
  for (const char* name : {"d", "k", "p", "q"}) {
    if (has_member(*jwk, name))
      return malformed("a secret key: give the public one alone, and keep the other one away");
  }
  if (!is_for_signatures(*jwk)) return malformed("a key that is not for signatures (use, key_ops)");
  const std::string_view type = text_in(*jwk, "kty");
  auto key = type == "EC"    ? ec_key(*jwk)
             : type == "RSA" ? rsa_key(*jwk)
             : type == "OKP" ? okp_key(*jwk)
                             : Result<KeyHandle>(malformed("kty is none of EC, RSA and OKP"));
  if (!key) return tl::unexpected<Error>(key.error());
  auto out = checked(std::move(*key));
  if (!out) return out;
  out->kid_ = text_in(*jwk, "kid");
  if (has_member(*jwk, "alg")) {
    out->only_ = token_algorithm_named(text_in(*jwk, "alg"));
    if (!out->only_ || !out->fits(*out->only_)) return malformed("alg does not fit the key");
  }
  return out;
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  if (pem.find("PRIVATE KEY") != std::string_view::npos)
    return malformed("a private key: give the public one alone, and keep the other one away");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return library_error("BIO_new_mem_buf");
  KeyHandle key;
  if (pem.find("BEGIN CERTIFICATE") != std::string_view::npos) {
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (certificate) key.reset(X509_get_pubkey(certificate.get()));
  } else {
    key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  }
  ERR_clear_error();
  if (!key) return malformed("neither a JWK, nor a JWK set, nor a public key or certificate in PEM");
  return checked(std::move(key));
}

Result<PublicKey> PublicKey::of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) return library_error("the public half of a key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return from_pem({text, static_cast<std::size_t>(size)});
}

Result<void> PublicKey::write_jwk() {
  const auto put = [this](const std::string& start, std::initializer_list<std::pair<const char*, const char*>> numbers,
                          int size, const std::string& end) -> Result<void> {
    jwk_ = "{" + start;
    for (const auto& [member, parameter] : numbers) {
      auto number = number_of(key_.get(), parameter, size);
      if (!number) return tl::unexpected<Error>(number.error());
      jwk_ += (jwk_.size() > 1 ? ",\"" : "\"") + std::string(member) + "\":\"" + *number + '"';
      if (std::string_view(member) == "e") jwk_ += R"(,"kty":"RSA")";
    }
    jwk_ += end + "}";
    return {};
  };
  switch (kind_) {
    case Kind::p256:
      return put(R"("crv":"P-256","kty":"EC")", {{"x", "qx"}, {"y", "qy"}}, 32, "");
    case Kind::p384:
      return put(R"("crv":"P-384","kty":"EC")", {{"x", "qx"}, {"y", "qy"}}, 48, "");
    case Kind::rsa:
      return put("", {{"e", "e"}, {"n", "n"}}, 0, "");
    case Kind::ed25519: {
      std::array<unsigned char, 32> raw{};
      std::size_t size = raw.size();
      if (EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size) != 1) return library_error("a raw public key");
      return put(R"("crv":"Ed25519","kty":"OKP","x":")" +
                     to_base64url({reinterpret_cast<const char*>(raw.data()), size}) + '"',
                 {}, 0, "");
    }
  }
  return {};
}

std::string PublicKey::jwk() const {
  if (!only_) return jwk_;
  return "{\"alg\":\"" + std::string(name_of(*only_)) + "\"," + jwk_.substr(1);
}

bool PublicKey::fits(TokenAlgorithm algorithm) const {
  if (only_ && *only_ != algorithm) return false;
  switch (algorithm) {
    case TokenAlgorithm::es256:
      return kind_ == Kind::p256;
    case TokenAlgorithm::es384:
      return kind_ == Kind::p384;
    case TokenAlgorithm::ps256:
    case TokenAlgorithm::rs256:
      return kind_ == Kind::rsa;
    case TokenAlgorithm::eddsa:
      return kind_ == Kind::ed25519;
  }
  return false;
}

Result<std::string> PublicKey::thumbprint() const {
  std::string digest(32, '\0');
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, jwk_.data(), jwk_.size(), octets(digest), &size) != 1)
    return library_error("SHA-256");
  return to_base64url(digest);
}

std::string PublicKey::kind() const {
  if (kind_ == Kind::rsa) return "RSA " + std::to_string(bits());
  if (kind_ == Kind::ed25519) return "Ed25519";
  return kind_ == Kind::p256 ? "EC P-256" : "EC P-384";
}

namespace {

/// The keys of a set that can sign tokens, as texts: the parser holds one at a time.
Result<std::vector<std::string>> signing_keys(simdjson::dom::array keys) {
  std::vector<std::string> out;
  for (const auto key : keys) {
    simdjson::dom::object jwk;
    if (key.get(jwk) != simdjson::SUCCESS) return malformed("a JWK set: a key that is no object");
    // RFC 7517, 5: what is not understood is left out.
    const bool known_algorithm = !has_member(jwk, "alg") || token_algorithm_named(text_in(jwk, "alg"));
    if (is_for_signatures(jwk) && is_of_known_kind(jwk) && known_algorithm) out.push_back(simdjson::minify(jwk));
  }
  return out;
}

}  // namespace

Result<std::vector<PublicKey>> read_keys(std::string_view text) {
  constexpr std::size_t most = 64;
  std::vector<PublicKey> out;
  const auto add = [&](Result<PublicKey> key) -> Result<void> {
    if (!key) return tl::unexpected<Error>(key.error());
    out.push_back(std::move(*key));
    return {};
  };
  const auto alone = [&](Result<PublicKey> key) -> Result<std::vector<PublicKey>> {
    if (auto added = add(std::move(key)); !added) return tl::unexpected<Error>(added.error());
    return std::move(out);
  };
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text[start] != '{') return alone(PublicKey::from_pem(text));
  const auto set = json_object(text);
  if (!set) return malformed("a JWK or a JWK set: " + set.error().detail);
  simdjson::dom::array keys;
  if (set->at_key("keys").get(keys) != simdjson::SUCCESS) return alone(PublicKey::from_jwk(text));
  const auto known = signing_keys(keys);
  if (!known) return tl::unexpected<Error>(known.error());
  if (known->empty() || known->size() > most)
    return malformed("a JWK set of 1 to 64 keys that can sign tokens is right");
  for (const auto& jwk : *known) {
    if (auto added = add(PublicKey::from_jwk(jwk)); !added) return tl::unexpected<Error>(added.error());
  }
  return out;
}

}  // namespace vouchsafe::crypto
