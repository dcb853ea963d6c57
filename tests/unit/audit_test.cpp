#include "crypto/digest.hpp"
#include "support/temporary_folder.hpp"
#include "telemetry/audit_file.hpp"
#include "telemetry/audit_log.hpp"
#include "telemetry/log.hpp"

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

namespace vouchsafe::telemetry {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::filesystem::path& path) {
  Lines out;
  for (const auto& file : AuditFile::files_of(path)) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) out.push_back(line);
  }
  return out;
}

/// \return the number of the first line that breaks the chain, from 1; 0: it is whole
std::size_t first_broken(const Lines& lines) {
  Link at;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (broken(lines[i], at, crypto::sha256)) return i + 1;
  return 0;
}

nlohmann::ordered_json record(int n) { return {{"event", "test"}, {"what", n}}; }

struct AuditFolder {
  vouchsafe::testing::TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "audit.jsonl";
  [[nodiscard]] AuditFile file(std::uint64_t largest = 1U << 20U) const { return {path, largest, crypto::sha256}; }
};

BOOST_FIXTURE_TEST_SUITE(audit, AuditFolder)

// FIPS 180-4's example, and RFC 4231's second.
BOOST_AUTO_TEST_CASE(the_digests_are_those_of_the_standards) {
  BOOST_TEST(crypto::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(crypto::hmac_sha256("Jefe", "what do ya want for nothing?") ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(a_record_that_is_changed_taken_out_or_put_in_is_the_first_that_breaks_the_chain) {
  for (int i = 0; i < 10; ++i) BOOST_TEST_REQUIRE(file().append({record(i)}).has_value());
  const Lines whole = lines_of(path);
  BOOST_TEST(first_broken(whole) == 0U);
  Lines changed = whole;
  changed[4].replace(changed[4].find("\"what\":4"), 8, "\"what\":9");
  BOOST_TEST(first_broken(changed) == 5U);
  Lines without = whole;
  without.erase(without.begin() + 6);
  BOOST_TEST(first_broken(without) == 7U);
  Lines twice = whole;
  twice.insert(twice.begin() + 3, whole[2]);
  BOOST_TEST(first_broken(twice) == 4U);
  // Somebody who can compute hashes has to write everything that follows anew, and the last hash is another.
  Link at = *link_after(whole[3]);
  Lines forged = whole;
  forged[4] = chained({{"event", "forged"}}, at, crypto::sha256);
  BOOST_TEST(first_broken(forged) == 6U);
}

BOOST_AUTO_TEST_CASE(the_chain_goes_on_through_files_that_are_put_aside_and_through_many_who_write) {
  std::atomic<int> written = 0;  // Boost.Test is one thread's
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) written += file(2000).append({record(i), record(-i)}).has_value() ? 1 : 0;
    });
  for (auto& writer : writers) writer.join();
  BOOST_TEST(written == 200);
  BOOST_TEST(AuditFile::files_of(path).size() > 10U);
  BOOST_TEST(lines_of(path).size() == 400U);
  BOOST_TEST(first_broken(lines_of(path)) == 0U);
}

BOOST_AUTO_TEST_CASE(a_record_that_was_not_written_whole_is_written_over) {
  BOOST_TEST_REQUIRE(file().append({record(1)}).has_value());
  std::ofstream(path, std::ios::app) << R"({"n":2,"event":"te)" << std::string(1000, 'x');
  BOOST_TEST_REQUIRE(file().append({record(2), record(3)}).has_value());
  BOOST_TEST(lines_of(path).size() == 3U);
  BOOST_TEST(first_broken(lines_of(path)) == 0U);
}

