#include "contract/changes.hpp"
#include "store/sql/document.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

// What was written is read as it was, by the database and by the fake.
namespace vouchsafe::testing {
namespace {

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

}  // namespace
}  // namespace vouchsafe::testing
