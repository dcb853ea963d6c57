#include "ctl/command.hpp"
#include "store/sql/provisioning.hpp"
#include "store/sql/sealing_keys.hpp"

namespace vouchsafe::ctl {
namespace {

void rekey(Session& session) {
  crypto::KeyRing& keys = session.keys();
  const auto number = need(store::SealingKeys(session.database(), keys).rotate());
  const auto count = need(store::SubscriptionWriter(session.database())
                              .reseal([&](const PrivateIdentity& impi) { return keys.seal_anew(impi); }, number));
  session.print(std::to_string(count) + " secrets are sealed with key " + std::to_string(number) +
                    "; older keys stay in the key file until vouchctl rekey --prune",
                {{"resealed", count}, {"key", number}});
}

void prune(Session& session) {
  crypto::KeyRing& keys = session.keys();
  const auto dropped = need(store::SealingKeys(session.database(), keys).prune());
  session.print(std::to_string(dropped) + " keys that no secret is sealed with are out of the key file",
                {{"dropped", dropped}, {"key", keys.seals_with()}});
}

}  // namespace

void add_rekey(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("rekey", "seal every secret with a fresh key; the HSS may go on");
  auto only_prune = std::make_shared<bool>(false);
  command->add_flag("--prune", *only_prune, "instead, drop the keys that no secret in the database is sealed with");
  command->callback([&session, only_prune] { *only_prune ? prune(session) : rekey(session); });
}

}  // namespace vouchsafe::ctl
