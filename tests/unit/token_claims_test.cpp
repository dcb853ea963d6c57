#include "domain/token.hpp"
#include "support/fakes.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// What a verified token must say, claim by claim.
namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

using std::chrono::seconds;

const Time t0 = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1};

/// A token that is good, and what it is compared with; a row changes one thing.
struct Case {
  TokenClaims claims{"", "waf.example", {"ims.example"}, t0 + seconds{300}, std::nullopt, t0, "7", {}};
  TokenRules rules;
  TokenPolicy policy{{"ims.example"}, seconds{30}, seconds{3600}, 10};
  std::optional<AuthorizerName> wwsf;
  Case() {
    put("impi", {"alice@ims.example"});
    put("impu", {"sip:alice@ims.example"});
  }
  void put(const std::string& claim, const std::vector<std::string>& texts) {
    take(claim);
    claims.texts.emplace_back(claim, texts);
  }
  void take(const std::string& claim) {
    std::erase_if(claims.texts, [&](const auto& one) { return one.first == claim; });
  }
  [[nodiscard]] std::optional<TokenFault> fault() const {
    const AuthorizerName waf = name("waf.example");
    const Impi who = impi("alice@ims.example");
    const Impu as = impu("sip:alice@ims.example");
    const auto all = faults_of(claims, {rules, policy, waf, wwsf ? &*wwsf : nullptr, who, as, t0});
    return all.empty() ? std::nullopt : std::optional(all.front());
  }
};

struct Row {
  const char* what;
  Reason expected;
  void (*change)(Case&);
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }
constexpr Reason good = Reason::authorized;
const Row rows[] = {
    {"nothing wrong", good, [](Case&) {}},
    {"typ JWT", good, [](Case& c) { c.claims.type = "jwt"; }},
    {"typ at+jwt", good, [](Case& c) { c.claims.type = "at+jwt"; }},
    {"typ of something else", Reason::token_invalid, [](Case& c) { c.claims.type = "dpop+jwt"; }},
    {"no typ where at+jwt is asked for", Reason::token_invalid, [](Case& c) { c.rules.access_token = true; }},
    {"another issuer", Reason::token_invalid, [](Case& c) { c.claims.issuer = "waf.other.example"; }},
    {"the issuer in capitals", Reason::token_invalid, [](Case& c) { c.claims.issuer = "WAF.example"; }},
    {"no issuer", Reason::token_invalid, [](Case& c) { c.claims.issuer.clear(); }},
    {"the registered issuer", good,
     [](Case& c) { c.rules.issuer = c.claims.issuer = "https://login.waf.example/tenant"; }},
    {"another audience", Reason::token_invalid, [](Case& c) { c.claims.audience = {"other.example"}; }},
    {"no audience", Reason::token_invalid, [](Case& c) { c.claims.audience.clear(); }},
    {"one audience of several", good,
     [](Case& c) {
       c.claims.audience = {"other.example", "ims.example"};
     }},
    {"no audience configured", Reason::token_invalid, [](Case& c) { c.policy.audiences.clear(); }},
    {"no exp", Reason::token_invalid, [](Case& c) { c.claims.expires.reset(); }},
    {"over within the skew", good, [](Case& c) { c.claims.expires = t0 - seconds{29}; }},
    {"over", Reason::token_expired, [](Case& c) { c.claims.expires = t0 - seconds{30}; }},
    {"begins within the skew", good, [](Case& c) { c.claims.not_before = t0 + seconds{30}; }},
    {"begins later", Reason::token_invalid, [](Case& c) { c.claims.not_before = t0 + seconds{31}; }},
    {"issued later", Reason::token_invalid, [](Case& c) { c.claims.issued = t0 + seconds{31}; }},
    {"no iat", good, [](Case& c) { c.claims.issued.reset(); }},
    {"good for an hour", good, [](Case& c) { c.claims.expires = t0 + seconds{3600}; }},
    {"good for longer", Reason::token_invalid, [](Case& c) { c.claims.expires = t0 + seconds{3631}; }},
    {"good for longer since its iat", Reason::token_invalid, [](Case& c) { c.claims.issued = t0 - seconds{4000}; }},
    {"good for years without iat", Reason::token_invalid,
     [](Case& c) {
       c.claims.issued.reset();
       c.claims.expires = t0 + seconds{100'000'000};
     }},
    {"another IMPI", Reason::token_mismatch, [](Case& c) { c.put("impi", {"bob@ims.example"}); }},
    {"the IMPI with its realm in capitals", good, [](Case& c) { c.put("impi", {"alice@IMS.example"}); }},
    {"no IMPI", Reason::token_invalid, [](Case& c) { c.take("impi"); }},
    {"another IMPU", Reason::token_mismatch, [](Case& c) { c.put("impu", {"sip:bob@ims.example"}); }},
    {"the IMPU among others", good,
     [](Case& c) {
       c.put("impu", {"tel:+15550100", "sip:alice@ims.example"});
     }},
    {"a list of no IMPU", Reason::token_mismatch, [](Case& c) { c.put("impu", {}); }},
    {"no IMPU", Reason::token_invalid, [](Case& c) { c.take("impu"); }},
    {"only sub, which is mapped", good,
     [](Case& c) {
       c.rules.impi_claim = "sub";
       c.rules.impu_claim.clear();
       c.take("impi");
       c.take("impu");
       c.put("sub", {"alice@ims.example"});
     }},
    {"sub of another", Reason::token_mismatch,
     [](Case& c) {
       c.rules.impi_claim = "sub";
       c.put("sub", {"bob@ims.example"});
     }},
    {"3gpp-waf that agrees", good, [](Case& c) { c.put("3gpp-waf", {"WAF.example."}); }},
    {"3gpp-waf of another", Reason::token_mismatch, [](Case& c) { c.put("3gpp-waf", {"waf.other.example"}); }},
    {"3gpp-wwsf that agrees", good,
     [](Case& c) {
       c.wwsf = name("shop.example");
       c.put("3gpp-wwsf", {"shop.example"});
     }},
    {"3gpp-wwsf of another", Reason::token_mismatch,
     [](Case& c) {
       c.wwsf = name("shop.example");
       c.put("3gpp-wwsf", {"evil.example"});
     }},
    {"3gpp-wwsf that the request does not name", Reason::token_mismatch,
     [](Case& c) { c.put("3gpp-wwsf", {"shop.example"}); }},
};
BOOST_DATA_TEST_CASE(a_token_is_good_only_where_every_claim_is, bdata::make(rows), row) {
  Case c;
  row.change(c);
  const auto fault = c.fault();
  BOOST_TEST(name_of(fault ? fault->reason : Reason::authorized) == name_of(row.expected));
  if (fault) BOOST_TEST(!fault->detail.empty());
}

BOOST_AUTO_TEST_CASE(a_kid_leads_to_an_active_key_and_none_to_the_only_one) {
  TokenRules rules;
  rules.keys = {{"a", "", "1"}, {"b", "", "2", TokenKey::State::retired}, {"c", "", "3", TokenKey::State::revoked}};
  BOOST_TEST(signing_key(rules, "a") == &rules.keys[0]);
  BOOST_TEST(signing_key(rules, "b") == nullptr);
  BOOST_TEST(signing_key(rules, "c") == nullptr);
  BOOST_TEST(signing_key(rules, "d") == nullptr);
  BOOST_TEST(signing_key(rules, "") == &rules.keys[0]);
  rules.keys.push_back({"d", "", "4"});
  BOOST_TEST(signing_key(rules, "") == nullptr);  // which of two, nobody says
}

}  // namespace
}  // namespace vouchsafe::testing
