#include "support/hss_process.hpp"

#include "support/secrets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

namespace vouchsafe::testing {
namespace {

const std::string source = VOUCHSAFE_SOURCE_DIR;
const std::string build = VOUCHSAFE_BUILD_DIR;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write_file(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void replace_clients(std::string& config, const std::string& lines) {
  const std::string head = "clients =\n(";
  const auto begin = config.find(head) + head.size();
  config.replace(begin, config.find(");", begin) - begin, "\n  " + lines + "\n");
}

void succeed(const std::string& command) {
  const auto result = run(command);
  if (result.exit != 0) throw std::runtime_error(command + ": " + result.output);
}

/// One certificate for all the processes of a test run: making one takes a second.
std::string certificate_folder() {
  static const TemporaryFolder folder;
  if (!std::filesystem::exists(folder.path() / "cert.pem")) {
    succeed("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hss.ims.example -keyout " +
            (folder.path() / "key.pem").string() + " -out " + (folder.path() / "cert.pem").string());
  }
  return folder.path().string();
}

int connects(std::uint16_t port) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int rc = ::connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to);
  ::close(s);
  return rc;
}

}  // namespace

CommandResult run(const std::string& command, const std::string& input) {
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "in").string();
  const std::string out = (folder.path() / "out").string();
  write_file(in, input);
  const int status = std::system(("( " + command + " ) <" + in + " >" + out + " 2>&1").c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), read_file(out)};
}

HssProcess::HssProcess() {
  std::string daemon = read_file(source + "/conf/freeDiameter.conf");
  replace_all(daemon, "/etc/freeDiameter/hss.cert.pem", certificate_folder() + "/cert.pem");
  replace_all(daemon, "/etc/freeDiameter/hss.key.pem", certificate_folder() + "/key.pem");
  replace_all(daemon, "/etc/freeDiameter/ca.pem", certificate_folder() + "/cert.pem");
  replace_all(daemon, "/etc/freeDiameter/", folder().string() + "/");
  replace_all(daemon, "Port = 3868", "Port = " + std::to_string(port_.number()));
  replace_all(daemon, "SecPort = 5868", "SecPort = " + std::to_string(secure_port_.number()));
  replace_all(daemon, "\"dict_vouchsafe.fdx\"", "\"" + build + "/extensions/dict_vouchsafe.fdx\"");
  replace_all(daemon, "\"vouchsafe.fdx\"", "\"" + build + "/extensions/vouchsafe.fdx\"");
  write_file(folder() / "freeDiameter.conf", daemon);
  std::string hss = read_file(source + "/conf/vouchsafe.conf");
  replace_all(hss, "#path = \"/var/lib/vouchsafe/", "path = \"" + folder().string() + "/");
  replace_all(hss, "#key_file = \"/var/lib/vouchsafe/", "key_file = \"" + folder().string() + "/");
  // The tests' clients have names of their own, and most of them play several parts.
  replace_clients(hss, "{ host = \"*.ims.example\"; roles = [ \"i-cscf\", \"s-cscf\", \"ep-cscf\", \"as\" ]; }");
  // A machine that others use too may take seconds for a write.
  replace_all(hss, "#deadline_ms = 2000", "deadline_ms = 15000");
  write_file(config(), hss);
  write_file(folder() / "acl_wl.conf", "ALLOW_IPSEC *.ims.example\n");
  for (const char* step : {"init", "authorizer add waf.example.net", "authorizer add waf.other.example"}) {
    if (const auto done = vouchctl(step); done.exit != 0) throw std::runtime_error(done.output);
  }
  if (const auto done = vouchctl("import " + source + "/conf/demo-subscribers.jsonl"); done.exit != 0)
    throw std::runtime_error(done.output);
}

void HssProcess::serve_only(const std::string& lines) const {
  std::string text = read_file(config());
  replace_clients(text, lines);
  write_file(config(), text);
}

