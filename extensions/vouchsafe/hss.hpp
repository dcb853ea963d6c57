#pragma once

#include "crypto/authentication_centre.hpp"
#include "crypto/token_verifier.hpp"
#include "cx/context.hpp"
#include "delegation/outbox_dispatcher.hpp"
#include "delegation/rule_actor.hpp"
#include "delegation/token_check.hpp"
#include "delegation/token_memory.hpp"
#include "delegation/vouching_memory.hpp"
#include "diameter/addressee.hpp"
#include "diameter/core_hooks.hpp"
#include "diameter/cx_server.hpp"
#include "diameter/messenger.hpp"
#include "diameter/sh_server.hpp"
#include "diameter/speaker.hpp"
#include "hardening/guard.hpp"
#include "prerequisites.hpp"
#include "profile/ims_subscription.hpp"
#include "profile/sh_documents.hpp"
#include "store/sql/sql_committer.hpp"
#include "store/sql/sql_outbox.hpp"
#include "store/sql/sql_reader.hpp"
#include "store/sqlite/checkpointer.hpp"
#include "system_clock.hpp"

#include <memory>
#include <string>

namespace vouchsafe {

/// The HSS: every part, wired. Making one starts it, destroying it stops it.
class Hss {
 public:
  /// \return malformed or unavailable, with what to mend: then the daemon must not start
  static Result<std::unique_ptr<Hss>> start(const std::string& config_file);
  /// Throws FdError where freeDiameter takes a handler or a hook from nobody.
  explicit Hss(Prerequisites given);
  ~Hss();
  Hss(const Hss&) = delete;
  Hss& operator=(const Hss&) = delete;

  /// Reads the configuration again, for what may change while the daemon runs: clients, agents, rules, monitoring,
  /// token policy, vectors, and the lifetimes. A mistake leaves everything as it was.
  void reload() noexcept;
  /// The daemon was told to end, and has not begun to: answers what was taken.
  void farewell() noexcept;

 private:
  /// Has freeDiameter call the parts before it from now on. Each takes itself back when it ends.
  struct Registered {
    explicit Registered(Hss& parts);
  };
  using When = ports::ConfigurationLoaded::When;

  [[nodiscard]] PolicyInForce policy();
  /// Says what is in force and what of it is not enforced, and has what that once let in looked at again.
  void configured(When when);
  void refuse(const std::string& mistake);
  /// How the parts stand, for the metrics. By any thread.
  [[nodiscard]] metrics::State state() const;

  // The parts, in the order in which they start. What each stands on is above it.

  // What could be wrong, and is not.
  Prerequisites given_;

  // What the procedures stand on.
  SystemClock clock_;
  cx::LiveSettings settings_;
  delegation::VouchingMemory memory_;
  crypto::JwsVerifier verifier_;
  delegation::TokenMemory shown_tokens_;
  delegation::TokenCheck tokens_;
  crypto::SoftwareAuthenticationCentre authentication_;
  profile::ImsSubscriptionWriter profiles_;
  profile::XmlShDocuments documents_;
  cx::CxContext cx_;
  sh::ShContext sh_;

  // Reading and writing. From here on there are threads.
  store::SqlReader reader_;
  store::SqlOutbox outbox_;
  store::Checkpointer checkpointer_;
  store::SqlCommitter committer_;

  // What comes from peers.
  hardening::Guard guard_;
  diameter::CoreHooks core_hooks_;
  diameter::Speakers speakers_;
  diameter::CxServer cx_server_;
  diameter::ShServer sh_server_;

  // What the HSS sends by itself. The last one begins to at once.
  diameter::Addressee addressee_;
  diameter::DiameterMessenger messenger_;
  Registered registered_;
  delegation::OutboxDispatcher dispatcher_;
  delegation::RuleActor rule_actor_;
};

}  // namespace vouchsafe
