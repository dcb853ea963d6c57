#include "store/sql/sealing_keys.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

// The database's account of the keys that seal its secrets.
namespace vouchsafe::testing {
namespace {

/// A key file of names: a secret is "number key", and opens when the file has that key under that number.
class FakeRing : public ports::SealingRing {
 public:
  Checks file{{1, "one"}};
  std::uint32_t seals = 0;

  Result<Checks> read_again() override { return file; }
  Result<Checks> add_key() override {
    const std::uint32_t number = file.rbegin()->first + 1;
    file[number] = "key " + std::to_string(number);
    return file;
  }
  Result<std::size_t> keep_only(const Checks& keys) override {
    return std::erase_if(file, [&](const auto& key) { return !keys.contains(key.first); });
  }
  void seal_with(std::uint32_t number) override { seals = number; }
  [[nodiscard]] bool opens(const PrivateIdentity& impi) const override {
    return std::any_of(file.begin(), file.end(),
                       [&](const auto& key) { return impi.sealed == box(key.first, key.second); });
  }
  [[nodiscard]] std::uint32_t key_of(std::string_view sealed) const override {
    return static_cast<std::uint32_t>(std::stoul(std::string(sealed)));
  }
  static std::string box(std::uint32_t number, const std::string& key) { return std::to_string(number) + " " + key; }
  [[nodiscard]] std::string seal() const { return box(seals, file.at(seals)); }
};

struct Sealing : SqlStore {
  FakeRing ring;
  store::SealingKeys keys{database(), ring};

  static Profile with_secret(const std::string& user, const std::string& sealed) {
    Profile p = subscriber(user);
    p.impis[0].sealed = sealed;
    return p;
  }
  Result<std::vector<std::optional<std::string>>> write(const std::string& user, const std::string& sealed,
                                                        std::uint32_t sealed_with) {
    const store::NewSubscription one{with_secret(user, sealed), {}, {}};
    return store::SubscriptionWriter(database()).add({&one, 1}, false, sealed_with);
  }
  void require_written(const std::string& user) {
    const auto outcome = write(user, ring.seal(), ring.seals);
    BOOST_REQUIRE(outcome.has_value());
    BOOST_REQUIRE(!outcome->at(0).has_value());
  }
  Result<std::size_t> reseal() {
    return store::SubscriptionWriter(database())
        .reseal(
            [&](const PrivateIdentity&) -> Result<std::optional<std::string>> { return std::optional(ring.seal()); },
            ring.seals);
  }
  /// As a release that kept no account left it.
  void forget_account() { soci::session(soci::sqlite3, "db=\"" + path() + "\"") << "DELETE FROM sealing_key"; }
  std::string refusal() {
    const auto agreed = keys.agree();
    return agreed ? "" : agreed.error().detail;
  }
};

BOOST_FIXTURE_TEST_SUITE(sealing, Sealing)

BOOST_AUTO_TEST_CASE(a_new_database_takes_the_keys_of_its_file_and_the_newest_seals) {
  ring.file[3] = "three";
  BOOST_REQUIRE(keys.agree().has_value());
  BOOST_TEST(ring.seals == 3U);
  BOOST_TEST(keys.agree().has_value());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_missing_or_another_is_refused_with_what_to_do) {
  BOOST_REQUIRE(keys.agree().has_value());
  ring.file = {{1, "another"}};
  BOOST_TEST(refusal().find("key 1 of the key file is another one") != std::string::npos);
  ring.file = {{2, "two"}};
  BOOST_TEST(refusal().find("has no key 1") != std::string::npos);
  BOOST_TEST(refusal().find("restore the key file") != std::string::npos);
  ring.file = {{1, "one"}, {2, "two"}};  // a rekey that ended before the database knew of it
  BOOST_TEST(refusal().empty());
  BOOST_TEST(ring.seals == 1U);
}

BOOST_AUTO_TEST_CASE(an_older_database_is_taken_over_only_with_a_key_that_opens_its_secrets) {
  BOOST_REQUIRE(keys.agree().has_value());
  require_written("alice");
  forget_account();
  ring.file = {{1, "another"}};
  BOOST_TEST(refusal().find("no key of the key file opens") != std::string::npos);
  ring.file = {{1, "one"}};
  BOOST_TEST(refusal().empty());
}

BOOST_AUTO_TEST_CASE(what_an_older_key_sealed_is_not_written_once_another_seals) {
  BOOST_REQUIRE(keys.agree().has_value());
  const std::string old = ring.seal();
  BOOST_TEST(keys.rotate().value() == 2U);
  BOOST_TEST((write("alice", old, 1).error().kind == Error::Kind::conflict));
  BOOST_TEST(store::SubscriptionLister(database()).count().value() == 0);
  require_written("alice");
  const auto id = 1;
  const auto replaced = replace(id, with_secret("alice", old), 1);
  BOOST_TEST((replaced.error().kind == Error::Kind::conflict));
  BOOST_TEST(replace(id, with_secret("alice", ring.seal())).has_value());
  BOOST_TEST(keys.rotate().value() == 3U);
  ring.seals = 2;
  BOOST_TEST((reseal().error().kind == Error::Kind::conflict));  // of a rekey that another one overtook
}

BOOST_AUTO_TEST_CASE(secrets_of_an_unknown_key_are_not_written) {
  BOOST_REQUIRE(keys.agree().has_value());
  BOOST_TEST((write("alice", "0 none", 0).error().kind == Error::Kind::conflict));
  BOOST_TEST(write("bob", "", 0).has_value());  // has no secret
}

BOOST_AUTO_TEST_CASE(only_keys_that_nothing_is_sealed_with_are_pruned) {
  BOOST_REQUIRE(keys.agree().has_value());
  require_written("alice");
  BOOST_TEST(keys.rotate().value() == 2U);
  require_written("bob");
  BOOST_TEST(keys.rotate().value() == 3U);
  BOOST_TEST(keys.rotate().value() == 4U);
  BOOST_TEST(keys.prune().value() == 1U);  // 3; 1 and 2 are in use, and 4 seals
  BOOST_TEST((ring.file.contains(1) && ring.file.contains(2) && ring.file.contains(4)));
  BOOST_TEST(refusal().empty());
  BOOST_TEST(reseal().value() == 2U);
  BOOST_TEST(keys.prune().value() == 2U);
  BOOST_TEST(ring.file.size() == 1U);
  BOOST_TEST(refusal().empty());
}

BOOST_AUTO_TEST_CASE(a_database_that_belongs_to_a_key_file_wants_no_new_one) {
  BOOST_TEST(store::needs_no_key_file(database()).has_value());
  BOOST_REQUIRE(keys.agree().has_value());
  BOOST_TEST(!store::needs_no_key_file(database()).has_value());
  require_written("alice");
  forget_account();
  BOOST_TEST(store::needs_no_key_file(database()).error().detail.find("restore the key file") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