BOOST_AUTO_TEST_CASE(the_chain_goes_on_where_the_file_is_empty_and_others_were_put_aside) {
  BOOST_TEST_REQUIRE(file().append({record(1)}).has_value());
  std::filesystem::rename(path, path.string() + ".1");
  std::ofstream{path};
  BOOST_TEST_REQUIRE(file().append({record(2)}).has_value());
  BOOST_TEST(first_broken(lines_of(path)) == 0U);
  // A start that writes nothing puts nothing aside.
  BOOST_TEST_REQUIRE(file(1).append({}).has_value());
  BOOST_TEST(AuditFile::files_of(path).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_lock_that_somebody_keeps_is_not_waited_for_without_end) {
  const int held = ::open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  BOOST_TEST_REQUIRE(::flock(held, LOCK_EX) == 0);
  const auto refused = file().append({record(1)});
  ::close(held);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail.find("somebody else holds it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_is_added_to_what_is_no_audit_log) {
  std::ofstream(path) << "something else\n";
  const auto refused = file().append({record(1)});
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail.find("its last line is no record") != std::string::npos);
}

ports::Decided refusal(int n) {
  ports::Decided out{"alice@ims.example", "sip:alice@ims.example", "waf" + std::to_string(n) + ".example.net", {}};
  out.decision.reason = Reason::not_granted;
  return out;
}

BOOST_AUTO_TEST_CASE(what_happened_is_on_disk_with_who_and_why) {
  LineLog log([](Level, const std::string&) {});
  {
    AuditLog audited(file(), {2, [](std::string_view identity) { return "<" + std::string(identity) + ">"; }}, log);
    const ports::Exchange exchange{"UAR", "s;1", "epcscf.ims.example", "dra.ims.example", result::success};
    const ports::Occasion occasion{Time{std::chrono::seconds{0}}, &exchange};
    audited.happened(refusal(1), occasion);
    ports::Decided accepted = refusal(2);
    accepted.decision.reason = Reason::authorized;
    for (int i = 0; i < 4; ++i) audited.happened(accepted, occasion);  // every other one
    audited.happened(ports::Provisioned{"grants replaced", "sip:alice@ims.example", "none"}, occasion);
    audited.happened(ports::StoreUp{}, occasion);  // not the audit log's
  }
  const Lines lines = lines_of(path);
  BOOST_TEST_REQUIRE(lines.size() == 4U);
  const auto first = nlohmann::json::parse(lines.front());
  BOOST_TEST(first["event"] == "refused");
  BOOST_TEST(first["time"] == "1970-01-01T00:00:00Z");
  BOOST_TEST(first["who"] == "epcscf.ims.example");
  BOOST_TEST(first["peer"] == "dra.ims.example");
  BOOST_TEST(first["command"] == "UAR");
  BOOST_TEST(first["session"] == "s;1");
  BOOST_TEST(first["impi"] == "<alice@ims.example>");
  BOOST_TEST(first["authorizer"] == "waf1.example.net");
  BOOST_TEST(first["why"] == "NOT_GRANTED");
  BOOST_TEST(nlohmann::json::parse(lines[1])["event"] == "accepted");
  BOOST_TEST(nlohmann::json::parse(lines[3])["now"] == "none");
}

/// Files of this process may not grow: it is as if the disk were full.
BOOST_AUTO_TEST_CASE(a_full_disk_stops_nobody_and_how_many_are_missing_is_said) {
  std::vector<std::string> told;
  std::mutex telling;
  LineLog log([&](Level, const std::string& line) {
    const std::lock_guard lock(telling);
    told.push_back(line);
  });
  const ports::Occasion occasion{Time{std::chrono::seconds{0}}};
  rlimit before{};
  BOOST_TEST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto* const signal = std::signal(SIGXFSZ, SIG_IGN);
  {
    AuditLog audited(file(), {0, [](std::string_view identity) { return std::string(identity); }}, log);
    const auto waits = [&](std::size_t lines) {
      for (int i = 0; i < 6000; ++i) {
        {
          const std::lock_guard lock(telling);
          if (told.size() >= lines) return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
      }
    };
    rlimit none = before;
    none.rlim_cur = 0;
    BOOST_TEST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    audited.happened(refusal(1), occasion);
    waits(1);
    BOOST_TEST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    audited.happened(refusal(4), occasion);
    waits(2);
    BOOST_TEST(audited.dropped() == 1U);
  }
  std::signal(SIGXFSZ, signal);
  for (const auto& line : told) BOOST_TEST_MESSAGE(line);
  BOOST_TEST_REQUIRE(told.size() == 2U);
  BOOST_TEST(told.front().find("VS-0153") != std::string::npos);
  BOOST_TEST(told.back().find("VS-0154") != std::string::npos);
  const Lines lines = lines_of(path);
  BOOST_TEST_REQUIRE(lines.size() == 2U);
  BOOST_TEST(nlohmann::json::parse(lines.front())["event"] == "left out");
  BOOST_TEST(nlohmann::json::parse(lines.front())["records"] == 1);
  BOOST_TEST(first_broken(lines) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::telemetry
