#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

// What earlier releases wrote, and what they would read.
namespace vouchsafe::testing {
namespace {

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
    for (const char* back : {"DROP INDEX state_monitored",
                             "ALTER TABLE state DROP COLUMN monitored",
                             "DROP INDEX wildcard_ends",
                             "ALTER TABLE wildcard DROP COLUMN ending",
                             "DROP TABLE counter",
                             "DROP TABLE sealing_key",
                             "DROP INDEX state_review",
                             "ALTER TABLE state DROP COLUMN served",
                             "ALTER TABLE state DROP COLUMN told",
                             "ALTER TABLE state DROP COLUMN review_at",
                             "ALTER TABLE subscription DROP COLUMN watched",
                             "ALTER TABLE subscription DROP COLUMN grants_sequence",
                             "DROP TABLE repository",
                             "DROP TABLE as_permission",
                             "DROP TABLE notification",
                             "DROP TABLE outbox",
                             "DROP TABLE authorizer_key",
                             "ALTER TABLE authorizer DROP COLUMN issuer",
                             "ALTER TABLE authorizer DROP COLUMN algorithms",
                             "ALTER TABLE authorizer DROP COLUMN impi_claim",
                             "ALTER TABLE authorizer DROP COLUMN impu_claim",
                             "ALTER TABLE authorizer DROP COLUMN access_token",
                             "ALTER TABLE authorizer DROP COLUMN once",
                             "DROP TABLE suspension",
                             "ALTER TABLE authorizer ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0",
                             "INSERT INTO authorizer (name, suspended) VALUES ('held.example', 1), ('out.example', 2), "
                             "('active.example', 0)",
                             "PRAGMA user_version = 1"})
      sql << back;
  }
  store::Health health(events());
  store::Database again(store::DatabaseOptions{path(), 1024, 64, std::chrono::milliseconds{300}}, health);
  BOOST_TEST_REQUIRE(again.open(false).has_value());
  const auto known = store::SqlReader(again).authorizers().value();
  const auto effect = [&](const char* who) { return known->find(name(who))->suspension(now)->effect; };
  BOOST_TEST((effect("held.example") == Suspension::Effect::holds));
  BOOST_TEST((effect("out.example") == Suspension::Effect::deregisters));
  BOOST_TEST(known->find(name("active.example"))->suspension(now) == nullptr);
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
