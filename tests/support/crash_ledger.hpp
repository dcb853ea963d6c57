#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace vouchsafe::testing {

/// What a test that kills an HSS again and again knows of it: what was acknowledged, what was received, and what the
/// database says after each restart. It finds what was lost, given out twice, or never sent. Safe from many threads.
class CrashLedger {
 public:
  /// What the database says of a user.
  struct Found {
    bool registered = false;
    bool first_grant = false;   ///< to the authorizer whose word the registrations rest on
    bool second_grant = false;  ///< to another one
    bool owed = false;          ///< some message about it is in the outbox, or may come of a review that is there
    int notes = 0;              ///< Sequence-Number of its repository data
  };

  /// What somebody who is vouched for is ready for.
  enum class Stage : std::uint8_t {
    busy,     ///< something is owed
    granted,  ///< to be registered: a SAR
    vouched,  ///< to be granted something more: a PPR
    told,     ///< the S-CSCF was: its grant may go, an RTR
    ended,    ///< the S-CSCF heard of it: it may be granted anew
  };

  // Acknowledged: by an answer of success, or an exit code of 0.
  void registered(const std::string& user, bool is) {
    change(user, [&](User& u) { u.registered = is ? yes : no; });
  }
  void granted(const std::string& user) {
    change(user, [](User& u) { u.second_grant = yes; });
  }
  void revoked(const std::string& user) {
    change(user, [](User& u) { u.first_grant = no; });
  }
  void restored(const std::string& user) {
    change(user, [](User& u) { u.first_grant = yes, u.second_grant = no; });
  }
  void noted(const std::string& user, int sequence) {
    change(user, [&](User& u) { u.notes = sequence; });
  }
  void vector_of(const std::string& user, std::uint64_t sqn);

  // Under way: from now on either is right.
  void registering(const std::string& user) {
    change(user, [](User& u) { u.registered = either; });
  }
  /// A new life, where it comes to that: what was received until now is of the one before.
  void restoring(const std::string& user);

  // Received.
  void terminated(const std::string& user) {
    change(user, [](User& u) { u.rtr = true, ++u.messages; });
  }
  void pushed(const std::string& user) {
    change(user, [](User& u) { u.ppr = true, ++u.messages; });
  }
  void notified(const std::string& user, int sequence);

  /// Compares, after a restart. \param found of everybody whom something is to be found out of
  void look(const std::map<std::string, Found>& found);
  [[nodiscard]] Stage stage(const std::string& user);
  /// \return whether the AS has heard of the last change, so that there may be another; and the Sequence-Number
  [[nodiscard]] bool heard_of_notes(const std::string& user, int& sequence);
  [[nodiscard]] bool was_registered(const std::string& user);

  void fails(const std::string& what);
  [[nodiscard]] std::vector<std::string> faults();
  /// "acknowledged 100, vectors 20, received 30"
  [[nodiscard]] std::string summary();
  /// Whether there was something of each of those: else nothing was tried.
  [[nodiscard]] bool has_seen_something();

 private:
  enum Known : std::uint8_t { either, yes, no };
  struct User {
    Known registered = either;
    Known first_grant = either;
    Known second_grant = either;
    int notes = 0;
    bool restoring = false;
    bool rtr = false;
    bool ppr = false;
    int pnr = 0;
    std::uint64_t messages = 0;
    std::set<std::uint64_t> sqns{};
    Found found{};
  };
  template <class Change>
  void change(const std::string& user, Change change) {
    const std::lock_guard lock(mutex_);
    change(users_[user]);
    ++changes_;
  }
  void lost(const std::string& user, const char* what, Known known, bool found);
  void look(const std::string& name, User& user, const Found& found);

  std::mutex mutex_;
  std::map<std::string, User> users_;
  std::vector<std::string> faults_;
  std::uint64_t changes_ = 0;
};

}  // namespace vouchsafe::testing
