#include "diameter/speaker.hpp"

#include "support/fakes.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

// Who sends a request: what the connection proves, what Origin-Host claims, and what the operator lets stand.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::text_avp;
using diameter::Command;

struct Speaking {
  Policy policy;
  NoLog log;
  diameter::Speakers speakers{[this] { return std::make_shared<const Policy>(policy); }, "hss.ims.example",
                              dictionary(), log};

  Speaking() {
    policy.clients.push_back({"*.ims.example", {Role::i_cscf}});
    policy.clients.push_back({"edge.example", {Role::ep_cscf}, true, true});
    policy.agents = {{"dra.example", {"scscf.ims.example", "hss.ims.example"}}};
  }

  tl::expected<Speaker, diameter::Stranger> identify(const Message& m, std::string peer,
                                                     Command command = Command::user_authorization,
                                                     std::uint32_t claimed = 0) {
    message_ = received(m);
    if (claimed != 0) claim_vendor_0(message_, claimed);
    BOOST_REQUIRE(fd_msg_source_set(message_.get(), peer.data(), peer.size()) == 0);
    return speakers.identify(message_.get(), command);
  }
  static Message from(const std::string& host) { return request(300, cx_id, host); }
  static Message with_origin(std::uint32_t code, const client::Avp& avp) {
    Message m = from("icscf.ims.example");
    std::erase_if(m.avps, [&](const client::Avp& a) { return a.code == code; });
    m.avps.push_back(avp);
    return m;
  }
  void logged(ports::Message what) {
    BOOST_TEST_REQUIRE(log.lines.size() == 1U);
    BOOST_TEST((log.lines[0].first == what));
    log.lines.clear();
  }

 private:
  diameter::OwnedMessage message_;
};

BOOST_FIXTURE_TEST_SUITE(speaking, Speaking)

BOOST_AUTO_TEST_CASE(a_peer_speaks_for_itself_in_the_roles_that_the_operator_gave_it) {
  const auto own = identify(from("icscf.ims.example"), "icscf.ims.example").value();
  BOOST_TEST(own.peer == "icscf.ims.example");
  BOOST_TEST(own.host == "icscf.ims.example");
  BOOST_TEST(own.realm == "ims.example");
  BOOST_TEST(own.roles.has(Role::i_cscf));
  BOOST_TEST(!own.vouching_only);
  BOOST_TEST(!own.marks);
  const auto edge = identify(from("edge.example"), "edge.example").value();
  BOOST_TEST(edge.roles.has(Role::ep_cscf));
  BOOST_TEST(edge.vouching_only);
  BOOST_TEST(edge.marks);
}

BOOST_AUTO_TEST_CASE(an_agent_speaks_for_its_clients_and_nobody_else_for_others) {
  const auto client = identify(from("scscf.ims.example"), "dra.example").value();
  BOOST_TEST(client.peer == "dra.example");
  BOOST_TEST(client.host == "scscf.ims.example");
  const auto other = identify(from("icscf.ims.example"), "dra.example");
  BOOST_TEST((other.error().answer.code == result::authorization_rejected));
  logged(ports::Message::speaks_for_another);
  BOOST_TEST(!identify(from("icscf.ims.example"), "icscf2.ims.example").has_value());
  logged(ports::Message::speaks_for_another);
}

BOOST_AUTO_TEST_CASE(nobody_speaks_in_the_hss_own_name) {
  for (const char* peer : {"hss.ims.example", "dra.example"}) {
    BOOST_TEST(!identify(from("HSS.ims.example"), peer).has_value());
    logged(ports::Message::speaks_for_another);
  }
}

BOOST_AUTO_TEST_CASE(a_stranger_and_a_command_without_a_right_are_5003) {
  const auto stranger = identify(from("elsewhere.example"), "elsewhere.example");
  BOOST_TEST((stranger.error().answer.code == result::authorization_rejected));
  BOOST_TEST(!stranger.error().delegated);
  logged(ports::Message::no_role);
  BOOST_TEST(!identify(from("icscf.ims.example"), "icscf.ims.example", Command::server_assignment).has_value());
  logged(ports::Message::no_role);
  BOOST_TEST(identify(from("icscf.ims.example"), "icscf.ims.example", Command::location_info).has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_knows_whether_the_request_carried_a_vouching) {
  Message m = from("elsewhere.example");
  m.avps.push_back(client::delegated_authorization({"waf.example"}));
  BOOST_TEST(identify(m, "elsewhere.example").error().delegated);
}

BOOST_AUTO_TEST_CASE(an_origin_that_is_none_is_refused_before_anything_is_read) {
  for (const std::uint32_t code : {264U, 296U}) {
    BOOST_TEST_CONTEXT(code) {
      const auto none = identify(with_origin(code, text_avp(9999, "", 0, false)), "icscf.ims.example");
      BOOST_TEST((none.error().answer.code == result::missing_avp));
      BOOST_TEST(diameter::row_of(none.error().answer.missing.value()).code == code);
      const auto bad = identify(with_origin(code, text_avp(code, "a b")), "icscf.ims.example");
      BOOST_TEST((bad.error().answer.code == result::invalid_avp_value));
      BOOST_TEST((bad.error().answer.offender != nullptr));
      BOOST_TEST(bad.error().answer.text == "a b");
      const auto claimed = identify(from("icscf.ims.example"), "icscf.ims.example", Command::user_authorization, code);
      BOOST_TEST((claimed.error().answer.code == result::missing_avp));
    }
  }
  BOOST_TEST(log.lines.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
