#include "domain/authorizer.hpp"
#include "domain/identity.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"
#include "domain/wildcard.hpp"
#include "support/fakes.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

struct Spelling {
  std::string written;
  std::string normal;  ///< empty: refused
};
std::ostream& operator<<(std::ostream& out, const Spelling& s) { return out << escaped(s.written); }

const std::vector<Spelling> impis = {{"alice@ims.example", "alice@ims.example"},
                                     {"Alice@IMS.Example", "Alice@ims.example"},
                                     {"alice", ""},
                                     {"", ""},
                                     {"@ims.example", ""},
                                     {"alice@", ""},
                                     {"a@b@c", ""},
                                     {"al ice@ims.example", ""},
                                     {std::string("al\0ice@ims.example", 18), ""},
                                     {"al\x01ice@ims.example", ""},
                                     {"\xff@ims.example", ""},
                                     {"\xc3\xa9@ims.example", "\xc3\xa9@ims.example"},
                                     {"\xc0\x80@ims.example", ""},
                                     {std::string(250, 'a') + "@ims.example", ""}};

const std::vector<Spelling> impus = {{"sip:alice@ims.example", "sip:alice@ims.example"},
                                     {"SIP:Alice@IMS.example", "sip:Alice@ims.example"},
                                     {"sip:alice@IMS.example;User=Phone", "sip:alice@ims.example;User=Phone"},
                                     {"sips:a@b", "sips:a@b"},
                                     {"tel:+1-555-(01).00",
                                      "tel:+1555"
                                      "0100"},
                                     {"tel:+1555;ext=7", "tel:+1555;ext=7"},
                                     {"tel:", ""},
                                     {"tel:abc-xyz", ""},
                                     {"tel:+", ""},
                                     {"sip:", ""},
                                     {"sip:@host", ""},
                                     {"sip:a@", ""},
                                     {"mailto:a@b", ""},
                                     {"alice@ims.example", ""},
                                     {std::string("sip:a\0b@c", 9), ""},
                                     {"sip:a b@c", ""},
                                     {"sip:\xed\xa0\x80@c", ""},
                                     {"sip:chat-!.*!@ims.example", "sip:chat-!.*!@ims.example"},
                                     {"sip:ims.example", "sip:ims.example"}};

const std::vector<Spelling> names = {{"waf.example", "waf.example"},
                                     {"WAF.Example.", "waf.example"},
                                     {"b\xc3\xbc"
                                      "cher.example",
                                      "xn--bcher-kva.example"},
                                     {"B\xc3\x9c"
                                      "CHER.example",
                                      "xn--bcher-kva.example"},
                                     {"https://WAF.example/", "https://waf.example"},
                                     {"HTTPS://waf.example:8443/Path", "https://waf.example:8443/Path"},
                                     {"", ""},
                                     {".", ""},
                                     {"-a.example", ""},
                                     {"a..b", ""},
                                     {"a b", ""},
                                     {"https:///x", ""},
                                     {std::string("waf\0.example", 12), ""},
                                     {std::string(300, 'a'), ""},
                                     {"\xff.example", ""}};

template <class T>
void compare(const Spelling& s) {
  const auto parsed = T::parse(s.written);
  BOOST_TEST(parsed.has_value() == !s.normal.empty());
  if (parsed) BOOST_TEST(parsed->text() == s.normal);
  if (parsed) BOOST_TEST(T::parse(parsed->text())->text() == s.normal);  // normal form is a fixed point
}

BOOST_DATA_TEST_CASE(an_impi_is_a_nai_in_normal_form, bdata::make(impis), s) { compare<Impi>(s); }
BOOST_DATA_TEST_CASE(an_impu_is_a_sip_or_tel_uri_in_normal_form, bdata::make(impus), s) { compare<Impu>(s); }
BOOST_DATA_TEST_CASE(an_authorizer_has_one_spelling, bdata::make(names), s) { compare<AuthorizerName>(s); }

