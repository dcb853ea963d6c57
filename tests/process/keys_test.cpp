#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>

// What an operator does to the keys that seal subscribers' secrets, with the real programs.
namespace vouchsafe::testing {
namespace {

using client::Peer;
using namespace std::chrono_literals;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Keys : HssProcess {
  const std::filesystem::path key_file = folder() / "hss.keys";
  const std::filesystem::path database = folder() / "hss.db";
  const std::filesystem::path backup = folder() / "backup.keys";

  static mode_t mode(const std::filesystem::path& path) { return look(path).st_mode & 07777U; }
  static struct stat look(const std::filesystem::path& path) {
    struct stat info {};
    BOOST_REQUIRE(::lstat(path.c_str(), &info) == 0);
    return info;
  }
  /// What init, check-config, an import and the daemon say, each of which must refuse.
  std::vector<std::string> refusals() {
    std::vector<std::string> out;
    for (const char* command : {"init", "check-config", "import -", "rekey", "rekey --prune"}) {
      const auto refused = vouchctl(command);
      BOOST_TEST_CONTEXT(command) BOOST_TEST(refused.exit == 1);
      out.push_back(refused.output);
    }
    out.push_back(start_refused());
    return out;
  }
  void serves_alice() {
    start();
    Peer s(peer("scscf.ims.example"));
    BOOST_TEST(s.ask(client::mar(s, alice, alice_impu, scscf_name)).result() == 2001U);
    s.disconnect();
    BOOST_TEST(stop() == 0);
  }
  /// The number of secrets, each of which a rekey opens.
  std::size_t secrets_that_open() const { return std::stoul(ctl("rekey")); }
  static std::string lines(int count, int first) {
    return run(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/generate-subscribers " + std::to_string(count) + " " +
               std::to_string(first))
        .output;
  }
};

BOOST_FIXTURE_TEST_SUITE(keys, Keys)

BOOST_AUTO_TEST_CASE(an_import_that_has_sealed_when_a_rekey_and_a_prune_go_on_loses_nothing) {
  const std::string command = std::string(VOUCHSAFE_BUILD_DIR) + "/vouchctl --config " + config() + " import - >" +
                              (folder() / "out").string() + " 2>&1";
  FILE* import = ::popen(command.c_str(), "w");
  BOOST_REQUIRE(import != nullptr);
  const auto feed = [&](const std::string& text) {
    BOOST_REQUIRE(std::fwrite(text.data(), 1, text.size(), import) == text.size());
    std::fflush(import);
  };
  feed(lines(20, 0));
  BOOST_TEST_REQUIRE(settles([&] {
    int unread = 1;
    return ::ioctl(::fileno(import), FIONREAD, &unread) == 0 && unread == 0;
  }));
  ctl("rekey");  // the lines are sealed by now, with key 1, and not written: a batch has more of them
  ctl("rekey --prune");
  std::ifstream file(key_file);
  const std::string keys_now((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  BOOST_TEST(!holds(keys_now, "\n1 "));
  feed(lines(20, 20));
  BOOST_TEST(::pclose(import) == 0);
  BOOST_TEST(secrets_that_open() == 43U);  // and the three demo subscribers'
  start();
  Peer s(peer("scscf.ims.example"));
  for (const char* user : {"user00000000", "user00000039"}) {
    const std::string impi = std::string(user) + "@ims.example";
    BOOST_TEST(s.ask(client::mar(s, impi, "sip:" + impi, scscf_name)).result() == 2001U);
  }
}

BOOST_AUTO_TEST_CASE(imports_and_updates_beside_rekeys_end_with_every_secret_open) {
  const auto file = (folder() / "lines").string();
  std::ofstream(file) << lines(12000, 0);
  auto provisioning = std::async(std::launch::async, [&] {
    const auto imported = vouchctl("import " + file);
    std::string few;
    std::istringstream all(lines(200, 0));
    for (std::string line; std::getline(all, line);) few += line.substr(0, line.find(",\"authorizers\"")) + "}\n";
    return std::pair{imported.output, vouchctl("update -", few).output};
  });
  do {
    ctl("rekey");
    ctl("rekey --prune");
  } while (provisioning.wait_for(0s) != std::future_status::ready);
  const auto [imported, updated] = provisioning.get();
  BOOST_TEST(holds(imported, "12000 imported, 0 lines left out"), imported);
  BOOST_TEST(holds(updated, "200 updated, 0 lines left out"), updated);
  BOOST_TEST(secrets_that_open() == 12003U);
}

BOOST_AUTO_TEST_CASE(a_key_file_of_another_database_is_refused_everywhere) {
  std::filesystem::copy(key_file, backup);
  std::filesystem::remove(key_file);
  const std::string other = "--database " + (folder() / "other.db").string() + " init";
  ctl(other);
  for (const auto& refusal : refusals())
    BOOST_TEST_CONTEXT(refusal) BOOST_TEST(holds(refusal, "key 1 of the key file is another one than the database's"));
  std::filesystem::rename(backup, key_file);
  ctl("check-config");
  serves_alice();
}

BOOST_AUTO_TEST_CASE(a_key_file_without_a_key_of_the_database_is_refused_everywhere) {
  std::filesystem::copy(key_file, backup);
  ctl("rekey");
  std::filesystem::rename(key_file, folder() / "right.keys");
  std::filesystem::rename(backup, key_file);
  for (const auto& refusal : refusals()) BOOST_TEST_CONTEXT(refusal)
  BOOST_TEST(holds(refusal, "has no key 2, which the database uses: restore the key file"));
  std::filesystem::rename(folder() / "right.keys", key_file);
  serves_alice();
}

BOOST_AUTO_TEST_CASE(init_makes_no_new_key_beside_a_full_database) {
  std::filesystem::rename(key_file, backup);
  const auto refused = vouchctl("init");
  BOOST_TEST(refused.exit == 1);
  BOOST_TEST(holds(refused.output, "restore the key file from a backup"));
  BOOST_TEST(!std::filesystem::exists(key_file));
  std::filesystem::rename(backup, key_file);
  ctl("init");
  serves_alice();
}

BOOST_AUTO_TEST_CASE(a_database_without_an_account_of_its_keys_is_taken_over_by_the_daemon_when_they_open_its_secrets) {
  const auto forget = [&] {
    const auto done =
        run("python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"DELETE FROM "
            "sealing_key\"); c.commit()' " +
            database.string());
    BOOST_TEST_CONTEXT(done.output) BOOST_REQUIRE(done.exit == 0);
  };
  forget();
  serves_alice();
  ctl("check-config");
  forget();
  std::filesystem::rename(key_file, backup);
  ctl("--database " + (folder() / "other.db").string() + " init");
  BOOST_TEST(holds(start_refused(), "no key of the key file opens the database's secrets"));
  std::filesystem::rename(backup, key_file);
  serves_alice();
}

BOOST_AUTO_TEST_CASE(rekey_leaves_the_key_file_to_its_owner_and_follows_no_link_beside_it) {
  const bool is_root = ::geteuid() == 0;  // only root can give a file away
  if (is_root) BOOST_REQUIRE(::chown(key_file.c_str(), 65534, 65533) == 0);
  const auto before = look(key_file);
  ctl("rekey");
  ctl("rekey --prune");
  BOOST_TEST(look(key_file).st_uid == before.st_uid);
  BOOST_TEST(look(key_file).st_gid == before.st_gid);
  BOOST_TEST(mode(key_file) == 0600U);
  std::ofstream(folder() / "target") << "precious";
  std::filesystem::create_symlink(folder() / "target", folder() / "hss.keys.new");
  BOOST_TEST(vouchctl("rekey").exit == 1);
  BOOST_TEST(std::filesystem::file_size(folder() / "target") == 8U);
  std::filesystem::remove(folder() / "hss.keys.new");
  serves_alice();
}

BOOST_AUTO_TEST_CASE(files_are_their_users_and_groups_whatever_the_mask) {
  const mode_t before = ::umask(0);
  std::filesystem::create_directory(folder() / "fresh");
  ctl("--database " + (folder() / "fresh/hss.db").string() + " --key-file " + (folder() / "fresh/hss.keys").string() +
      " init");
  ::umask(before);
  BOOST_TEST(mode(folder() / "fresh/hss.db") == 0640U);
  BOOST_TEST(mode(folder() / "fresh/hss.keys") == 0600U);
}

BOOST_AUTO_TEST_CASE(a_daemon_that_is_aborted_leaves_no_core) {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};  // root may
  const rlimit most{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_CORE, &all) != 0) ::setrlimit(RLIMIT_CORE, &most);
  rlimit used{};
  ::getrlimit(RLIMIT_CORE, &used);
  start();
  ::setrlimit(RLIMIT_CORE, &limit);
  if (used.rlim_cur == 0)
    std::cerr
        << "a_daemon_that_is_aborted_leaves_no_core: NOT CHECKED: no process may leave a core here (ulimit -Hc)\n";
  signal(SIGABRT);
  siginfo_t end{};
  BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(pid()), &end, WEXITED | WNOWAIT) == 0);
  BOOST_TEST(end.si_status == SIGABRT);
  BOOST_TEST(end.si_code == CLD_KILLED);  // and not CLD_DUMPED
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
