#include "domain/allowed_names.hpp"
#include "ports/state_writes.hpp"
#include "support/stores.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <future>
#include <stdexcept>

// One contract for every store: the outbox, repository data, and who hears of changes.
namespace vouchsafe::testing {
namespace {

using Stores = boost::mpl::list<SqlStore, FakeStore>;
constexpr std::chrono::milliseconds horizon{1'000'000};
const std::vector<std::string> services{"delegated-authorizers", "notes"};

template <class Store>
ports::DataView look(Store& store, const char* u = "sip:alice@ims.example", const std::string& as = "nobody.example") {
  return store.reader().data_of(impu(u), services, as).value();
}

OutboxEntry rtr(const std::string& host, std::chrono::milliseconds due) {
  OutboxEntry d;
  d.subscription = 1;
  d.host = host;
  d.realm = "ims.example";
  d.body = Termination{impi("alice@ims.example"), {impu("sip:alice@ims.example"), impu("tel:+15550100")}, {1, 7}};
  d.cause = "waf.example: NOT_GRANTED";
  d.created = now;
  d.due = due;
  d.origin = 5;
  return d;
}

ports::NotificationSubscription wants(const std::string& host, DataReference reference, const std::string& service,
                                      std::optional<Time> expires = {}, bool once = false) {
  return {1, host, "ims.example", impu("sip:alice@ims.example"), reference, service, expires, once};
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_entry_comes_back_as_it_was_written_and_when_it_is_due, Store, Stores) {
  Store store;
  store.add(alice());
  const std::chrono::milliseconds at{1000};
  write(store, {ports::OutboxAddition{rtr("b.example", at + at)}, ports::OutboxAddition{rtr("a.example", at)}});
  BOOST_TEST(store.outbox().hosts().value() == (std::vector<std::string>{"a.example", "b.example"}),
             boost::test_tools::per_element());
  BOOST_TEST(store.outbox().due("b.example", at, horizon, 10).value().empty());
  BOOST_TEST(store.outbox().due("c.example", at, horizon, 10).value().empty());
  auto due = store.outbox().due("a.example", at, horizon, 10).value();
  BOOST_TEST_REQUIRE(due.size() == 1U);
  OutboxEntry entry = due.front();
  const auto& about = std::get<Termination>(entry.body);
  BOOST_TEST((about.impi == impi("alice@ims.example")));
  BOOST_TEST(about.impus.size() == 2U);
  BOOST_TEST(about.sets.back() == 7U);
  BOOST_TEST(entry.cause == "waf.example: NOT_GRANTED");
  BOOST_TEST(entry.origin == 5);
  BOOST_TEST((entry.created == now));
  entry.tries = 3;
  entry.error = "text";
  entry.due = at * 5;
  write(store, {ports::OutboxChange{entry}});
  BOOST_TEST(store.outbox().due("a.example", at, horizon, 10).value().empty());
  BOOST_TEST(store.outbox().due("a.example", at * 5, horizon, 10).value().front().tries == 3);
  BOOST_TEST(store.outbox().due("a.example", at * 5 - horizon * 2, horizon, 10).value().size() == 1U);  // set back
  entry.given_up = true;
  write(store, {ports::OutboxChange{entry}});
  BOOST_TEST(store.outbox().due("a.example", at * 5, horizon, 10).value().empty());
  BOOST_TEST(store.outbox().hosts().value().size() == 1U);
  write(store, {ports::OutboxRemoval{store.outbox().due("b.example", at * 5, horizon, 10).value().front().id}});
  BOOST_TEST(store.outbox().hosts().value().empty());
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
  const auto view = look(store);
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
  BOOST_TEST_REQUIRE(look(store).repository.size() == 1U);
  BOOST_TEST(look(store).repository.front().sequence == 65535);
  BOOST_TEST(look(store).repository.front().service_data == "<a>'\"</a>");
  BOOST_TEST(look(store, "tel:+15550100").repository.empty());
  put(RepositoryData{"notes", 1, "<b/>"});
  BOOST_TEST(look(store).repository.front().sequence == 1);
  put(std::nullopt);
  BOOST_TEST(look(store).repository.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(who_subscribed_is_sent_a_notification_but_not_of_its_own_change, Store, Stores) {
  Store store;
  store.add(alice());
  BOOST_TEST(look(store).watched == 0U);
  write(store, {wants("as1.example", DataReference::repository_data, "notes"),
                wants("as2.example", DataReference::repository_data, "notes", now + std::chrono::seconds{1}),
                wants("as3.example", DataReference::repository_data, "notes", now),
                wants("as4.example", DataReference::ims_user_state, "", std::nullopt, true)});
  BOOST_TEST(look(store).watched ==
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
  write(store, ports::state_writes(look(store), state, now));
  BOOST_TEST(store.outbox().due("as4.example", now.time_since_epoch(), horizon, 10).value().size() == 1U);
  BOOST_TEST(look(store).watched == ports::watch_bit(DataReference::repository_data));
  write(store, {ports::NotificationUnsubscription{1, "as1.example", impu("sip:alice@ims.example"),
                                                  DataReference::repository_data, "notes"},
                ports::NotificationUnsubscription{1, "as2.example", impu("sip:alice@ims.example"),
                                                  DataReference::repository_data, "notes"},
                ports::NotificationUnsubscription{1, "as3.example", impu("sip:alice@ims.example"),
                                                  DataReference::repository_data, "notes"}});
  BOOST_TEST(look(store).watched == 0U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(permissions_are_those_of_the_host, Store, Stores) {
  Store store;
  store.add(alice());
  store.allow({"*.as.example", DataReference::repository_data, "notes", {ShOperation::pull, ShOperation::subscribe}});
  BOOST_TEST(look(store, "sip:alice@ims.example", "one.as.example").permissions.size() == 1U);
  BOOST_TEST(look(store, "sip:alice@ims.example", "as.example.evil").permissions.empty());
  BOOST_TEST(look(store, "sip:nobody@ims.example", "one.as.example").permissions.size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_due_for_a_review_is_found, Store, Stores) {
  Store store;
  store.add(alice());
  State state;
  state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
  state.unregistered = {1};
  state.review_at = now;
  state.announced_names = 17;
  write(store, {ports::StateChange{1, state, false}});
  BOOST_TEST(store.outbox().to_review(now - std::chrono::seconds{1}, 10).value().empty());
  BOOST_TEST(store.outbox().to_review(now, 10).value().size() == 1U);
  BOOST_TEST(store.outbox().concerned("waf.example", 0, 10).value().size() == 1U);
  BOOST_TEST(store.outbox().concerned("waf.example", 1, 10).value().empty());
  BOOST_TEST((look(store).subscription->state == state));
}

// ---- what the database alone has to answer for

/// Throws, as a bug in a procedure would.
class Throwing : public ports::Work {
 public:
  explicit Throwing(std::promise<Result<void>>& done) : done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader&) override { throw std::logic_error("the test throws"); }
  void finish(const Result<void>& outcome) noexcept override { done_.set_value(outcome); }

 private:
  std::promise<Result<void>>& done_;
};

BOOST_FIXTURE_TEST_CASE(a_procedure_that_throws_fails_alone, SqlStore) {
  add(alice());
  std::promise<Result<void>> thrown;
  std::promise<Result<void>> good;
  committer().submit(std::make_unique<Throwing>(thrown));
  committer().submit(std::make_unique<Given>(ports::Writes{ports::OutboxAddition{rtr("a.example", {})}}, good));
  BOOST_TEST(!thrown.get_future().get().has_value());
  BOOST_TEST(good.get_future().get().has_value());
  BOOST_TEST(outbox().hosts().value().size() == 1U);
}

/// Holds the committer up until it is told to go on.
class Slow : public ports::Work {
 public:
  Slow(std::shared_future<void> go, std::atomic<int>& overloaded) : go_(std::move(go)), overloaded_(overloaded) {}
  ports::Writes prepare(const ports::SubscriberReader&) override {
    go_.wait();
    return {};
  }
  void finish(const Result<void>& outcome) noexcept override {
    if (!outcome && outcome.error().kind == Error::Kind::overloaded) ++overloaded_;
  }

 private:
  std::shared_future<void> go_;
  std::atomic<int>& overloaded_;
};

BOOST_FIXTURE_TEST_CASE(a_full_queue_is_answered_at_once_and_takes_work_again, SqlStore) {
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  std::atomic<int> overloaded{0};
  {
    store::SqlCommitter small(database(), log(), {4, 1});
    for (int i = 0; i < 20; ++i) small.submit(std::make_unique<Slow>(gone, overloaded));
    BOOST_TEST(overloaded >= 15);
    go.set_value();
  }
  BOOST_TEST(overloaded <= 16);  // one at work and four in the queue were taken
}

BOOST_FIXTURE_TEST_CASE(every_change_of_a_grant_moves_its_number_and_asks_for_a_review, SqlStore) {
  add_authorizer("waf.example");
  add_authorizer("other.example");
  add(alice());
  BOOST_TEST(look(*this).grants_sequence == 0);
  BOOST_TEST(try_to_grant(grant_to("waf.example")).value() != 0);
  BOOST_TEST(look(*this).grants_sequence == 0);  // created
  BOOST_TEST(try_to_grant(grant_to("other.example")).value() != 0);
  BOOST_TEST(look(*this).grants_sequence == 1);
  BOOST_TEST(revoke(grant_to("other.example")).value() != 0);
  BOOST_TEST(look(*this).grants_sequence == 2);
  const auto origin = set_state("waf.example", Authorizer::State::suspended).value();
  BOOST_TEST(remove_authorizer("waf.example").value() == 1U);
  BOOST_TEST(look(*this).grants_sequence == 3);
  const auto owed = outbox().due("", now.time_since_epoch(), horizon, 10).value();
  BOOST_TEST(owed.size() == 4U);
  BOOST_TEST(std::holds_alternative<AuthorizerReview>(owed.back().body));
  BOOST_TEST(outbox().left(origin).value().owed == 1);
}

BOOST_FIXTURE_TEST_CASE(each_impi_with_other_digest_data_asks_for_a_push_of_its_own, SqlStore) {
  Profile profile = alice();
  profile.impis.push_back(
      {impi("alice.web@ims.example"), AuthenticationScheme::sip_digest, {}, "ims.example", "sealed"});
  profile.impis.push_back(
      {impi("alice.tv@ims.example"), AuthenticationScheme::sip_digest, {}, "ims.example", "sealed"});
  profile.impis.push_back(
      {impi("alice.car@ims.example"), AuthenticationScheme::sip_digest, {}, "ims.example", "sealed"});
  add(profile);
  profile.impis[1].sealed = "sealed anew";
  profile.impis[3].digest_realm = "another.example";
  BOOST_TEST(replace(1, profile).value() != 0);
  std::vector<Impi> credentials;
  const auto due = outbox().due("", now.time_since_epoch(), horizon, 10).value();
  for (const auto& entry : due) {
    const auto& changes = std::get<SubscriptionReview>(entry.body).changes;
    BOOST_TEST(changes.credentials.has_value() != changes.user_data);
    if (changes.credentials) credentials.push_back(*changes.credentials);
  }
  BOOST_TEST((credentials == std::vector<Impi>{impi("alice.web@ims.example"), impi("alice.car@ims.example")}));
}

/// A row as any release since schema 2 has written it. \param rest impi, impus, sets, authorizer, cursor, flags,
/// reference, service
void insert_row(const std::string& path, int kind, const std::string& rest) {
  soci::session sql(soci::sqlite3, "db=" + path);
  sql << "INSERT INTO outbox (kind, subscription_id, host, realm, impi, impus, sets, authorizer, cursor, flags, "
         "reference, service, cause, created, due, tries, given_up, error, origin) VALUES (" +
             std::to_string(kind) + ", 7, 'a.example', 'example', " + rest + ", 'why', 1700000000, 5, 2, 0, 'last', 3)";
}

BOOST_FIXTURE_TEST_CASE(what_an_earlier_release_wrote_is_read_with_what_it_meant, SqlStore) {
  insert_row(path(), 0, "'a@x', '', '', '', 0, 4, 0, ''");
  insert_row(path(), 1, "'', '', '', 'waf.example', 41, 1, 0, ''");
  insert_row(path(), 2, "'a@x', 'sip:a@x' || char(10) || 'tel:+1', '1 7', '', 0, 32, 0, ''");
  insert_row(path(), 3, "'a@x', '', '7', '', 0, 11, 0, ''");
  insert_row(path(), 4, "'', 'sip:a@x', '', '', 0, 0, 11, ''");
  insert_row(path(), 5, "'', '', '', '', 43, 0, 0, ''");
  const auto rows = outbox().all(false, 10).value();
  BOOST_TEST_REQUIRE(rows.size() == 6U);
  for (const auto& row : rows) {
    BOOST_TEST(row.subscription == 7);
    BOOST_TEST(row.host + row.realm + row.cause + row.error == "a.exampleexamplewhylast");
    BOOST_TEST((row.created == now));
    BOOST_TEST(row.due.count() == 5);
    BOOST_TEST(row.tries == 2);
    BOOST_TEST(row.origin == 3);
  }
  const auto& review = std::get<SubscriptionReview>(rows[0].body).changes;
  BOOST_TEST((review.credentials == impi("a@x")));
  BOOST_TEST((!review.user_data && !review.charging));
  const auto& many = std::get<AuthorizerReview>(rows[1].body);
  BOOST_TEST(many.authorizer == "waf.example");
  BOOST_TEST((many.cursor == 41 && many.user_data));
  const auto& rtr = std::get<Termination>(rows[2].body);
  BOOST_TEST((rtr.impi == impi("a@x")));
  BOOST_TEST((rtr.impus == std::vector<Impu>{impu("sip:a@x"), Impu::trusted("tel:+1")}));
  BOOST_TEST((rtr.sets == std::vector<std::uint32_t>{1, 7}));
  BOOST_TEST((rtr.reason == TerminationReason::server_change));
  const auto& ppr = std::get<ProfilePush>(rows[3].body);
  BOOST_TEST((ppr.user_data && ppr.charging && !ppr.credentials && ppr.allowed));
  BOOST_TEST((ppr.sets == std::vector<std::uint32_t>{7}));
  const auto& pnr = std::get<DataNotification>(rows[4].body);
  BOOST_TEST((pnr.impu == impu("sip:a@x")));
  BOOST_TEST((pnr.reference == DataReference::ims_user_state));
  BOOST_TEST(std::get<MonitoredReview>(rows[5].body).cursor == 43);
}

BOOST_FIXTURE_TEST_CASE(every_entry_is_written_as_the_release_before_reads_it, SqlStore) {
  const std::vector<OutboxBody> bodies{
      SubscriptionReview{{true, true, impi("a@x")}},
      AuthorizerReview{"waf.example", true, 41},
      MonitoredReview{43},
      Termination{impi("a@x"), {impu("sip:a@x"), impu("sip:b@x")}, {1, 7}, TerminationReason::remove_scscf},
      ProfilePush{impi("a@x"), {7}, true, false, true, true},
      DataNotification{impu("sip:a@x"), DataReference::repository_data, "notes"}};
  ports::Writes writes;
  for (const auto& body : bodies) {
    OutboxEntry entry;
    entry.body = body;
    writes.emplace_back(ports::OutboxAddition{entry});
  }
  write(*this, std::move(writes));
  soci::session sql(soci::sqlite3, "db=" + path());
  std::string columns;
  std::vector<std::string> found;
  soci::statement st =
      (sql.prepare << "SELECT kind || '|' || impi || '|' || replace(impus, char(10), ',') || '|' || sets || '|' || "
                      "authorizer || '|' || cursor || '|' || flags || '|' || reference || '|' || service FROM outbox "
                      "ORDER BY id",
       soci::into(columns));
  for (bool more = st.execute(true); more; more = st.fetch()) found.push_back(columns);
  BOOST_TEST(found == (std::vector<std::string>{"0|a@x||||0|7|0|", "1||||waf.example|41|1|0|", "5|||||43|0|0|",
                                                "2|a@x|sip:a@x,sip:b@x|1 7||0|48|0|", "3|a@x||7||0|13|0|",
                                                "4||sip:a@x|||0|0|0|notes"}),
             boost::test_tools::per_element());
  BOOST_TEST(outbox().all(false, 10).value().size() == 6U);
}

BOOST_FIXTURE_TEST_CASE(an_entry_of_a_kind_that_is_not_known_stays_and_holds_no_other_one_up, SqlStore) {
  insert_row(path(), 17, "'', '', '', '', 0, 0, 0, ''");
  insert_row(path(), 3, "'a@x', '', '7', '', 0, 11, 0, ''");
  BOOST_TEST(outbox().due("a.example", now.time_since_epoch(), horizon, 10).value().size() == 1U);
  const auto all = outbox().all(false, 10);
  BOOST_TEST_REQUIRE(!all.has_value());
  BOOST_TEST(all.error().detail.find("of a kind that is not known: 17") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_database_of_the_first_schema_is_brought_up_and_what_is_served_looked_at, SqlStore) {
  Profile profile = alice();
  profile.impus.push_back({impu("sip:alice-!.*!@ims.example"), 1, false, PublicIdentity::Kind::wildcarded_impu});
  add(profile);
  State state;
  state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
  write(*this, {ports::StateChange{1, state, false}});
  {
    soci::session sql(soci::sqlite3, "db=" + path());
    for (const char* back :
         {"DROP INDEX state_monitored", "ALTER TABLE state DROP COLUMN monitored", "DROP INDEX wildcard_ends",
          "ALTER TABLE wildcard DROP COLUMN ending", "DROP TABLE counter", "DROP TABLE sealing_key",
          "DROP INDEX state_review", "ALTER TABLE state DROP COLUMN served", "ALTER TABLE state DROP COLUMN told",
          "ALTER TABLE state DROP COLUMN review_at", "ALTER TABLE subscription DROP COLUMN watched",
          "ALTER TABLE subscription DROP COLUMN grants_sequence", "DROP TABLE repository", "DROP TABLE as_permission",
          "DROP TABLE notification", "DROP TABLE outbox", "PRAGMA user_version = 1"})
      sql << back;
  }
  store::Health health(events());
  store::Database again(store::DatabaseOptions{path(), 1024, 64, std::chrono::milliseconds{300}}, health);
  BOOST_TEST_REQUIRE(again.open(false).has_value());
  const Impu member = impu("sip:alice-7@ims.example");
  BOOST_TEST(store::SqlReader(again).to_locate(member).value().impu_known);
  const store::SqlOutbox owed(again);
  BOOST_TEST(owed.concerned("", 0, 10).value().size() == 1U);
  const auto due = owed.due("", now.time_since_epoch(), horizon, 10).value();
  BOOST_TEST_REQUIRE(due.size() == 1U);
  BOOST_TEST(std::holds_alternative<AuthorizerReview>(due.front().body));
}

}  // namespace
}  // namespace vouchsafe::testing
