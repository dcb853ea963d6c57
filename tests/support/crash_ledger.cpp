#include "support/crash_ledger.hpp"

#include <algorithm>

namespace vouchsafe::testing {

void CrashLedger::vector_of(const std::string& user, std::uint64_t sqn) {
  const std::lock_guard lock(mutex_);
  auto& given = users_[user].sqns;
  if (!given.insert(sqn).second) faults_.push_back(user + ": SQN " + std::to_string(sqn) + " was given out twice");
  if (*given.rbegin() != sqn) faults_.push_back(user + ": SQN " + std::to_string(sqn) + " after a higher one");
}

void CrashLedger::restoring(const std::string& user) {
  const std::lock_guard lock(mutex_);
  User& u = users_[user];
  u.restoring = true;
  u.registered = no;
}

void CrashLedger::notified(const std::string& user, int sequence) {
  change(user, [&](User& u) { u.pnr = std::max(u.pnr, sequence), ++u.messages; });
}

void CrashLedger::fails(const std::string& what) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(what);
}

std::vector<std::string> CrashLedger::faults() {
  const std::lock_guard lock(mutex_);
  return faults_;
}

void CrashLedger::lost(const std::string& user, const char* what, Known known, bool found) {
  if (known == either || found == (known == yes)) return;
  faults_.push_back(user + ": " + what + ": acknowledged " + (known == yes ? "yes" : "no") + ", and lost");
}

void CrashLedger::look(const std::string& name, User& user, const Found& found) {
  lost(name, "registered", user.registered, found.registered);
  lost(name, "first grant", user.first_grant, found.first_grant);
  lost(name, "second grant", user.second_grant, found.second_grant);
  if (found.notes < user.notes) faults_.push_back(name + ": repository data were acknowledged, and lost");
  if (user.restoring && found.first_grant) user.rtr = user.ppr = false;
  user.restoring = false;
  user.found = found;
  user.notes = found.notes;
  user.registered = user.first_grant = user.second_grant = either;
  if (found.owed) return;
  if (!found.first_grant && !found.registered && !user.rtr)
    faults_.push_back(name + ": its registration ended, and no RTR came");
  if (found.registered && found.first_grant && found.second_grant && !user.ppr)
    faults_.push_back(name + ": it has another grant, and no PPR came");
  if (user.pnr < found.notes) faults_.push_back(name + ": its repository data changed, and no PNR came");
}

void CrashLedger::look(const std::map<std::string, Found>& found) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, what] : found) look(name, users_[name], what);
}

CrashLedger::Stage CrashLedger::stage(const std::string& user) {
  const std::lock_guard lock(mutex_);
  const User& u = users_[user];
  const Found& f = u.found;
  if (f.owed) return Stage::busy;
  if (!f.first_grant) return f.registered ? Stage::busy : Stage::ended;
  if (!f.registered) return Stage::granted;
  return f.second_grant ? Stage::told : Stage::vouched;
}

bool CrashLedger::heard_of_notes(const std::string& user, int& sequence) {
  const std::lock_guard lock(mutex_);
  const User& u = users_[user];
  sequence = u.found.notes;
  return !u.found.owed && u.pnr == u.found.notes;
}

bool CrashLedger::was_registered(const std::string& user) {
  const std::lock_guard lock(mutex_);
  return users_[user].found.registered;
}

bool CrashLedger::has_seen_something() {
  const std::lock_guard lock(mutex_);
  const auto any = [&](auto what) { return std::any_of(users_.begin(), users_.end(), what); };
  return changes_ > 0 && any([](const auto& one) { return !one.second.sqns.empty(); }) &&
         any([](const auto& one) { return one.second.messages > 0; });
}

std::string CrashLedger::summary() {
  const std::lock_guard lock(mutex_);
  std::uint64_t received = 0;
  std::size_t vectors = 0;
  for (const auto& [name, user] : users_) {
    received += user.messages;
    vectors += user.sqns.size();
  }
  return "acknowledged or received " + std::to_string(changes_) + ", vectors " + std::to_string(vectors) +
         ", RTR, PPR and PNR " + std::to_string(received);
}

}  // namespace vouchsafe::testing
