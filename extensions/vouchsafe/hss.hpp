#pragma once

#include "config/config.hpp"
#include "crypto/authentication_centre.hpp"
#include "cx/context.hpp"
#include "delegation/outbox_dispatcher.hpp"
#include "delegation/vouching_memory.hpp"
#include "diameter/addressee.hpp"
#include "diameter/core_hooks.hpp"
#include "diameter/cx_server.hpp"
#include "diameter/messenger.hpp"
#include "diameter/sh_server.hpp"
#include "hardening/guard.hpp"
#include "profile/ims_subscription.hpp"
#include "profile/sh_documents.hpp"
#include "store/sql/sql_committer.hpp"
#include "store/sql/sql_outbox.hpp"
#include "store/sql/sql_reader.hpp"
#include "store/sqlite/checkpointer.hpp"
#include "store/sqlite/database.hpp"
#include "system_clock.hpp"
#include "telemetry/decision_log.hpp"
#include "telemetry/log.hpp"
#include "telemetry/log_flusher.hpp"

#include <memory>
#include <optional>
#include <string>

namespace vouchsafe {

/// The HSS: every part, wired. Making one starts it, destroying it stops it in the reverse order.
class Hss {
 public:
  /// \return malformed or unavailable, with what to mend: then the daemon must not start
  static Result<std::unique_ptr<Hss>> start(const std::string& config_file);
  ~Hss();
  Hss(const Hss&) = delete;
  Hss& operator=(const Hss&) = delete;

  /// Reads the configuration again, for what may change while the daemon runs: clients, agents, monitoring, token
  /// policy, vectors, and the lifetimes. A mistake leaves everything as it was.
  void reload() noexcept;

 private:
  Hss(std::string config_file, const config::Config& config);
  Result<void> open(const config::Config& config);
  [[nodiscard]] PolicyInForce policy() const {
    return [this] {
      auto settings = settings_.get();
      const Policy& policy = settings->policy;
      return std::shared_ptr<const Policy>(std::move(settings), &policy);
    };
  }
  /// Says what is not enforced, and has what that once let in looked at again.
  void apply_monitoring();

  std::string config_file_;
  telemetry::Log log_;
  telemetry::LogFlusher flusher_;
  telemetry::DecisionLog decisions_;
  SystemClock clock_;
  store::Health health_;
  store::Database database_;
  delegation::VouchingMemory memory_;
  cx::LiveSettings settings_;
  profile::ImsSubscriptionWriter profiles_;
  std::unique_ptr<crypto::KeyRing> keys_;
  std::optional<diameter::Dictionary> dictionary_;
  std::optional<diameter::Speakers> speakers_;
  std::optional<crypto::AuthenticationCentre> authentication_;
  std::optional<cx::Context> context_;
  profile::ShDocuments documents_;
  std::optional<sh::Context> sh_context_;
  std::optional<store::SqlReader> reader_;
  std::optional<hardening::Guard> guard_;
  diameter::CoreHooks core_hooks_;
  std::unique_ptr<store::Checkpointer> checkpointer_;
  std::unique_ptr<store::SqlCommitter> committer_;
  std::optional<store::SqlOutbox> outbox_;
  std::optional<diameter::Addressee> addressee_;
  std::optional<diameter::Messenger> messenger_;
  std::unique_ptr<delegation::OutboxDispatcher> dispatcher_;
  std::unique_ptr<diameter::CxServer> server_;
  std::unique_ptr<diameter::ShServer> sh_server_;
};

}  // namespace vouchsafe
