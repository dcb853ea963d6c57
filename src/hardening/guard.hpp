#pragma once

#include "core/freediameter.hpp"
#include "hardening/farewell.hpp"
#include "hardening/judge.hpp"
#include "hardening/reaper.hpp"
#include "hardening/refusal.hpp"
#include "hardening/routing_turns.hpp"
#include "hardening/trimmer.hpp"
#include "hardening/windows.hpp"
#include "ports/log.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace vouchsafe::hardening {

struct GuardOptions {
  std::uint32_t vendor;       ///< of the AVP that is used inside the process
  std::uint32_t application;  ///< one that this node serves
  RuleSet without;
  bool judge = true;                    ///< whether messages are judged at all
  bool keep_idle_peers = true;          ///< whether accepted peers stay, whatever they send
  bool no_delay = true;                 ///< TCP_NODELAY on every connection
  std::chrono::milliseconds silent{0};  ///< patience with an accepted connection that sends nothing; 0: none is ended
  std::chrono::milliseconds hold{0};    ///< longest wait for answers to a connection that broke
  std::uint32_t window = 0;             ///< most messages of one peer under way; 0: any number
  std::chrono::seconds trim{0};         ///< between two times that free memory is given back; 0: never
  std::chrono::milliseconds stop{0};    ///< patience of an orderly end; 0: freeDiameter's own. It needs the window
};

/// Stands between the wire and freeDiameter. Each message is judged on the connection's receiving thread, in the hook
/// HOOK_DATA_RECEIVED; what freeDiameter cannot bear is rewritten in its place, and answered by a handler of the
/// guard's own (hardening/refusal.hpp).
class Guard {
 public:
  Guard(ports::Log& log, const GuardOptions& options);
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  /// After the application is in the dictionary. Throws std::runtime_error.
  void start();
  /// Writes VS-0120 with how often each rule fired ("decorated-nai 3, avp-length 1"; "nothing"), in as many lines as it
  /// takes. By any thread.
  void tell_counters() const;
  /// How often a rule fired. By any thread.
  [[nodiscard]] std::uint64_t times(Rule rule) const {
    return counters_.at(static_cast<std::size_t>(rule)).load(std::memory_order_relaxed);
  }
  /// The daemon is going to end: has what was taken answered first, and sees to it that the end does not take long.
  void farewell();

 private:
  static void on_data(enum fd_hook_type, msg*, peer_hdr*, void* data, fd_hook_permsgdata*, void* self) noexcept;
  static void on_message(enum fd_hook_type, msg* message, peer_hdr* peer, void*, fd_hook_permsgdata* kept,
                         void* self) noexcept;
  static void on_broken(enum fd_hook_type, msg* message, peer_hdr* peer, void*, fd_hook_permsgdata*,
                        void* self) noexcept;
  static int on_refused(msg** message, avp*, session*, void* self, disp_action* action) noexcept;

  void define();
  void inspect(Buffer message);
  void attend(Octets message);
  void part(Buffer message);
  void hear(msg* message, peer_hdr* peer, const char* other) const;
  void answer(msg** message, disp_action* action) const;
  void tell(Rule rule, const char* peer, std::uint32_t command, bool request) const;
  void count(Rule rule) { counters_.at(static_cast<std::size_t>(rule)).fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] Octets own_avp_in(msg* message) const;

  ports::Log& log_;
  GuardOptions options_;
  OwnAvp own_;
  Node node_;                  ///< what the dictionary knows is added at the first message
  std::once_flag dictionary_;  ///< every extension is loaded by then
  dict_object* command_ = nullptr;
  fd_hook_hdl* data_hook_ = nullptr;
  fd_hook_hdl* message_hook_ = nullptr;
  fd_hook_hdl* broken_hook_ = nullptr;
  disp_hdl* handler_ = nullptr;
  std::array<std::atomic<std::uint64_t>, rule_count> counters_{};
  std::atomic<bool> lost_{false};  ///< whether it was told that connections cannot be told apart
  std::optional<Reaper> reaper_;
  std::optional<Windows> windows_;
  std::shared_ptr<RoutingTurns> turns_;  ///< the receiving threads' as well
  std::optional<Farewell> farewell_;
  std::optional<Trimmer> trimmer_;
};

}  // namespace vouchsafe::hardening