BOOST_AUTO_TEST_CASE(a_wildcarded_identity_means_the_whole_of_a_distinct_one) {
  const auto w = WildcardedIdentity::parse(impu("sip:pool-![0-9]+!@ims.example"));
  BOOST_TEST_REQUIRE(w.has_value());
  BOOST_TEST(w->matches(impu("sip:pool-17@ims.example")));
  BOOST_TEST(!w->matches(impu("sip:pool-@ims.example")));
  BOOST_TEST(!w->matches(impu("sip:pool-17x@ims.example")));
  BOOST_TEST(!w->matches(impu("sip:pool-17@ims.example.net")));
  BOOST_TEST(!w->matches(impu("sip:xpool-17@ims.example")));
  BOOST_TEST(w->prefix() == "sip:pool-");
}

BOOST_AUTO_TEST_CASE(an_alternative_in_a_wildcard_cannot_escape_its_place) {
  const auto w = WildcardedIdentity::parse(impu("sip:pool-!a|b!@ims.example"));
  BOOST_TEST_REQUIRE(w.has_value());
  BOOST_TEST(w->matches(impu("sip:pool-b@ims.example")));
  BOOST_TEST(!w->matches(impu("sip:pool-ab@ims.example")));
  BOOST_TEST(!w->matches(impu("sip:b@ims.example")));
}

BOOST_AUTO_TEST_CASE(what_is_no_wildcard_is_refused) {
  for (const char* text :
       {"sip:a@b.example", "sip:!@b.example", "sip:!!@b.example", "sip:!(!@b.example", "sip:!a!b!@c.example"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!WildcardedIdentity::parse(Impu::trusted(text)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(times_are_read_and_written_in_utc) {
  BOOST_TEST(to_rfc3339(parse_rfc3339("2030-02-28T23:59:59Z").value()) == "2030-02-28T23:59:59Z");
  for (const char* text : {"2030-02-30T00:00:00Z", "2030-01-01T24:00:00Z", "2030-01-01T00:00:00",
                           "2030-01-01 00:00:00Z", "1969-12-31T23:59:59Z", "", "2030-01-01T00:00:00+01"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!parse_rfc3339(text).has_value());
  }
}

BOOST_AUTO_TEST_CASE(hosts_match_names_and_patterns) {
  BOOST_TEST(host_matches("epcscf.ims.example", "EPCSCF.ims.example"));
  BOOST_TEST(host_matches("*.ims.example", "a.ims.example"));
  BOOST_TEST(!host_matches("*.ims.example", ".ims.example"));
  BOOST_TEST(!host_matches("*.ims.example", "a.ims.example.net"));
  BOOST_TEST(host_matches("epcscf*", "epcscf7.ims.example"));
  BOOST_TEST(!host_matches("epcscf*", "xepcscf"));
}

BOOST_AUTO_TEST_CASE(hostile_text_is_shown_escaped) {
  BOOST_TEST(escaped(std::string("a\0\n\x7f\xc3\\", 6)) == "a\\x00\\x0a\\x7f\\xc3\\x5c");
  BOOST_TEST(escaped(std::string(500, 'a')).size() < 140U);
}

BOOST_AUTO_TEST_CASE(a_profile_that_its_procedures_cannot_use_is_refused) {
  BOOST_TEST(check(alice()).has_value());
  Profile p = alice();
  p.impus.push_back(p.impus.front());
  BOOST_TEST(!check(p).has_value());
  p = alice();
  p.impis.clear();
  BOOST_TEST(!check(p).has_value());
  p = alice();
  p.impus[0].kind = PublicIdentity::Kind::wildcarded_impu;
  BOOST_TEST(!check(p).has_value());
  p = alice();
  p.impus[0].irs = 0;
  BOOST_TEST(!check(p).has_value());
}

}  // namespace
}  // namespace vouchsafe::testing
