#include "contract/changes.hpp"
#include "support/stores.hpp"

#include <boost/test/unit_test.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

// A database that is away, locked, full, damaged or not ours.
namespace vouchsafe::testing {
namespace {

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
