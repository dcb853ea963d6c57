#include "store/sql/document.hpp"
#include "support/stores.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

// One contract for every store: what the procedures rely on, asked of the database and of the fake.
namespace vouchsafe::testing {
namespace {

using Stores = boost::mpl::list<SqlStore, FakeStore>;

/// Work that changes alice's state by a function, and tells when it is finished.
class Change : public ports::Work {
 public:
  Change(std::function<void(State&)> change, std::promise<Result<void>>& done)
      : change_(std::move(change)), done_(done) {}
  ports::Writes prepare(const ports::SubscriberReader& reader) override {
    const Impi who = impi("alice@ims.example");
    const auto view = reader.subject_of(&who, nullptr, nullptr);
    if (!view || !view->subscription) return {};
    State state = view->subscription->state;
    const bool vouched = state.anything_vouched();
    change_(state);
    return {ports::StateChange{view->subscription->id, std::move(state), vouched}};
  }
  void finish(const Result<void>& outcome) noexcept override { done_.set_value(outcome); }

 private:
  std::function<void(State&)> change_;
  std::promise<Result<void>>& done_;
};

template <class Store>
Result<void> commit(Store& store, std::function<void(State&)> change) {
  std::promise<Result<void>> done;
  store.committer().submit(std::make_unique<Change>(std::move(change), done));
  return done.get_future().get();
}

template <class Store>
ports::View look(Store& store, const char* i, const char* u, bool grants = false, const char* authorizer = nullptr) {
  std::optional<Impi> pi;
  std::optional<Impu> pu;
  std::optional<AuthorizerName> a;
  if (i != nullptr) pi = impi(i);
  if (u != nullptr) pu = impu(u);
  if (authorizer != nullptr) a = name(authorizer);
  const auto at = [](const auto& optional) { return optional ? &*optional : nullptr; };
  if (grants) return store.reader().to_serve(at(pi), at(pu), at(a)).value();
  return store.reader().subject_of(at(pi), at(pu), at(a)).value();
}

State rich_state() {
  State s;
  s.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "dra.ims.example"};
  const Time since{std::chrono::seconds{1700000000}};
  Vouched by_waf = vouched_by("waf.example", "tel:+15550100");
  ReasonSet let_pass;
  let_pass.add(Reason::delegation_required);
  let_pass.add(Reason::not_granted);
  by_waf.wwsf = name("shop.example");
  s.registrations.push_back(registration("alice@ims.example", "sip:alice@ims.example", by_waf, *s.scscf, since));
  s.registrations[0].bases.push_back({Direct{}, since, {}});
  s.registrations[0].bases.push_back({TrustedNode{}, since, let_pass});
  Scscf before{"sip:old.ims.example", "old.ims.example", "ims.example", "old.ims.example"};
  s.registrations.push_back(registration("alice2@ims.example", "sip:alice@ims.example", Direct{}, before, since));
  s.registrations[1].leaving = true;
  s.unregistered = {2, 3};
  s.authentications.push_back(
      {impi("alice@ims.example"), 0xFFFFFFFFFFFFULL, {{impu("tel:+15550100"), 1, before, since, 4}}});
  return s;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_subject_is_found_by_either_identity, Store, Stores) {
  Store store;
  store.add(alice());
  const auto view = look(store, "alice@ims.example", "tel:+15550100");
  BOOST_TEST(view.impi_known);
  BOOST_TEST(view.impu_known);
  BOOST_TEST_REQUIRE(view.subscription.has_value());
  BOOST_TEST(view.subscription->profile.impus.size() == 2U);
  BOOST_TEST(look(store, "alice@ims.example", nullptr).subscription.has_value());
  BOOST_TEST(!look(store, "nobody@ims.example", "sip:nobody@ims.example").subscription.has_value());
}

BOOST_AUTO_TEST_CASE(a_way_to_register_survives_its_document) {
  for (const auto way : {WayToRegister::direct, WayToRegister::delegated, WayToRegister::direct_or_delegated,
                         WayToRegister::trusted_node}) {
    Profile profile = alice();
    profile.impis[0].way = way;
    profile.impis[0].scheme = AuthenticationScheme::none;
    const auto read = store::profile_from_document(store::to_document(profile));
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST((read->impis[0].way == way));
    BOOST_TEST((read->impis[0].scheme == AuthenticationScheme::none));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_impi_of_another_subscription_is_known_but_not_this_ones, Store, Stores) {
  Store store;
  store.add(alice());
  Profile bob = alice();
  bob.impis[0].impi = impi("bob@ims.example");
  bob.impus = {{impu("sip:bob@ims.example")}};
  store.add(bob);
  const auto view = look(store, "bob@ims.example", "sip:alice@ims.example");
  BOOST_TEST(view.impi_known);
  BOOST_TEST(view.subscription->find(impi("bob@ims.example")) == nullptr);
  BOOST_TEST(look(store, "bob@ims.example", "sip:nobody@ims.example").impi_known);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_distinct_identity_goes_before_a_wildcard_and_the_longer_wildcard_before_the_shorter,
                              Store, Stores) {
  Store store;
  const auto add = [&](const std::string& user, const std::string& wildcard) {
    Profile p = alice();
    p.impis[0].impi = impi(user + "@ims.example");
    p.impus = {{impu("sip:" + user + "@ims.example")},
               {impu(wildcard), 1, false, PublicIdentity::Kind::wildcarded_impu}};
    store.add(p);
  };
  add("room-short", "sip:r!.*!@ims.example");
  add("long", "sip:room-!.*!@ims.example");
  BOOST_TEST(look(store, nullptr, "sip:room-7@ims.example").matched_wildcard->text() == "sip:room-!.*!@ims.example");
  BOOST_TEST(look(store, nullptr, "sip:rx@ims.example").matched_wildcard->text() == "sip:r!.*!@ims.example");
  BOOST_TEST(!look(store, nullptr, "sip:room-short@ims.example").matched_wildcard.has_value());
  BOOST_TEST(!look(store, nullptr, "sip:x@ims.example").subscription.has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(grants_pools_and_authorizers_come_with_the_subject, Store, Stores) {
  Store store;
  store.add_authorizer("waf.example");
  store.add_authorizer("other.example");
  Grant full = grant_to("waf.example");
  full.not_before = Time{std::chrono::seconds{1}};
  full.not_after = Time{std::chrono::seconds{2000000000}};
  full.wwsf = {name("a.example"), name("b.example")};
  store.add(alice(), {}, {full});
  store.add_pool(grant_to("other.example", "sip:!al.*!@ims.example"));
  store.add_pool(grant_to("other.example", "sip:!zz.*!@ims.example"));
  auto view = look(store, "alice@ims.example", "sip:alice@ims.example", true, "other.example");
  BOOST_TEST_REQUIRE(view.grants.size() == 2U);
  BOOST_TEST((view.grants[0].grant == full));
  BOOST_TEST((view.grants[1].grant.kind == Grant::Subject::pool));
  BOOST_TEST_REQUIRE((view.authorizers->find(name("other.example")) != nullptr));
  store.suspend("other.example", true);
  view = look(store, "alice@ims.example", "sip:alice@ims.example", true, "other.example");
  BOOST_TEST((view.authorizers->find(name("other.example"))->state == Authorizer::State::suspended));
  BOOST_TEST((view.authorizers->find(name("unknown.example")) == nullptr));
  const auto nobody = look(store, "nobody@ims.example", "sip:nobody@ims.example", true, "waf.example");
  BOOST_TEST((nobody.authorizers->find(name("waf.example")) != nullptr));
  BOOST_TEST(look(store, "alice@ims.example", "sip:alice@ims.example").grants.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_state_is_kept_as_it_was_written, Store, Stores) {
  Store store;
  store.add(alice());
  BOOST_TEST(commit(store, [](State& s) { s = rich_state(); }).has_value());
  BOOST_TEST((look(store, "alice@ims.example", nullptr).subscription->state == rich_state()));
  BOOST_TEST(commit(store, [](State& s) { s = State{}; }).has_value());
  BOOST_TEST((look(store, "alice@ims.example", nullptr).subscription->state == State{}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(changes_from_many_threads_are_all_kept, Store, Stores) {
  Store store;
  store.add(alice());
  constexpr int threads = 4;
  constexpr int each = 50;
  if constexpr (std::is_same_v<Store, SqlStore>) {
    std::atomic<int> failed{0};
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back([&] {
        for (int i = 0; i < each; ++i)
          failed += commit(store, [](State& s) { ++s.authentication(impi("alice@ims.example")).sqn; }) ? 0 : 1;
      });
    }
    for (auto& t : all) t.join();
    BOOST_TEST(failed == 0);
  } else {
    for (int i = 0; i < threads * each; ++i)
      BOOST_REQUIRE(commit(store, [](State& s) { ++s.authentication(impi("alice@ims.example")).sqn; }).has_value());
  }
  BOOST_TEST(look(store, "alice@ims.example", nullptr).subscription->state.sqn(impi("alice@ims.example")) ==
             static_cast<std::uint64_t>(threads * each));
}

// ---- what the database alone has to answer for

BOOST_FIXTURE_TEST_CASE(a_grant_that_is_revoked_is_not_seen_by_the_next_read, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {grant_to("waf.example")});
  BOOST_TEST(look(*this, "alice@ims.example", nullptr, true).grants.size() == 1U);
  BOOST_TEST(revoke(grant_to("waf.example")).has_value());
  BOOST_TEST(look(*this, "alice@ims.example", nullptr, true).grants.empty());
  BOOST_TEST((revoke(grant_to("waf.example")).error().kind == Error::Kind::not_found));
}

BOOST_FIXTURE_TEST_CASE(an_authorizer_that_is_removed_takes_its_grants_along, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {grant_to("waf.example")});
  BOOST_TEST(remove_authorizer("waf.example").value() == 1U);
  BOOST_TEST(look(*this, "alice@ims.example", nullptr, true, "waf.example").grants.empty());
  BOOST_TEST(registry().authorizers()->empty());
}

BOOST_FIXTURE_TEST_CASE(an_identity_that_is_there_leaves_its_subscription_out_and_nothing_of_it_behind, SqlStore) {
  add(alice());
  Profile again = alice();
  again.impis[0].impi = impi("new@ims.example");
  const std::vector<store::NewSubscription> batch{{again, {}, {}},
                                                  {[] {
                                                     Profile p = alice();
                                                     p.impis[0].impi = impi("bob@ims.example");
                                                     p.impus = {{impu("sip:bob@ims.example")}};
                                                     return p;
                                                   }(),
                                                   {},
                                                   {}}};
  const auto outcome = store::SubscriptionWriter(database()).add(batch, false).value();
  BOOST_TEST(outcome[0].value() == "sip:alice@ims.example is there already");
  BOOST_TEST(!outcome[1].has_value());
  BOOST_TEST(!look(*this, "new@ims.example", nullptr).subscription.has_value());
  BOOST_TEST(look(*this, "bob@ims.example", nullptr).subscription.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_deleted_subscription_leaves_nothing, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {grant_to("waf.example")});
  BOOST_TEST(commit(*this, [](State& s) { s = rich_state(); }).has_value());
  const auto id = look(*this, "alice@ims.example", nullptr).subscription->id;
  BOOST_TEST(remove(id).has_value());
  int seen = 0;
  BOOST_TEST(store::SubscriptionLister(database())
                 .registered(name("waf.example"), [&](const auto&, const auto&) { ++seen; })
                 .has_value());
  BOOST_TEST(seen == 0);
  BOOST_TEST(registry().grants({}, {})->empty());
  add(alice());
}

BOOST_FIXTURE_TEST_CASE(registrations_are_found_by_the_authorizer_that_they_rest_on, SqlStore) {
  add_authorizer("waf.example");
  add(alice(), {}, {});
  BOOST_TEST(commit(*this, [](State& s) { s = rich_state(); }).has_value());
  const auto count = [&](const std::optional<AuthorizerName>& who) {
    int seen = 0;
    BOOST_REQUIRE(
        store::SubscriptionLister(database()).registered(who, [&](const auto&, const auto&) { ++seen; }).has_value());
    return seen;
  };
  BOOST_TEST(count(name("waf.example")) == 1);
  BOOST_TEST(count(name("other.example")) == 0);
  BOOST_TEST(count(std::nullopt) == 1);
  BOOST_TEST(commit(*this, [](State& s) { s.registrations.clear(); }).has_value());
  BOOST_TEST(count(name("waf.example")) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_database_that_is_taken_away_answers_nothing_and_comes_back_by_itself, SqlStore) {
  add(alice());
  const std::string away = path() + ".away";
  std::filesystem::rename(path(), away);
  std::this_thread::sleep_for(std::chrono::milliseconds{150});
  const Impi who = impi("alice@ims.example");
  for (int i = 0; i < 5; ++i)
    BOOST_TEST((reader().subject_of(&who, nullptr, nullptr).error().kind == Error::Kind::unavailable));
  BOOST_TEST(!commit(*this, [](State& s) { s = rich_state(); }).has_value());
  std::filesystem::rename(away, path());
  std::this_thread::sleep_for(std::chrono::milliseconds{150});
  BOOST_TEST(reader().subject_of(&who, nullptr, nullptr).has_value());
  BOOST_TEST(commit(*this, [](State& s) { s.unregistered = {1}; }).has_value());
  int down = 0;
  int up = 0;
  for (const auto& line : log().lines) {
    down += line.first == ports::Message::store_down ? 1 : 0;
    up += line.first == ports::Message::store_up ? 1 : 0;
  }
  BOOST_TEST(down == 1);  // a line a change, not one a request
  BOOST_TEST(up == 1);
}

BOOST_FIXTURE_TEST_CASE(a_database_that_is_locked_for_long_is_unavailable_and_recovers, SqlStore) {
  add(alice());
  store::Health health(events());
  store::Database other(store::DatabaseOptions{path(), 1024, 0, std::chrono::milliseconds{300}}, health);
  BOOST_REQUIRE(other.open(false).has_value());
  {
    soci::session blocker(soci::sqlite3, "db=" + path());
    blocker << "BEGIN IMMEDIATE";
    BOOST_TEST((commit(*this, [](State& s) { s = rich_state(); }).error().kind == Error::Kind::unavailable));
    const Impi who = impi("alice@ims.example");
    BOOST_TEST(reader().subject_of(&who, nullptr, nullptr).has_value());  // readers do not wait for writers
    blocker << "ROLLBACK";
  }
  BOOST_TEST(commit(*this, [](State& s) { s = rich_state(); }).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_is_unavailable_loses_nothing_and_recovers, SqlStore) {
  add(alice());
  BOOST_TEST(commit(*this, [](State& s) { s = rich_state(); }).has_value());
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{1024, before.rlim_max};
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto refused = commit(*this, [](State& s) { s.unregistered = {9}; });
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  BOOST_TEST((refused.error().kind == Error::Kind::unavailable));
  BOOST_TEST((look(*this, "alice@ims.example", nullptr).subscription->state == rich_state()));
  BOOST_TEST(commit(*this, [](State& s) { s.unregistered = {9}; }).has_value());
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_opened_says_what_to_do, SqlStore) {
  TemporaryFolder folder;
  store::Health health(events());
  const auto open = [&](const std::string& file, bool create) {
    store::Database database(store::DatabaseOptions{file, 1024, 0, std::chrono::milliseconds{100}}, health);
    const auto opened = database.open(create);
    return opened ? std::string{} : opened.error().detail;
  };
  const std::string file = (folder.path() / "x.db").string();
  BOOST_TEST(open(file, false).find("vouchctl init") != std::string::npos);
  std::ofstream(file) << "this is no database, but long enough to look like a page of one. " << std::string(4096, 'x');
  BOOST_TEST(open(file, false).find("not a database") != std::string::npos);
  const std::string newer = (folder.path() / "newer.db").string();
  {
    soci::session s(soci::sqlite3, "db=" + newer);
    s << "CREATE TABLE t (x)";
    s << "PRAGMA user_version = 99";
  }
  BOOST_TEST(open(newer, false).find("newer than this program") != std::string::npos);
  const std::string foreign = (folder.path() / "foreign.db").string();
  {
    soci::session s(soci::sqlite3, "db=" + foreign);
    s << "CREATE TABLE t (x)";
  }
  BOOST_TEST(open(foreign, false).find("not one of vouchsafe's") != std::string::npos);
  {
    soci::session blocker(soci::sqlite3, "db=" + path());
    blocker << "BEGIN IMMEDIATE";
    BOOST_TEST(open(path(), false).find("another process holds it") != std::string::npos);
  }
  BOOST_TEST(open((folder.path() / "none" / "x.db").string(), true).find("writable") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_damaged_row_is_unavailable_and_not_an_unknown_user, SqlStore) {
  add(alice());
  {
    soci::session s(soci::sqlite3, "db=" + path());
    s << "UPDATE subscription SET profile = '{\"impis\":[{\"impi\":7}]}'";
  }
  const Impi who = impi("alice@ims.example");
  BOOST_TEST((reader().subject_of(&who, nullptr, nullptr).error().kind == Error::Kind::unavailable));
}

}  // namespace
}  // namespace vouchsafe::testing
