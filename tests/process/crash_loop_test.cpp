#include "support/crash_load.hpp"
#include "support/demo.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <random>
#include <thread>

// kill -9 again and again, on the same database, in the middle of everything that writes and of what is owed for it.
// tests/process/crash_loop runs it for as long as is wanted.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::Peer;
using Stage = CrashLedger::Stage;
using namespace std::chrono_literals;

/// A daemon with sanitizers is slow.
bool sanitized() { return std::getenv("VOUCHSAFE_DAEMON_PRELOAD") != nullptr; }

int kills() {
  constexpr int shortly = 12;
  const char* wanted = std::getenv("VOUCHSAFE_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : (sanitized() ? shortly / 4 : shortly);
}

struct CrashLoop : CrashLoad {
  std::mt19937 random{std::random_device{}()};

  /// A copy, so that the daemon itself takes its log up.
  void check_database() {
    const auto copy = folder() / "copy";
    std::filesystem::create_directories(copy);
    for (const char* name : {"hss.db", "hss.db-wal", "hss.db-shm"}) std::filesystem::remove(copy / name);
    std::filesystem::copy_file(folder() / "hss.db", copy / "hss.db");
    // A vouchctl that was the last one has taken it away.
    if (std::filesystem::exists(folder() / "hss.db-wal"))
      std::filesystem::copy_file(folder() / "hss.db-wal", copy / "hss.db-wal");
    const auto checked = run(
        "python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
        "print(*[r[0] for p in (\"integrity_check\", \"foreign_key_check\") for r in db.execute(\"PRAGMA \" + p)])' " +
        (copy / "hss.db").string());
    if (checked.output != "ok\n") ledger.fails("the database is damaged: " + checked.output);
  }
  BusyPeer scscf() {
    return BusyPeer(peer("scscf.ims.example"), [this](const Message& m) { heard_by_scscf(m); });
  }
  BusyPeer hearing_as() {
    return BusyPeer(as("as2.ims.example"), [this](const Message& m) { heard_by_as(m); });
  }

  /// Everything at once, until the daemon is killed.
  void round() {
    constexpr std::size_t few = 4;
    constexpr unsigned longest = 150'000;  // microseconds
    // Where vouchctl is at work when the daemon dies, it takes the log up instead.
    const std::size_t operations = random() % 2 == 0 ? few : 1;
    over = false;
    start();
    look_around();
    const auto to_register = some(Stage::granted, 2 * few);
    {
      Peer epcscf(peer());
      for (const auto& who : to_register)
        (void)epcscf.ask(client::uar(epcscf, who, "sip:" + who, client::Delegation{"waf.example.net"}));
    }
    BusyPeer cscf = scscf();
    BusyPeer hearing = hearing_as();
    BusyPeer writing(as("as1.ims.example"));
    std::thread cx([&] { play_scscf(cscf, to_register); });
    std::thread sh([&] { play_provisioning(writing, some(Stage::told, few), some(Stage::ended, 2 * few)); });
    std::thread hears([&] { listen(hearing); });
    std::thread operators([&, seed = static_cast<unsigned>(random())] {
      change(some(Stage::vouched, operations), some(Stage::told, operations, few), seed);
    });
    std::this_thread::sleep_for(std::chrono::microseconds{random() % (sanitized() ? 4 * longest : longest)});
    kill();
    over = true;
    for (auto* thread : {&cx, &sh, &hears, &operators}) thread->join();
    check_database();
  }

  /// Everything that is owed is sent, and answered.
  void settle() {
    over = false;
    start();
    BusyPeer cscf = scscf();
    BusyPeer hearing = hearing_as();
    std::thread cx([&] { listen(cscf); });
    std::thread sh([&] { listen(hearing); });
    const bool nothing_owed = settles([this] { return ctl("outbox list").empty(); });
    look_around();
    const std::string given_up = ctl("outbox list --given-up");
    BOOST_TEST(stop() == 0);
    over = true;
    cx.join();
    sh.join();
    BOOST_TEST(nothing_owed);
    BOOST_TEST(given_up.empty(), given_up);
    BOOST_TEST(some(Stage::busy, users).empty());
    check_database();
  }
};

BOOST_FIXTURE_TEST_CASE(kill_9_in_the_middle_of_everything_loses_nothing_and_what_is_owed_is_sent, CrashLoop) {
  BOOST_TEST_REQUIRE(kills() > 0);
  for (int i = 1; i <= kills(); ++i) {
    round();
    if (i % 100 == 0) BOOST_TEST_MESSAGE(i << " kills: " << ledger.summary());
    for (const auto& fault : ledger.faults()) BOOST_TEST_CONTEXT("kill " << i) BOOST_ERROR(fault);
    if (!ledger.faults().empty()) return;
  }
  settle();
  for (const auto& fault : ledger.faults()) BOOST_ERROR(fault);
  // So few under a sanitizer may all come before the first answer.
  if (!sanitized()) BOOST_TEST(ledger.has_seen_something(), ledger.summary());
  BOOST_TEST_MESSAGE(kills() << " kills: " << ledger.summary());
}

}  // namespace
}  // namespace vouchsafe::testing
