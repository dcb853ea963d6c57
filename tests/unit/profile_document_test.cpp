#include "profile/filter_criteria.hpp"
#include "profile/ims_subscription.hpp"
#include "profile/xml.hpp"
#include "support/fakes.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// XML that comes in, and the User-Data that goes out.
namespace vouchsafe::testing {
namespace {

const char* criteria_text =
    "<InitialFilterCriteria><Priority>0</Priority><TriggerPoint><ConditionTypeCNF>0</"
    "ConditionTypeCNF><SPT><ConditionNegated>0</ConditionNegated><Group>0</Group><SessionCase>%</SessionCase></SPT></"
    "TriggerPoint><ApplicationServer><ServerName>sip:as.ims.example</ServerName><DefaultHandling>0</DefaultHandling></"
    "ApplicationServer></InitialFilterCriteria>";
std::string criteria(const std::string& session_case) {
  std::string text = criteria_text;
  return text.replace(text.find('%'), 1, session_case);
}

BOOST_AUTO_TEST_CASE(criteria_serve_the_unregistered_by_their_session_case) {
  BOOST_TEST(profile::serves_unregistered(criteria("2")));
  BOOST_TEST(profile::serves_unregistered(criteria("3")));
  BOOST_TEST(!profile::serves_unregistered(criteria("0")));
  BOOST_TEST(!profile::serves_unregistered(criteria("1")));
  BOOST_TEST(profile::serves_unregistered(criteria("1") + criteria("2")));
  BOOST_TEST(!profile::serves_unregistered(""));
}

BOOST_AUTO_TEST_CASE(hostile_xml_is_refused) {
  std::string bomb = "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string("<!ENTITY ") + c + " \"";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(c - 1) + ";";
    bomb += "\">";
  }
  BOOST_TEST(!profile::parse(bomb + "]><l>&j;</l>").has_value());
  BOOST_TEST(!profile::parse("<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><l/>").has_value());
  BOOST_TEST(!profile::parse("<a><b></a>").has_value());
  BOOST_TEST(!profile::parse(std::string(300 * 1024, ' ') + "<a/>").has_value());
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "<a>";
  BOOST_TEST(!profile::parse(deep).has_value());
  BOOST_TEST(profile::parse("<a>&lt;</a>").has_value());
}

/// A view of a subscription that uses everything a profile can hold.
ports::ServedView rich_view() {
  ports::ServedView view;
  Subscription s;
  s.profile = alice();
  s.profile.impus.insert(s.profile.impus.begin(), {impu("sip:barred@ims.example"), 1, true});
  s.profile.impus.push_back({impu("sip:o'brien&<co>@ims.example"), 1});
  s.profile.impus.push_back(
      {impu("sip:chat-!.*!@ims.example"), 1, false, PublicIdentity::Kind::wildcarded_psi, "shared"});
  s.profile.impus.push_back({impu("sip:guest-!.*!@ims.example"), 1, false, PublicIdentity::Kind::wildcarded_impu});
  s.profile.impus.push_back({impu("sip:elsewhere@ims.example"), 2});
  s.profile.ifc = criteria("1");
  view.subscription = s;
  view.shared_ifc.push_back({"shared", 42, criteria("2")});
  return view;
}

BOOST_AUTO_TEST_CASE(user_data_holds_the_set_with_an_unbarred_default_first) {
  const std::string xml =
      profile::ImsSubscriptionWriter().user_data(rich_view(), impi("alice@ims.example"), 1, false).value();
  BOOST_TEST(profile::parse(xml).has_value());
  BOOST_TEST(xml.find("<PublicIdentity><Identity>sip:alice@ims.example") < xml.find("sip:barred@ims.example"));
  BOOST_TEST(xml.find("<PublicIdentity><BarringIndication>1</BarringIndication><Identity>sip:barred@ims.example") !=
             std::string::npos);
  BOOST_TEST(xml.find("o'brien&amp;&lt;co&gt;") != std::string::npos);
  BOOST_TEST(xml.find("elsewhere") == std::string::npos);
  BOOST_TEST(xml.find("SharedIFCSetID") == std::string::npos);
  BOOST_TEST(xml.find("<SessionCase>2</SessionCase>") != std::string::npos);
  const std::string shared =
      profile::ImsSubscriptionWriter().user_data(rich_view(), impi("alice@ims.example"), 1, true).value();
  BOOST_TEST(shared.find("<SharedIFCSetID>42</SharedIFCSetID>") != std::string::npos);
  BOOST_TEST(shared.find("<SessionCase>2</SessionCase>") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_shared_set_that_is_gone_is_unavailable) {
  auto view = rich_view();
  view.shared_ifc.clear();
  BOOST_TEST((profile::ImsSubscriptionWriter().user_data(view, impi("alice@ims.example"), 1, false).error().kind ==
              Error::Kind::unavailable));
}

}  // namespace
}  // namespace vouchsafe::testing
