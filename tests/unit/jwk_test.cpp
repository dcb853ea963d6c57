#include "crypto/public_key.hpp"
#include "support/tokens.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <vector>

// Keys as an operator gets them: JWK, JWK sets, PEM.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

using crypto::PublicKey;
using crypto::read_keys;

std::string fault(const std::string& text) {
  const auto keys = read_keys(text);
  return keys ? "" : keys.error().detail;
}

std::string public_pem(const std::string& private_key) {
  BIO* in = BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size()));
  const crypto::KeyHandle key(PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr));
  BIO_free(in);
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(out, key.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(out);
  return pem;
}

struct KeyRow {
  const char* type;
  const char* curve;
  std::size_t bits;
  const char* kind;
};
std::ostream& operator<<(std::ostream& out, const KeyRow& row) { return out << row.kind; }
const KeyRow key_rows[] = {{"EC", "P-256", 0, "EC P-256"},
                           {"EC", "P-384", 0, "EC P-384"},
                           {"RSA", nullptr, 2048, "RSA 2048"},
                           {"ED25519", nullptr, 0, "Ed25519"}};
BOOST_DATA_TEST_CASE(a_key_in_pem_and_the_same_one_as_a_jwk_are_one, bdata::make(key_rows), row) {
  const auto from_pem = read_keys(public_pem(new_private_key(row.type, row.curve, row.bits)));
  BOOST_TEST_REQUIRE(from_pem.has_value());
  BOOST_TEST(from_pem->front().kind() == row.kind);
  const auto from_jwk = read_keys(from_pem->front().jwk());
  BOOST_TEST_REQUIRE(from_jwk.has_value());
  BOOST_TEST(from_jwk->front().thumbprint().value() == from_pem->front().thumbprint().value());
}

BOOST_AUTO_TEST_CASE(keys_that_no_token_may_be_signed_with_are_refused) {
  BOOST_TEST(fault(public_pem(new_private_key("RSA", nullptr, 1024))).find("RSA key of 1024 bits") !=
             std::string::npos);
  BOOST_TEST(fault(public_pem(new_private_key("EC", "P-521"))).find("a key is an EC key on") != std::string::npos);
  BOOST_TEST(fault(public_pem(new_private_key("X25519"))).find("a key is an EC key on") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_private_key_is_refused_before_it_is_kept_anywhere) {
  BOOST_TEST(fault(new_private_key("EC", "P-256")).find("a private key") == 0U);
  BOOST_TEST(fault(R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
                       "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})")
                 .find("a secret key") == 0U);
  BOOST_TEST(fault(R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"})").find("a secret key") == 0U);
}

struct JwkRow {
  const char* jwk;
  const char* fault;
};
std::ostream& operator<<(std::ostream& out, const JwkRow& row) { return out << row.jwk; }
const JwkRow jwk_rows[] = {
    {R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", "x and y are not of the curve's length"},
    {R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"})", "the curve is neither P-256 nor P-384"},
    {R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
     "the key's numbers make no key"},
    {R"({"kty":"OKP","crv":"Ed448","x":"AA"})", "the curve is not Ed25519"},
    {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"enc"})",
     "a key that is not for signatures (use, key_ops)"},
    {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","key_ops":["encrypt"]})",
     "a key that is not for signatures (use, key_ops)"},
    {R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"ES256"})",
     "alg does not fit the key"},
    {R"({"kty":"OKP","kty":"OKP"})", "a JWK or a JWK set: two members of one name"},
    {R"({"kty":"AKP"})", "kty is none of EC, RSA and OKP"},
    {R"({"keys":[]})", "a JWK set of 1 to 64 keys that can sign tokens is right"},
    {R"({"keys":[7]})", "a JWK set: a key that is no object"},
    {"", "neither a JWK, nor a JWK set, nor a public key or certificate in PEM"},
};
BOOST_DATA_TEST_CASE(a_jwk_that_is_none_says_why, bdata::make(jwk_rows), row) {
  BOOST_TEST(fault(row.jwk) == row.fault);
}

BOOST_AUTO_TEST_CASE(a_set_gives_its_signing_keys_and_leaves_out_the_others) {
  const auto keys = read_keys(R"({"keys":[
    {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    {"kty":"EC","crv":"P-256","kid":"b","use":"sig","alg":"ES256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    {"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}, {"kty":"AKP","kid":"later"}]})");
  BOOST_TEST_REQUIRE(keys.has_value());
  BOOST_TEST_REQUIRE(keys->size() == 2U);
  BOOST_TEST(keys->at(0).kid() == "a");
  BOOST_TEST(keys->at(1).kid() == "b");
}

}  // namespace
}  // namespace vouchsafe::testing
