#include "crypto/authentication_centre.hpp"

#include "crypto/milenage.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>

namespace vouchsafe::crypto {
namespace {

constexpr std::size_t aka_size = 34;
constexpr std::size_t ha1_size = 32;
constexpr std::size_t rand_size = 16;
constexpr std::size_t auts_size = 14;

struct AkaKeys {
  Block k{};
  Block opc{};
  std::array<unsigned char, 2> amf{};
  explicit AkaKeys(const std::string& plain) {
    std::copy_n(plain.begin(), 16, k.begin());
    std::copy_n(plain.begin() + 16, 16, opc.begin());
    std::copy_n(plain.begin() + 32, 2, amf.begin());
  }
};

template <std::size_t N>
void append(std::string& out, const std::array<unsigned char, N>& octets) {
  out.append(octets.begin(), octets.end());
}

/// AUTN = SQN xor AK || AMF || MAC-A (TS 33.102, 6.3.2).
std::string autn(std::uint64_t sqn, const AkaKeys& keys, const MilenageOutput& output) {
  auto hidden = sqn_octets(sqn);
  for (std::size_t i = 0; i < hidden.size(); ++i) hidden.at(i) ^= output.ak.at(i);
  std::string out;
  append(out, hidden);
  append(out, keys.amf);
  append(out, output.mac_a);
  return out;
}

}  // namespace

Result<std::string> seal_aka(const KeyRing& ring, const Impi& impi, std::string_view k, std::string_view opc,
                             std::string_view amf) {
  Secret plain;
  plain.text().reserve(k.size() + opc.size() + amf.size());
  plain.text().append(k).append(opc).append(amf);
  if (plain.text().size() != aka_size) return malformed("K and OPc have 16 octets, AMF has 2");
  return ring.seal(plain.text(), impi.text());
}

Result<std::string> seal_digest(const KeyRing& ring, const Impi& impi, std::string_view ha1) {
  if (ha1.size() != ha1_size) return malformed("HA1 has 32 hexadecimal digits");
  return ring.seal(ha1, impi.text());
}

Result<Secret> SoftwareAuthenticationCentre::open(const PrivateIdentity& impi, std::size_t size) const {
  auto secret = ring_.open(impi.sealed, impi.impi.text());
  if (secret && secret->text().size() != size) secret = unavailable("a sealed secret has the wrong size");
  if (!secret) log_.write(ports::message::sealed_unreadable{.impi = impi.impi.text(), .why = secret.error().detail});
  return secret;
}

Result<ports::AkaVector> SoftwareAuthenticationCentre::aka_vector(const PrivateIdentity& impi,
                                                                  std::uint64_t sqn) const {
  const auto secret = open(impi, aka_size);
  if (!secret) return tl::unexpected<Error>(secret.error());
  const AkaKeys keys(secret->text());
  Block rand{};
  if (RAND_bytes(rand.data(), static_cast<int>(rand.size())) != 1) return library_error("no randomness for RAND");
  const auto output = milenage(keys.k, keys.opc, rand, sqn, keys.amf);
  if (!output) return tl::unexpected<Error>(output.error());
  // Made in place: a vector that is moved would leave a short XRES behind.
  Result<ports::AkaVector> vector{ports::AkaVector{}};
  append(vector->rand_autn, rand);
  vector->rand_autn += autn(sqn, keys, *output);
  append(vector->xres, output->res);
  append(vector->ck, output->ck);
  append(vector->ik, output->ik);
  return vector;
}

Result<std::uint64_t> SoftwareAuthenticationCentre::resynchronized_sqn(const PrivateIdentity& impi,
                                                                       std::string_view rand_auts) const {
  if (rand_auts.size() != rand_size + auts_size) return malformed("RAND || AUTS has 30 octets");
  const auto secret = open(impi, aka_size);
  if (!secret) return tl::unexpected<Error>(secret.error());
  const AkaKeys keys(secret->text());
  Block rand{};
  to_block(rand_auts.substr(0, rand_size), rand);
  const auto auts = rand_auts.substr(rand_size);
  const std::array<unsigned char, 2> no_amf{};  // TS 33.102, 6.3.3: AMF is zero in AUTS
  const auto first = milenage(keys.k, keys.opc, rand, 0, no_amf);
  if (!first) return tl::unexpected<Error>(first.error());
  std::uint64_t sqn = 0;
  for (std::size_t i = 0; i < 6; ++i) sqn = (sqn << 8U) | (static_cast<unsigned char>(auts[i]) ^ first->ak_s.at(i));
  const auto second = milenage(keys.k, keys.opc, rand, sqn, no_amf);
  if (!second) return tl::unexpected<Error>(second.error());
  if (CRYPTO_memcmp(second->mac_s.data(), auts.data() + 6, second->mac_s.size()) != 0)
    return malformed("MAC-S is wrong");
  return sqn;
}

Result<std::string> SoftwareAuthenticationCentre::digest_ha1(const PrivateIdentity& impi) const {
  const auto secret = open(impi, ha1_size);
  if (!secret) return tl::unexpected<Error>(secret.error());
  return secret->text();
}

}  // namespace vouchsafe::crypto
