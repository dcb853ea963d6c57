#pragma once

#include "client/peer.hpp"
#include "support/sockets.hpp"
#include "support/temporary_folder.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace vouchsafe::testing {

/// What a command printed, and how it ended.
struct CommandResult {
  int exit = 0;
  std::string output;  ///< standard output and standard error
};
/// Runs a shell command to its end.
CommandResult run(const std::string& command, const std::string& input = {});

/// A real freeDiameterd with the shipped configuration, adjusted to a folder and a free port of its own. Ended by pid.
/// Its log, and the secrets that it is given and gives out, are kept for tests/checks/secrets.
class HssProcess {
 public:
  /// Makes folder, certificate, database, two authorizers and the demo subscribers; does not start.
  HssProcess();
  ~HssProcess();
  HssProcess(const HssProcess&) = delete;
  HssProcess& operator=(const HssProcess&) = delete;

  /// Starts and waits until it listens. Throws with the log's end when it ends instead, and when it listens on anything
  /// but 127.0.0.1.
  void start();
  /// Starts, and waits for its end, for a configuration that it must refuse. \return its log
  std::string start_refused();
  /// In place of the tests' one entry for everybody. \param lines as in the list `clients`
  void serve_only(const std::string& lines) const;
  /// SIGTERM. \return the exit code, or -signal
  int stop();
  void kill();
  void signal(int number) const;
  [[nodiscard]] bool running() const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// The addresses that the daemon's sockets listen on, as the kernel knows them: 127.0.0.1:3868.
  [[nodiscard]] std::vector<std::string> listening() const;

  CommandResult vouchctl(const std::string& arguments, const std::string& input = {}) const;
  /// The same, for what must succeed: throws when it does not. \return its output
  std::string ctl(const std::string& arguments, const std::string& input = {}) const;
  [[nodiscard]] std::string registrations() const { return ctl("registrations"); }
  [[nodiscard]] client::PeerOptions peer(const std::string& host = "epcscf.ims.example") const;
  [[nodiscard]] std::string log() const;
  /// \return whether the text comes up in the log within ten seconds
  [[nodiscard]] bool logged(const std::string& text) const;
  /// \return whether the condition comes true within ten seconds
  [[nodiscard]] static bool settles(const std::function<bool()>& condition);
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::string config() const { return (folder() / "vouchsafe.conf").string(); }
  /// Replaces text in vouchsafe.conf or freeDiameter.conf. Throws when it is not there.
  void edit(const std::string& file, const std::string& from, const std::string& to) const;

 private:
  void launch();
  void only_loopback() const;
  int wait_for_end();
  TemporaryFolder folder_;
  ReservedPort port_;
  ReservedPort secure_port_;
  pid_t pid_ = -1;
  std::size_t start_of_log_ = 0;  ///< where the running daemon's lines begin
};

}  // namespace vouchsafe::testing
