#pragma once

#include "client/cx.hpp"
#include "support/busy_peer.hpp"
#include "support/crash_ledger.hpp"
#include "support/sh_process.hpp"

#include <atomic>
#include <map>
#include <string>
#include <vector>

namespace vouchsafe::testing {

/// An HSS with all at work that makes it write: CSCFs, ASs and vouchctl. Each player is for a thread of its own, and
/// ends when the daemon does; what it does and hears is in the ledger.
struct CrashLoad : ShProcess {
  static constexpr int vouched = 30;  ///< users 0 to 29 are registered by an authorizer's word
  static constexpr int direct = 8;    ///< the next ones by their SIM
  static constexpr int noted = 8;     ///< repository data of the last ones change, and an AS hears of it
  static constexpr int users = vouched + direct + noted;

  CrashLedger ledger;
  std::atomic<bool> over{false};  ///< the daemon is, or is to be, left alone

  /// Makes the users, who may read and write, and who hears of what. Does not leave it running.
  CrashLoad();

  static std::string user(int n);
  /// \return some of those who are vouched for and are ready for that
  std::vector<std::string> some(CrashLedger::Stage stage, std::size_t most, std::size_t without = 0);
  /// Compares what the database holds with the ledger, by what everybody can ask.
  void look_around();

  /// MAR and SAR of those with a SIM, again and again, and a SAR of each of the others.
  void play_scscf(BusyPeer& scscf, const std::vector<std::string>& to_register);
  /// PURs that take a grant back, others that give it again, and others that change what an AS hears of.
  void play_provisioning(BusyPeer& as, const std::vector<std::string>& to_revoke,
                         const std::vector<std::string>& to_restore);
  /// vouchctl, and some of them are killed as well.
  void change(const std::vector<std::string>& to_grant, const std::vector<std::string>& to_revoke, unsigned seed);
  /// Answers, until all is over.
  void listen(BusyPeer& peer) const;

  void heard_by_scscf(const client::Message& request);
  void heard_by_as(const client::Message& request);

 private:
  using Done = void (CrashLedger::*)(const std::string&);
  void note_vector(int n, const client::Message& maa);
  void turn(BusyPeer& scscf, int n, bool registered);
  void register_vouched(BusyPeer& scscf, const std::string& who);
  void note(BusyPeer& as, const std::string& who);
  void put_grants(BusyPeer& as, const std::string& who, const std::string& waf, Done done);
  std::map<std::string, int> grants_sequence_;
};

}  // namespace vouchsafe::testing
