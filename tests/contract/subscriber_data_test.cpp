#include "contract/changes.hpp"
#include "ports/state_writes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Grants, repository data, permissions, and who hears of changes, asked of the database and of the fake.
namespace vouchsafe::testing {
namespace {

const std::vector<std::string> services{"delegated-authorizers", "notes"};

template <class Store>
ports::DataView data(Store& store, const char* u = "sip:alice@ims.example", const std::string& as = "nobody.example") {
  return store.reader().data_of(impu(u), services, as).value();
}

ports::NotificationSubscription wants(const std::string& host, DataReference reference, const std::string& service,
                                      std::optional<Time> expires = {}, bool once = false) {
  return {1, host, "ims.example", impu("sip:alice@ims.example"), reference, service, expires, once};
}

BOOST_AUTO_TEST_CASE_TEMPLATE(grants_are_replaced_with_their_number_and_other_identities_keep_theirs, Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  store.add_authorizer("other.example");
  Grant of_impi = grant_to("waf.example");
  of_impi.kind = Grant::Subject::impi;
  of_impi.subject = "alice@ims.example";
  store.add(alice(), {}, {grant_to("waf.example"), grant_to("waf.example", "tel:+15550100"), of_impi});
  write(store, {ports::GrantsChange{1, impu("sip:alice@ims.example"), {grant_to("other.example")}, 7}});
  const auto view = data(store);
  BOOST_TEST(view.grants_sequence == 7);
  BOOST_TEST(view.grants.size() == 2U);
  for (const auto& g : view.grants)
    BOOST_TEST((g.grant.subject == "tel:+15550100") == (g.grant.authorizer == name("waf.example")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(repository_data_are_an_identitys_own, Store, Stores) {
  Store store;
  store.add(alice());
  const auto put = [&](std::optional<RepositoryData> data) {
    write(store, {ports::RepositoryChange{1, impu("sip:alice@ims.example"), "notes", std::move(data)}});
  };
  put(RepositoryData{"notes", 65535, "<a>'\"</a>"});
  BOOST_TEST_REQUIRE(data(store).repository.size() == 1U);
  BOOST_TEST(data(store).repository.front().sequence == 65535);
  BOOST_TEST(data(store).repository.front().service_data == "<a>'\"</a>");
  BOOST_TEST(data(store, "tel:+15550100").repository.empty());
  put(RepositoryData{"notes", 1, "<b/>"});
  BOOST_TEST(data(store).repository.front().sequence == 1);
  put(std::nullopt);
  BOOST_TEST(data(store).repository.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_subscribed_is_sent_a_notification_but_not_of_its_own_change, Store, Stores) {
  Store store;
  store.add(alice());
  BOOST_TEST(data(store).watched == 0U);
  write(store, {wants("as1.example", DataReference::repository_data, "notes"),
                wants("as2.example", DataReference::repository_data, "notes", now + std::chrono::seconds{1}),
                wants("as3.example", DataReference::repository_data, "notes", now),
                wants("as4.example", DataReference::ims_user_state, "", std::nullopt, true)});
  BOOST_TEST(data(store).watched ==
             (ports::watch_bit(DataReference::repository_data) | ports::watch_bit(DataReference::ims_user_state)));
  write(store, {ports::DataChanged{1, DataReference::repository_data, "notes", std::nullopt, "as1.example", now}});
  BOOST_TEST(store.outbox().hosts().value() == (std::vector<std::string>{"as2.example"}),
             boost::test_tools::per_element());
  const auto pnr = store.outbox().due("as2.example", now.time_since_epoch(), horizon, 10).value();
  BOOST_TEST_REQUIRE(pnr.size() == 1U);
  const auto& about = std::get<DataNotification>(pnr.front().body);
  BOOST_TEST((about.impu == impu("sip:alice@ims.example")));
  BOOST_TEST(about.service_indication == "notes");
  BOOST_TEST(pnr.front().realm == "ims.example");
  // A change that somebody watches, once.
  State state;
  state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
  state.registrations.push_back(
      registration("alice@ims.example", "sip:alice@ims.example", Direct{}, *state.scscf, now));
  write(store, ports::state_writes(data(store), state, now));
  BOOST_TEST(store.outbox().due("as4.example", now.time_since_epoch(), horizon, 10).value().size() == 1U);
  BOOST_TEST(data(store).watched == ports::watch_bit(DataReference::repository_data));
  write(store, {ports::NotificationUnsubscription{1, "as1.example", impu("sip:alice@ims.example"),
                                                  DataReference::repository_data, "notes"},
                ports::NotificationUnsubscription{1, "as2.example", impu("sip:alice@ims.example"),
                                                  DataReference::repository_data, "notes"},
                ports::NotificationUnsubscription{1, "as3.example", impu("sip:alice@ims.example"),
                                                  DataReference::repository_data, "notes"}});
  BOOST_TEST(data(store).watched == 0U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(permissions_are_those_of_the_host, Store, Stores) {
  Store store;
  store.add(alice());
  store.allow({"*.as.example", DataReference::repository_data, "notes", {ShOperation::pull, ShOperation::subscribe}});
  BOOST_TEST(data(store, "sip:alice@ims.example", "one.as.example").permissions.size() == 1U);
  BOOST_TEST(data(store, "sip:alice@ims.example", "as.example.evil").permissions.empty());
  BOOST_TEST(data(store, "sip:nobody@ims.example", "one.as.example").permissions.size() == 1U);
}

}  // namespace
}  // namespace vouchsafe::testing
