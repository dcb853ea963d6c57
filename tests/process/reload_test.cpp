#include "client/cx.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

// SIGUSR1 while vouchsafe.conf is not what it should be.
namespace vouchsafe::testing {
namespace {

using client::experimental;
using client::Peer;
namespace fs = std::filesystem;

struct Spoiled {
  const char* what;
  std::function<void()> spoil;  ///< of a file that is whole
  const char* told;
};

struct Reloaded : HssProcess {
  std::string whole;
  const std::string folder_to_include = (folder() / "settings").string();

  Reloaded() {
    std::ifstream in(config());
    std::ostringstream text;
    text << in.rdbuf();
    whole = text.str();
    fs::create_directory(folder_to_include);
  }
  void write(const std::string& text) const { std::ofstream(config()) << text; }
  void restore() const {
    fs::remove_all(config());
    write(whole);
  }
  [[nodiscard]] std::vector<Spoiled> spoiled() const {
    const auto within_a_list = whole.find("roles", whole.find("\nclients =")) + 3;
    const auto within_a_comment = whole.find('#', whole.find("\ndatabase =")) + 5;
    return {
        {"truncated", [this] { fs::resize_file(config(), 0); }, "clients: nobody is served"},
        {"only comments", [this] { write("# later\n"); }, "clients: nobody is served"},
        {"half written, within a list", [this, within_a_list] { fs::resize_file(config(), within_a_list); },
         "ends within a line"},
        {"half written, within a comment", [this, within_a_comment] { fs::resize_file(config(), within_a_comment); },
         "ends within a line"},
        {"half written, within a group",
         [this] { fs::resize_file(config(), whole.find("\n  #", whole.find("\ndatabase =")) + 1); }, "syntax error"},
        {"removed", [this] { fs::remove(config()); }, "cannot be read"},
        {"a folder", [this] { fs::remove(config()), fs::create_directory(config()); }, "no regular file"},
        {"a pipe", [this] { fs::remove(config()), ::mkfifo(config().c_str(), 0600); }, "no regular file"},
        {"a folder that is included", [this] { write(whole + "@include \"" + folder_to_include + "\"\n"); },
         "no regular file"},
        {"octets of nothing", [this] { write(std::string(512, '\0') + "\n"); }, "syntax error"},
    };
  }
  [[nodiscard]] std::size_t count(const std::string& text) const {
    const std::string all = log();
    std::size_t out = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++out;
    return out;
  }
};

BOOST_FIXTURE_TEST_SUITE(reload, Reloaded)

BOOST_AUTO_TEST_CASE(a_reload_of_what_is_no_whole_configuration_is_refused_and_nobody_notices) {
  start();
  Peer scscf(peer("scscf.ims.example"));
  const auto serves = [&] {
    return scscf.ask(client::uar(scscf, "bob@ims.example", "sip:bob@ims.example")).result() >= experimental + 2001;
  };
  BOOST_TEST_REQUIRE(serves());
  std::size_t refused = 0;
  for (const auto& [what, spoil, told] : spoiled()) {
    BOOST_TEST_CONTEXT(what) {
      restore();
      spoil();
      signal(SIGUSR1);
      ++refused;
      BOOST_TEST(settles([&] { return !running() || count("VS-0201") == refused; }));
      BOOST_TEST_REQUIRE(running());
      const std::string text = log();
      BOOST_TEST(text.find(told, text.rfind("VS-0201")) != std::string::npos, text.substr(text.rfind("VS-0201")));
      BOOST_TEST(serves());
    }
  }
  BOOST_TEST(count("VS-0202") == 0U);
  restore();
  signal(SIGUSR1);
  BOOST_TEST(logged("VS-0202"));
  BOOST_TEST(serves());
  scscf.disconnect();
  BOOST_TEST(stop() == 0);
}

BOOST_AUTO_TEST_CASE(vouchctl_and_the_start_refuse_what_a_reload_refuses) {
  for (const auto& [what, spoil, told] : spoiled()) {
    BOOST_TEST_CONTEXT(what) {
      restore();
      spoil();
      const auto checked = vouchctl("check-config");
      BOOST_TEST((checked.exit == 1 || checked.exit == 2), checked.exit);
      BOOST_TEST(checked.output.find(told) != std::string::npos, checked.output);
      if (fs::is_fifo(config())) continue;  // freeDiameter opens the file itself to see whether it is there, and waits
      const std::string refused = start_refused();
      BOOST_TEST(refused.find(told) != std::string::npos, refused);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
