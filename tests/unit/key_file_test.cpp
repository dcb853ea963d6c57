#include "crypto/key_file.hpp"

#include "crypto/hardening.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace vouchsafe::testing {
namespace {

struct KeyFile {
  TemporaryFolder folder;
  std::string path = (folder.path() / "keys").string();
  std::string beside = path + ".new";
  crypto::Keys one, two;
  KeyFile() {
    one[1].fill(0x11);
    two = one;
    two[2].fill(0x22);
    BOOST_REQUIRE(crypto::create_key_file(path, one).has_value());
  }
  static struct stat look(const std::string& at) {
    struct stat info {};
    BOOST_REQUIRE(::lstat(at.c_str(), &info) == 0);
    return info;
  }
  static std::string text(const std::string& at) {
    std::ostringstream out;
    out << std::ifstream(at).rdbuf();
    return out.str();
  }
  static mode_t mode(const std::string& at) { return look(at).st_mode & 07777U; }
};

BOOST_FIXTURE_TEST_SUITE(key_file, KeyFile)

BOOST_AUTO_TEST_CASE(keys_are_read_as_they_were_written) {
  BOOST_TEST((crypto::read_key_file(path).value() == one));
  BOOST_REQUIRE(crypto::replace_key_file(path, two).has_value());
  BOOST_TEST((crypto::read_key_file(path).value() == two));
  BOOST_TEST(!std::filesystem::exists(beside));
}

BOOST_AUTO_TEST_CASE(a_link_beside_the_key_file_is_not_followed) {
  const std::string target = (folder.path() / "target").string();
  std::ofstream(target) << "precious";
  std::filesystem::create_symlink(target, beside);
  const auto refused = crypto::replace_key_file(path, two);
  BOOST_TEST(refused.error().detail.find("keys.new") != std::string::npos);
  BOOST_TEST(text(target) == "precious");
  BOOST_TEST((crypto::read_key_file(path).value() == one));
}

BOOST_AUTO_TEST_CASE(a_file_beside_the_key_file_that_others_may_read_gets_no_keys) {
  std::ofstream(beside) << "mine";
  ::chmod(beside.c_str(), 0644);
  BOOST_TEST(!crypto::replace_key_file(path, two).has_value());
  BOOST_TEST(text(beside) == "mine");
}

BOOST_AUTO_TEST_CASE(owner_and_mode_stay) {
  ::chmod(path.c_str(), 0400);
  const bool is_root = ::geteuid() == 0;  // only root can give a file away
  if (is_root) BOOST_REQUIRE(::chown(path.c_str(), 65534, 65533) == 0);
  const auto before = look(path);
  BOOST_REQUIRE(crypto::replace_key_file(path, two).has_value());
  BOOST_TEST(look(path).st_uid == before.st_uid);
  BOOST_TEST(look(path).st_gid == before.st_gid);
  BOOST_TEST(mode(path) == 0400U);
}

BOOST_AUTO_TEST_CASE(the_mask_widens_or_narrows_no_key_file) {
  for (const mode_t mask : {000, 077, 0777}) {
    const mode_t before = ::umask(mask);
    const std::string at = path + std::to_string(mask);
    BOOST_TEST(crypto::create_key_file(at, one).has_value());
    ::umask(before);
    BOOST_TEST(mode(at) == 0600U);
  }
}

BOOST_AUTO_TEST_CASE(a_new_key_file_takes_nobodys_place) {
  BOOST_TEST((crypto::create_key_file(path, two).error().kind == Error::Kind::conflict));
  BOOST_TEST((crypto::read_key_file(path).value() == one));
  BOOST_TEST(!std::filesystem::exists(beside));
  const std::string dangling = (folder.path() / "dangling").string();
  std::filesystem::create_symlink(folder.path() / "nowhere", dangling);
  BOOST_TEST((crypto::create_key_file(dangling, two).error().kind == Error::Kind::conflict));
  BOOST_TEST(!std::filesystem::exists(folder.path() / "nowhere"));
}

BOOST_AUTO_TEST_CASE(a_link_is_read_and_not_replaced) {
  const std::string link = (folder.path() / "link").string();
  std::filesystem::create_symlink(path, link);
  BOOST_TEST((crypto::read_key_file(link).value() == one));
  BOOST_TEST(crypto::replace_key_file(link, two).error().detail.find("name the file itself") != std::string::npos);
  BOOST_TEST((crypto::read_key_file(path).value() == one));
}

BOOST_AUTO_TEST_CASE(what_is_no_plain_file_is_not_read) {
  const std::string pipe = (folder.path() / "pipe").string();
  BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  BOOST_TEST(!crypto::read_key_file(pipe).has_value());  // and it does not wait for a writer
  BOOST_TEST(!crypto::read_key_file(folder.path().string()).has_value());
}

BOOST_AUTO_TEST_CASE(a_text_that_goes_is_wiped_where_it_lay) {
  alignas(crypto::Secret) std::array<char, sizeof(crypto::Secret)> place{};
  auto* secret = new (place.data()) crypto::Secret(std::string("short"));  // lies in the object itself
  const crypto::Secret moved(std::move(*secret));
  BOOST_TEST(moved.text() == "short");
  BOOST_TEST(std::string_view(place.data(), place.size()).find("short") == std::string_view::npos);
  secret->~Secret();
  auto* octets = new (place.data()) crypto::Wiped<8>;
  octets->fill('x');
  octets->~Wiped();
  BOOST_TEST(std::string_view(place.data(), 8) == std::string_view("\0\0\0\0\0\0\0\0", 8));
}

/// \return what a child process that hardened itself finds: its exit code
int in_child(bool core_dumps, int (*look)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::umask(0);
    ::_exit(crypto::harden(core_dumps) ? look() : 99);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
int dumpable() { return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }
int mask() { return static_cast<int>(::umask(0)); }

BOOST_AUTO_TEST_CASE(the_daemon_makes_no_file_for_all_and_no_core_dump_unless_told) {
  BOOST_TEST(in_child(false, dumpable) == 0);
  BOOST_TEST(in_child(true, dumpable) == 1);
  BOOST_TEST(in_child(false, mask) == 027);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
