#include "ctl/import_line.hpp"

#include "crypto/key_ring.hpp"
#include "domain/time.hpp"
#include "support/fakes.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>

// Lines of an import.
namespace vouchsafe::testing {
namespace {

struct Import {
  TemporaryFolder folder;
  std::unique_ptr<crypto::KeyRing> keys;
  Import() {
    const std::string path = (folder.path() / "keys").string();
    BOOST_REQUIRE(crypto::KeyRing::create(path).has_value());
    keys = std::move(*crypto::KeyRing::load(path));
  }
  [[nodiscard]] std::string fault(const std::string& line) const {
    const auto parsed = ctl::parse_import_line(line, *keys);
    return parsed ? "" : parsed.error().detail;
  }
};

const std::string k32 = "465b5ce8b199b49faa5f0a2ee238a6bc";
std::string with_auth(const std::string& auth) {
  return R"({"impis":[{"impi":"a@b.c","auth":)" + auth + R"(}],"impus":[{"impu":"sip:a@b.c"}]})";
}

BOOST_FIXTURE_TEST_CASE(an_import_line_is_read_whole, Import) {
  const auto parsed = ctl::parse_import_line(
      R"({"impis":[{"impi":"Alice@IMS.example","auth":{"scheme":"Digest-AKAv1-MD5","k":")" + k32 +
          R"(","op":"cdc202d5123e20f62b6d676ac72cb318","amf":"8000","sqn":"00000000ff21"},"way":"trusted-node"}],)"
          R"("impus":[{"impu":"sip:alice@ims.example","irs":1,"barred":false},{"impu":"tel:+1-555-0100","irs":2},{"impu":"sip:x-!.*!@ims.example","irs":1,"wildcard":"psi","ifc":"set1"}],"visited_networks":["ims.example"],)"
          R"("capabilities":{"mandatory":[1],"optional":[2,3]},"charging":{"primary_event":"aaa://ccf.example"},"ifc":"<InitialFilterCriteria><Priority>0</Priority><ApplicationServer><ServerName>sip:as</ServerName></ApplicationServer></InitialFilterCriteria>",)"
          R"("authorizers":[{"waf":"WAF.example.","impu":"sip:alice@ims.example","not_before":null,"not_after":"2030-01-01T00:00:00Z","wwsf":["shop.example"]},{"waf":"waf.example","impi":"Alice@ims.example"}]})",
      *keys);
  BOOST_TEST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->profile.impis[0].impi.text() == "Alice@ims.example");
  BOOST_TEST(parsed->profile.impis[0].sealed.find(k32) == std::string::npos);
  BOOST_TEST((parsed->profile.impis[0].way == WayToRegister::trusted_node));
  BOOST_TEST(parsed->state.sqn(impi("Alice@ims.example")) == 0xff21U);
  BOOST_TEST(parsed->profile.impus[1].impu.text() == "tel:+15550100");
  BOOST_TEST(parsed->profile.capabilities.optional.size() == 2U);
  BOOST_TEST(parsed->grants.size() == 2U);
  BOOST_TEST(parsed->grants[0].authorizer.text() == "waf.example");
  BOOST_TEST(to_rfc3339(*parsed->grants[0].not_after) == "2030-01-01T00:00:00Z");
}

BOOST_FIXTURE_TEST_CASE(a_bad_import_line_says_which_member_and_what_would_be_right, Import) {
  BOOST_TEST(fault("{").find("not JSON") == 0U);
  BOOST_TEST(fault(R"({"impi":[]})") == "impi: unknown member");
  BOOST_TEST(fault(R"({"\u0000\u001bx":[]})") == "\\x00\\x1bx: unknown member");
  BOOST_TEST(fault(with_auth("7")) == "impis[0].auth: must be an object");
  BOOST_TEST(fault(with_auth(R"({"scheme":"Digest-AKAv1-MD5","k":"12"})")) ==
             "impis[0].auth.k: must be 32 hexadecimal digits");
  BOOST_TEST(fault(with_auth(R"({"scheme":"Digest-AKAv1-MD5","k":")" + k32 + R"("})")) ==
             "impis[0].auth: needs k, and opc or op");
  BOOST_TEST(fault(with_auth(R"({"scheme":"SIP Digest","k":")" + k32 + R"("})")).find("AKA's") != std::string::npos);
  BOOST_TEST(fault(with_auth(R"({"scheme":"MD5"})")).find("must be \"Digest-AKAv1-MD5\"") != std::string::npos);
  // Without credentials it is only vouched for.
  BOOST_TEST(fault(R"({"impis":[{"impi":"a@b.c"}],"impus":[{"impu":"sip:a@b.c"}]})").empty());
  BOOST_TEST(fault(R"({"impis":[{"impi":"a@b.c","way":"direct"}],"impus":[{"impu":"sip:a@b.c"}]})")
                 .starts_with("impis[0].auth: is missing"));
  BOOST_TEST(fault(R"({"impis":[{"impi":"a@b.c","way":"both"}],"impus":[{"impu":"sip:a@b.c"}]})")
                 .starts_with("impis[0].way: must be"));
  const std::string good = with_auth(R"({"scheme":"GIBA"})");
  BOOST_TEST(fault(good).empty());
  const auto with = [&](const std::string& more) { return fault(good.substr(0, good.size() - 1) + "," + more + "}"); };
  BOOST_TEST(
      with(R"("authorizers":[{"waf":"w","impu":"sip:other@b.c"}])").find("is not an identity of this subscription") !=
      std::string::npos);
  BOOST_TEST(with(R"("authorizers":[{"impu":"sip:a@b.c"}])") == "authorizers[0].waf: is missing");
  BOOST_TEST(
      with(
          R"("authorizers":[{"waf":"w","impu":"sip:a@b.c","not_before":"2031-01-01T00:00:00Z","not_after":"2030-01-01T00:00:00Z"}])")
          .find("ends before it begins") != std::string::npos);
  BOOST_TEST(with(R"("ifc":"<x/>")").find("expected InitialFilterCriteria") != std::string::npos);
  BOOST_TEST(with(R"("charging":{"primary_event":"http://x"})").find("DiameterURI") != std::string::npos);
  BOOST_TEST(with(R"("visited_networks":"x")") == "visited_networks: must be a list");
}

}  // namespace
}  // namespace vouchsafe::testing
