#include "store/sqlite/connection.hpp"
#include "support/stores.hpp"

#include <unistd.h>

#include <thread>

// What happens to the files of a database while it is open, behind SQLite's back.
namespace vouchsafe::testing {
namespace {

constexpr std::chrono::milliseconds noticed{150};  // 100 ms, and a little

struct Files : SqlStore {
  Files() {
    std::vector<store::NewSubscription> many;
    for (int i = 0; i < 500; ++i) many.push_back({subscriber("u" + std::to_string(i)), {}, {}});
    BOOST_REQUIRE(store::SubscriptionWriter(database()).add(many, false).has_value());
  }
  [[nodiscard]] std::string log_file() const { return path() + "-wal"; }
  Result<ports::View> read(int user) {
    const Impi who = impi("u" + std::to_string(user) + "@ims.example");
    return reader().subject_of(&who, nullptr, nullptr);
  }
  bool serves(int subscription, std::uint32_t set) {
    const auto view = read(subscription - 1);
    return view && view->subscription->state.registered_unregistered_services(set);
  }
  /// Whether it was acknowledged.
  bool store_state(int subscription) {
    State state;
    state.scscf = Scscf{"sip:scscf.ims.example", "scscf.ims.example", "ims.example", "scscf.ims.example"};
    state.unregistered = {1};
    std::promise<Result<void>> done;
    committer().submit(std::make_unique<Given>(ports::Writes{ports::StateChange{subscription, state, false}}, done));
    return done.get_future().get().has_value();
  }
  void copy_log_into_the_database() { BOOST_REQUIRE(database().lease().value()->checkpoint()); }
};

BOOST_FIXTURE_TEST_CASE(a_log_that_is_taken_away_loses_nothing_that_was_acknowledged, Files) {
  BOOST_REQUIRE(store_state(1));
  BOOST_REQUIRE(::unlink(log_file().c_str()) == 0);
  BOOST_TEST(!store_state(2));  // it went into a file that nobody finds any more
  std::this_thread::sleep_for(noticed);
  BOOST_TEST(serves(1, 1));
  BOOST_TEST(store_state(3));
  BOOST_TEST(serves(3, 1));
  // What is there is so for a process that comes later too.
  store::Health health(events());
  store::Database again({path()}, health);
  BOOST_REQUIRE(again.open(false).has_value());
  const Impi who = impi("u0@ims.example");
  const auto view = store::SqlReader(again).subject_of(&who, nullptr, nullptr).value();
  BOOST_TEST(view.subscription->state.registered_unregistered_services(1));
}

BOOST_FIXTURE_TEST_CASE(one_that_was_opened_after_the_log_was_gone_copies_nothing, Files) {
  BOOST_REQUIRE(store_state(1));
  std::this_thread::sleep_for(noticed);
  {
    auto first = database().lease();  // the files are looked at now, and not again for a while
    BOOST_REQUIRE(first.has_value());
    BOOST_REQUIRE(::unlink(log_file().c_str()) == 0);
    const auto second = database().lease();  // another connection: it has a log of its own, if it can be opened at all
    first = tl::unexpected<Error>(Error{});  // it is given back first, the other last
  }
  std::this_thread::sleep_for(noticed);
  BOOST_TEST(serves(1, 1));
  BOOST_TEST(store_state(2));
}

BOOST_FIXTURE_TEST_CASE(a_connection_that_is_opened_to_a_log_without_its_index_ends_nothing, Files) {
  BOOST_REQUIRE(store_state(1));
  auto held = database().lease();
  BOOST_REQUIRE(::truncate((path() + "-shm").c_str(), 0) == 0);
  { const auto another = database().lease(); }
  held = tl::unexpected<Error>(Error{});
  std::this_thread::sleep_for(noticed);
  BOOST_TEST((read(1).error().kind == Error::Kind::unavailable));
}

BOOST_FIXTURE_TEST_CASE(a_log_that_is_cut_short_is_the_end_of_answers, Files) {
  BOOST_REQUIRE(store_state(1));
  BOOST_REQUIRE(::truncate(log_file().c_str(), 4096) == 0);
  BOOST_TEST(!store_state(2));
  std::this_thread::sleep_for(noticed);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST((read(i).error().kind == Error::Kind::unavailable));
    BOOST_TEST(!store_state(3 + i));
  }
}

BOOST_FIXTURE_TEST_CASE(a_log_that_another_process_has_emptied_is_no_fault, Files) {
  BOOST_REQUIRE(store_state(1));
  {
    store::Health health(events());
    store::Database other({path()}, health);
    BOOST_REQUIRE(other.open(false).has_value());
    auto lease = other.lease();
    lease.value()->sql() << "PRAGMA wal_checkpoint(TRUNCATE)";
  }
  BOOST_TEST(store_state(2));  // at once
  std::this_thread::sleep_for(noticed);
  BOOST_TEST(serves(1, 1));
  BOOST_TEST(serves(2, 1));
}

void is_no_end(Files& files, const std::string& file) {
  files.copy_log_into_the_database();
  BOOST_TEST(files.read(1).has_value());
  BOOST_REQUIRE(::truncate(file.c_str(), 0) == 0);
  // Each of them needs other pages; none of them may end the process.
  for (int i = 0; i < 500; ++i) {
    const auto view = files.read(i);
    if (view) BOOST_TEST(view->subscription.has_value());  // of pages that are in memory
  }
  std::this_thread::sleep_for(noticed);
  BOOST_TEST((files.read(1).error().kind == Error::Kind::unavailable));
  BOOST_TEST(!files.store_state(1));
}

BOOST_FIXTURE_TEST_CASE(a_database_that_is_cut_short_is_unavailable_and_ends_nothing, Files) {
  is_no_end(*this, path());
}

BOOST_FIXTURE_TEST_CASE(an_index_of_the_log_that_is_cut_short_is_no_end_either, Files) {
  is_no_end(*this, path() + "-shm");
}

}  // namespace
}  // namespace vouchsafe::testing
