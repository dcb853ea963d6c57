#include "client/cx.hpp"
#include "support/sh_process.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

// What an AS may not do over Sh, and what it may not say.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Message;
using client::Peer;
using client::repository_data;
using client::tgpp;
using namespace std::chrono_literals;

const std::string as1 = "as1.ims.example";

struct Permissions : ShProcess {
  Permissions() { start(); }
  void allow(const std::string& what, const std::string& host = as1) const {
    const auto done = vouchctl("as allow " + host + " --may read,write,subscribe " + what);
    BOOST_TEST_CONTEXT(done.output) BOOST_TEST_REQUIRE(done.exit == 0);
  }
  static std::string empty_grants() {
    return "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\"/>";
  }
  [[nodiscard]] bool no_subscription_is_left() const {
    return settles([&] { return ctl("subscriptions").empty(); });
  }
};

BOOST_FIXTURE_TEST_SUITE(sh_permission, Permissions)

BOOST_AUTO_TEST_CASE(every_service_does_not_include_the_grants) {
  allow("--data RepositoryData");
  Peer as(this->as());
  BOOST_TEST(put(as, 0, "<n/>", "notes") == 2001U);
  BOOST_TEST(put(as, 1, empty_grants(), grants_service) == experimental + 5103);
  BOOST_TEST(as.ask(client::udr(as, alice_impu, {0}, {grants_service})).result() == experimental + 5102);
  BOOST_TEST(as.ask(client::udr(as, alice_impu, {0}, {"notes", grants_service})).result() == experimental + 5102);
  BOOST_TEST(as.ask(client::snr(as, alice_impu, 0, {grants_service})).result() == experimental + 5104);
  allow("--service-indication " + grants_service);
  BOOST_TEST(put(as, 1, empty_grants(), grants_service) == 2001U);
  BOOST_TEST(as.ask(client::udr(as, alice_impu, {0}, {"notes", grants_service})).result() == 2001U);
  // Its own data reach no further: aliases' data are asked for as such.
  BOOST_TEST(put(as, 0, "<x/>", "aliases/zz") == 2001U);
  allow("--data AliasesRepositoryData");
  const Message aliases = as.ask(client::udr(as, alice_impu, {20}, {"zz"}));
  BOOST_TEST(aliases.result() == 2001U);
  BOOST_TEST(aliases.text(702, tgpp).find("<x/>") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_permission_that_is_taken_back_ends_its_subscriptions) {
  allow("--service-indication " + grants_service);
  allow("--service-indication notes");
  allow("--service-indication " + grants_service, "as2.ims.example");
  Peer as(this->as());
  Peer other(this->as("as2.ims.example"));
  BOOST_TEST(put(as, 0, "<n/>", "notes") == 2001U);
  BOOST_TEST(as.ask(client::snr(as, alice_impu, 0, {grants_service})).result() == 2001U);
  BOOST_TEST(as.ask(client::snr(as, alice_impu, 0, {"notes"})).result() == 2001U);
  BOOST_TEST(other.ask(client::snr(other, alice_impu, 0, {grants_service})).result() == 2001U);
  const auto read_only = vouchctl("as deny as1.ims.example --may write --service-indication " + grants_service);
  BOOST_TEST(read_only.output.find("1 permissions changed, 0 subscriptions ended") != std::string::npos);
  const auto denied = vouchctl("as deny as1.ims.example --may subscribe --service-indication " + grants_service);
  BOOST_TEST(denied.output.find("1 permissions changed, 1 subscriptions ended") != std::string::npos);
  BOOST_TEST(vouchctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net").exit == 0);
  const auto told = other.receive(3s);
  BOOST_TEST_REQUIRE(told.has_value());
  BOOST_TEST(told->command == pnr);
  other.answer(*told);
  BOOST_TEST(!as.receive(500ms).has_value());
  BOOST_TEST(vouchctl("subscriptions --as as1.ims.example").output.find(grants_service) == std::string::npos);
  BOOST_TEST(vouchctl("as deny as1.ims.example --everything").output.find("1 subscriptions ended") !=
             std::string::npos);
  BOOST_TEST(vouchctl("as deny as2.ims.example --everything").exit == 0);
  BOOST_TEST(no_subscription_is_left());
}

BOOST_AUTO_TEST_CASE(a_notification_is_not_sent_where_nothing_permits_it) {
  allow("--service-indication " + grants_service);
  {
    Peer as(this->as());
    BOOST_TEST(as.ask(client::snr(as, alice_impu, 0, {grants_service})).result() == 2001U);
    as.disconnect();
  }
  // Owed while there is no way to the AS, and taken back by something that knows of no subscriptions.
  BOOST_TEST(vouchctl("revoke --impu sip:alice@ims.example --authorizer waf.example.net").exit == 0);
  BOOST_TEST_REQUIRE(vouchctl("subscriptions").output.find(grants_service) != std::string::npos);
  const auto taken = run("python3 -c 'import sqlite3; d = sqlite3.connect(\"" + (folder() / "hss.db").string() +
                         "\"); d.execute(\"DELETE FROM as_permission\"); d.execute(\"UPDATE registry SET version = "
                         "version + 1\"); d.commit()'");
  BOOST_TEST_CONTEXT(taken.output) BOOST_TEST_REQUIRE(taken.exit == 0);
  Peer as(this->as());
  BOOST_TEST(no_subscription_is_left());
  BOOST_TEST(!as.receive(300ms).has_value());
  BOOST_TEST(settles([&] { return ctl("outbox list").empty(); }));
}

BOOST_AUTO_TEST_CASE(a_private_identity_of_another_subscription_is_refused) {
  allow("--data IMSUserState");
  allow("--service-indication notes");
  Peer as(this->as());
  const auto with = [](Message message, const std::string& impi) {
    message.avps.push_back(client::text_avp(1, impi));
    return message;
  };
  const auto state = client::udr(as, alice_impu, {11});
  BOOST_TEST(as.ask(with(state, "alice@ims.example")).result() == 2001U);
  BOOST_TEST(as.ask(with(state, "bob@ims.example")).result() == experimental + 5002);
  BOOST_TEST(as.ask(with(state, "nobody@ims.example")).result() == experimental + 5002);
  const Message malformed = as.ask(with(state, "alice"));
  BOOST_TEST(malformed.result() == 5004U);
  BOOST_TEST(malformed.members(279).front().code == 1U);
  const auto put = client::pur(as, alice_impu, repository_data("notes", 0, "<n/>"));
  BOOST_TEST(as.ask(with(put, "bob@ims.example")).result() == experimental + 5002);
  BOOST_TEST(as.ask(with(put, "alice@ims.example")).result() == 2001U);
  const auto subscribe = client::snr(as, alice_impu, 11);
  BOOST_TEST(as.ask(with(subscribe, "bob@ims.example")).result() == experimental + 5002);
  BOOST_TEST(as.ask(with(subscribe, "alice@ims.example")).result() == 2001U);
}

BOOST_AUTO_TEST_CASE(text_that_would_be_stored_is_text) {
  allow("--data RepositoryData");
  allow("--data InitialFilterCriteria");
  Peer as(this->as());
  for (const auto& service : {std::string("\x1fzz"), std::string("\xff"), std::string("a\x7f"),
                              std::string("a\xc2\x85"), std::string("a\nb"), std::string(256, 'x')}) {
    const Message answer = as.ask(client::udr(as, alice_impu, {0}, {service}));
    BOOST_TEST(answer.result() == 5004U);
    BOOST_TEST(answer.members(279).front().code == 704U);
  }
  for (const std::string service : {"\x1fzz", "&#x1f;zz", "\xff", "a&#x7f;", "a&#x85;", "a&#10;b", ""})
    BOOST_TEST(put(as, 0, "<n/>", service) == experimental + 5100);
  BOOST_TEST(put(as, 0, "<n/>",
                 "b\xc3\xbc"
                 "cher") == 2001U);
  Message realm = client::snr(as, alice_impu, 0,
                              {"b\xc3\xbc"
                               "cher"});
  for (auto& avp : realm.avps) {
    if (avp.code == 296) avp.data = "\xff";
  }
  BOOST_TEST(as.ask(realm).result() == 5004U);
  Message server = client::snr(as, alice_impu, 13);
  server.avps.push_back(client::text_avp(602, "sip:as\x1b[2J@ims.example", tgpp));
  BOOST_TEST(as.ask(server).result() == 5004U);
}

BOOST_AUTO_TEST_CASE(what_is_permitted_must_be_said) {
  const auto refused = [&](const std::string& arguments, const std::string& why) {
    const auto done = vouchctl("as " + arguments);
    BOOST_TEST_CONTEXT(arguments << ": " << done.output) {
      BOOST_TEST(done.exit == 2);
      BOOST_TEST(done.output.find(why) != std::string::npos);
    }
  };
  refused("allow as1.ims.example", "--may");
  refused("allow as1.ims.example --may read", "--data");
  refused("allow as1.ims.example --service-indication notes", "--may");
  refused("allow as1.ims.example --may read --data IMSUserState --service-indication notes", "RepositoryData");
  refused("deny as1.ims.example", "--may");
  refused("deny as1.ims.example --may read", "--data");
  for (const char* host : {"'as*'", "'*'", "'*ims.example'", "'as.*.example'", "'*.'", "''", "'a b'"})
    refused(std::string("allow ") + host + " --may read --data IMSUserState", "no host");
  BOOST_TEST(vouchctl("as list").output.empty());
  BOOST_TEST(vouchctl("as allow '*.apps.example' --may read --service-indication notes").exit == 0);
  BOOST_TEST(vouchctl("as list").output == "*.apps.example  RepositoryData  notes  read\n");
  BOOST_TEST(vouchctl("as deny '*.apps.example' --everything").exit == 0);
  BOOST_TEST(vouchctl("as list").output.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
