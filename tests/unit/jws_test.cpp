#include "crypto/token_verifier.hpp"
#include "support/tokens.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

// A compact JWS taken apart and verified: the RFCs' own examples, and what is refused.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

using crypto::JwsVerifier;
using crypto::PublicKey;

TokenKey key_with(const std::string& jwk) { return {"k1", jwk, ""}; }

/// What parse() says of it; empty: nothing is wrong.
std::string parse_fault(const std::string& token) {
  const auto parsed = JwsVerifier().parse(token);
  return parsed ? "" : parsed.error().detail;
}

/// What is wrong with its form or its signature; empty: nothing.
std::string fault(const std::string& token, const TokenKey& key) {
  const JwsVerifier verifier;
  const auto parsed = verifier.parse(token);
  if (!parsed) return parsed.error().detail;
  const auto found = verifier.verify(*parsed, key);
  return found ? found->detail : "";
}

std::string with_header(const std::string& header) { return Signer().sign_with(header, R"({"exp":1})"); }

const char* const joe =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

// RFC 7515, A.3.
BOOST_AUTO_TEST_CASE(the_example_of_a_jws_by_es256_verifies_and_not_with_a_changed_octet) {
  const TokenKey key = key_with(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                                    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
  const std::string token = "eyJhbGciOiJFUzI1NiJ9." + std::string(joe) +
                            ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  BOOST_TEST(fault(token, key) == "");
  const auto parsed = JwsVerifier().parse(token);
  BOOST_TEST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->claims.issuer == "joe");
  BOOST_TEST((parsed->claims.expires == Time{std::chrono::seconds{1300819380}}));
  for (const std::size_t at : {30U, 120U, 140U, 200U}) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    BOOST_TEST_CONTEXT("octet " << at) BOOST_TEST(fault(changed, key) != "");
  }
}

// RFC 7515, A.2.
BOOST_AUTO_TEST_CASE(the_example_of_a_jws_by_rs256_verifies) {
  const TokenKey key = key_with(
      R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})");
  const std::string token =
      "eyJhbGciOiJSUzI1NiJ9." + std::string(joe) +
      ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7"
      "t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
      "xi12j"
      "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
      "IoypGlUPQG"
      "e77Rw";
  BOOST_TEST(fault(token, key) == "");
}