HssProcess::~HssProcess() {
  if (running()) kill();
  try {
    keep_log(log());
  } catch (const std::exception&) {
    return;  // tests/checks/secrets misses it
  }
}

void HssProcess::launch() {
  start_of_log_ = log().size();
  const std::string conf = (folder() / "freeDiameter.conf").string();
  const int log = ::open((folder() / "hss.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t test = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    // A test that is killed leaves no daemon behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != test) ::_exit(127);
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (const char* preload = std::getenv("VOUCHSAFE_DAEMON_PRELOAD")) ::setenv("LD_PRELOAD", preload, 1);
    ::execlp("freeDiameterd", "freeDiameterd", "-c", conf.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(log);
}

void HssProcess::start() {
  launch();
  for (int i = 0; i < 600; ++i) {
    if (!running()) break;
    if (connects(port_.number()) == 0) return only_loopback();
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  throw std::runtime_error("the daemon does not listen: " + log());
}

void HssProcess::only_loopback() const {
  for (const auto& address : listening()) {
    if (!address.starts_with("127.0.0.1:")) throw std::runtime_error("the daemon listens on " + address);
  }
}

std::vector<std::string> HssProcess::listening() const { return listening_sockets(pid_); }

int HssProcess::wait_for_end() {
  // With the sanitizer's library in it, freeDiameterd can hang in libc's exit, after the extension has ended: a thread
  // that it cancelled holds the locale's lock. What the extension did until then is in the log.
  const bool sanitized = std::getenv("VOUCHSAFE_DAEMON_PRELOAD") != nullptr;
  int status = 0;
  for (int i = 0; i < (sanitized ? 60 : 600); ++i) {
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return status;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  kill();
  const std::string text = log();
  if (sanitized && text.find("AddressSanitizer") == std::string::npos)
    return text.find("freeDiameterd daemon initialized", start_of_log_) != std::string::npos ? 0 : 256;
  throw std::runtime_error("the daemon does not end: " + text);
}

std::string HssProcess::start_refused() {
  launch();
  const int status = wait_for_end();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) throw std::runtime_error("the daemon started: " + log());
  return log().substr(start_of_log_);
}

int HssProcess::stop() {
  signal(SIGTERM);
  const int status = wait_for_end();
  const std::string text = log();
  if (text.find("AddressSanitizer") != std::string::npos || text.find("runtime error:") != std::string::npos)
    throw std::runtime_error(text);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void HssProcess::kill() {
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void HssProcess::signal(int number) const { ::kill(pid_, number); }

bool HssProcess::running() const { return pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0; }

CommandResult HssProcess::vouchctl(const std::string& arguments, const std::string& input) const {
  note_secrets_in(input);
  return run(build + "/vouchctl --config " + config() + " " + arguments, input);
}

std::string HssProcess::ctl(const std::string& arguments, const std::string& input) const {
  const auto done = vouchctl(arguments, input);
  if (done.exit != 0)
    throw std::runtime_error("vouchctl " + arguments + ": exit " + std::to_string(done.exit) + ": " + done.output);
  return done.output;
}

client::PeerOptions HssProcess::peer(const std::string& host) const {
  client::PeerOptions options;
  options.host = host;
  options.port = port_.number();
  options.heard = note_secrets;
  options.timeout = std::chrono::seconds{20};
  return options;
}

std::string HssProcess::log() const { return read_file(folder() / "hss.log"); }

bool HssProcess::settles(const std::function<bool()>& condition) {
  for (int i = 0; i < 200; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return false;
}

bool HssProcess::logged(const std::string& text) const {
  return settles([&] { return log().find(text) != std::string::npos; });
}

void HssProcess::edit(const std::string& file, const std::string& from, const std::string& to) const {
  std::string text = read_file(folder() / file);
  if (text.find(from) == std::string::npos) throw std::runtime_error(file + " does not hold " + from);
  replace_all(text, from, to);
  write_file(folder() / file, text);
}

}  // namespace vouchsafe::testing