// RFC 8037, A.4 and A.3; its payload is no JSON.
BOOST_AUTO_TEST_CASE(the_example_of_a_signature_by_ed25519_verifies_and_its_key_has_the_thumbprint_that_is_told) {
  const auto key =
      PublicKey::from_jwk(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
  BOOST_TEST_REQUIRE(key.has_value());
  BOOST_TEST(key->thumbprint().value() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  const auto signature =
      crypto::from_base64url("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  const auto verify = [&](std::string_view text) {
    return crypto::verify(*key, TokenAlgorithm::eddsa, text, signature.value()).value();
  };
  BOOST_TEST(verify("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"));
  BOOST_TEST(!verify("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmd"));
}

// RFC 7638, 3.1.
BOOST_AUTO_TEST_CASE(the_example_of_a_thumbprint_comes_out) {
  const auto key = PublicKey::from_jwk(
      R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})");
  BOOST_TEST_REQUIRE(key.has_value());
  BOOST_TEST(key->thumbprint().value() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  BOOST_TEST(key->kid() == "2011-04-29");
  BOOST_TEST(key->fits(TokenAlgorithm::rs256));
  BOOST_TEST(!key->fits(TokenAlgorithm::ps256));  // its alg says so
  BOOST_TEST(PublicKey::from_jwk(key->jwk())->jwk() == key->jwk());
}

BOOST_AUTO_TEST_CASE(every_algorithm_verifies_what_its_own_key_signed_and_nothing_else) {
  for (const auto& row : token_algorithm_rows) {
    const Signer signer(row.algorithm);
    const Signer other(row.algorithm);
    const std::string token = signer.sign(R"({"iss":"waf.example"})");
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(fault(token, signer.registered()) == "");
      BOOST_TEST(fault(token, other.registered()) == "the signature is not the key's");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_algorithm_that_does_not_fit_the_key_is_refused_whatever_the_signature) {
  const Signer ec;
  const Signer rsa(TokenAlgorithm::rs256);
  for (const auto& row : token_algorithm_rows) {
    const std::string header = R"({"alg":")" + std::string(row.name) + R"("})";
    if (row.algorithm != TokenAlgorithm::es256)
      BOOST_TEST(fault(ec.sign_with(header, "{}"), ec.registered()) == "alg does not fit the key");
    if (row.algorithm != TokenAlgorithm::rs256)  // RS256's octets called PS256 are no signature of it
      BOOST_TEST(fault(rsa.sign_with(header, "{}"), rsa.registered()) != "");
  }
}

struct HeaderRow {
  const char* header;
  const char* fault;
};
std::ostream& operator<<(std::ostream& out, const HeaderRow& row) { return out << row.header; }
const char* const no_algorithm = "alg is none of ES256, ES384, PS256, RS256 and EdDSA";
const HeaderRow header_rows[] = {
    {R"({"alg":"none"})", no_algorithm},
    {R"({"alg":"HS256"})", no_algorithm},
    {R"({"alg":"es256"})", no_algorithm},
    {R"({"alg":1})", no_algorithm},
    {R"({})", no_algorithm},
    {R"({"alg":"ES256","crit":["b64"],"b64":false})", "the header has crit"},
    {R"({"alg":"ES256","jku":"https://evil.example/keys"})", "the header has jku"},
    {R"({"alg":"ES256","x5u":"https://evil.example/cert"})", "the header has x5u"},
    {R"({"alg":"ES256","jwk":{"kty":"EC"}})", "the header has jwk"},
    {R"({"alg":"ES256","x5c":["MII"]})", "the header has x5c"},
    {R"({"alg":"ES256","alg":"RS256"})", "the header: two members of one name"},
    {R"({"alg":"ES256","\u0061lg":"RS256"})", "the header: two members of one name"},
    {R"({"alg":"ES256","kid":7})", "kid and typ are texts of at most 255 octets"},
    {R"(["alg","ES256"])", "the header: not a JSON object"},
    {R"({"alg":"ES256"}x)", "the header: not a JSON object"},
    {"{\"alg\":\"ES256\",\"kid\":\"\xff\"}", "the header: not a JSON object"},
};
BOOST_DATA_TEST_CASE(a_header_that_wants_more_than_a_signature_by_a_known_key_is_refused, bdata::make(header_rows),
                     row) {
  BOOST_TEST(parse_fault(with_header(row.header)) == row.fault);
}

struct ClaimsRow {
  const char* claims;
  const char* fault;
};
std::ostream& operator<<(std::ostream& out, const ClaimsRow& row) { return out << row.claims; }
const ClaimsRow claims_rows[] = {
    {R"({"exp":1,"exp":2})", "the claims: two members of one name"},
    {R"("text")", "the claims: not a JSON object"},
    {R"({"exp":"1"})", "exp, nbf or iat is no time"},
    {R"({"nbf":-1})", "exp, nbf or iat is no time"},
    {R"({"iat":1e300})", "exp, nbf or iat is no time"},
    {R"({"jti":{}})", "jti is a text of at most 255 octets"},
};
BOOST_DATA_TEST_CASE(claims_that_are_none_are_refused, bdata::make(claims_rows), row) {
  BOOST_TEST(parse_fault(Signer().sign(row.claims)) == row.fault);
}

BOOST_AUTO_TEST_CASE(what_is_no_compact_jws_is_refused) {
  const std::string good = Signer().sign("{}");
  BOOST_TEST(parse_fault(good) == "");
  const std::string three = "not three parts with dots between them";
  for (const std::string& text : {std::string(), std::string("a.b"), good + ".x", std::string("...")})
    BOOST_TEST(parse_fault(text) == three);
  const std::string coded = "a part that is not base64url";
  for (const char* tail : {"=", "+", " ", "\n"}) BOOST_TEST(parse_fault(good + tail) == coded);
  BOOST_TEST(parse_fault("." + good.substr(good.find('.') + 1)) == "the header: not a JSON object");
}

BOOST_AUTO_TEST_CASE(a_signature_has_one_text_only) {
  const std::string good = Signer().sign("{}");  // 64 octets: the last character has four bits that mean nothing
  std::string other = good;
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  other.back() = alphabet[alphabet.find(good.back()) + 1];
  BOOST_TEST(parse_fault(other) == "a part that is not base64url");
}

BOOST_AUTO_TEST_CASE(a_token_of_more_than_8_kib_is_not_looked_at) {
  const Signer signer;
  const std::string longest = signer.sign(R"({"x":")" + std::string(5900, 'x') + R"("})");
  BOOST_TEST(longest.size() < 8192U);
  BOOST_TEST(fault(longest, signer.registered()) == "");
  BOOST_TEST(parse_fault(signer.sign(R"({"x":")" + std::string(6200, 'x') + R"("})")) == "longer than 8192 octets");
}

BOOST_AUTO_TEST_CASE(an_ecdsa_signature_of_another_length_is_none) {
  const Signer signer;
  const std::string token = signer.sign("{}");
  const auto dot = token.rfind('.');
  const std::string raw = crypto::from_base64url(token.substr(dot + 1)).value();
  for (const std::string& signature : {std::string(), raw.substr(1), '\0' + raw, std::string(64, '\0')}) {
    BOOST_TEST(fault(token.substr(0, dot + 1) + crypto::to_base64url(signature), signer.registered()) ==
               "the signature is not the key's");
  }
}

BOOST_AUTO_TEST_CASE(the_same_content_with_another_signature_is_the_same_content) {
  const Signer signer;
  const std::string token = signer.sign("{}");
  const std::string again = signer.sign("{}");  // ECDSA signs with a new random number
  BOOST_TEST(token != again);
  const JwsVerifier verifier;
  BOOST_TEST(verifier.parse(token)->content == verifier.parse(again)->content);
  BOOST_TEST(verifier.parse(token)->fingerprint != verifier.parse(again)->fingerprint);
}

}  // namespace
}  // namespace vouchsafe::testing
