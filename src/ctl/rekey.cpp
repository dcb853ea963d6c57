#include "ctl/command.hpp"
#include "store/provisioning.hpp"

namespace vouchsafe::ctl {

void add_rekey(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("rekey", "seal every secret with a fresh key; the HSS may go on");
  command->callback([&session] {
    session.resolve();
    need(crypto::KeyRing::add_key(session.key_path));
    const crypto::KeyRing& keys = session.keys();
    const std::size_t count =
        need(store::SubscriptionWriter(session.database())
                 .reseal([&](const PrivateIdentity& impi) -> Result<std::optional<std::string>> {
                   if (impi.sealed.empty() || crypto::KeyRing::key_of(impi.sealed) == keys.newest())
                     return std::optional<std::string>{};
                   const auto secret = keys.open(impi.sealed, impi.impi.text());
                   if (!secret) return fail(secret.error().kind, impi.impi.text() + ": " + secret.error().detail);
                   auto box = keys.seal(secret->text(), impi.impi.text());
                   if (!box) return tl::unexpected<Error>(box.error());
                   return std::optional<std::string>(std::move(*box));
                 }));
    // Only now is no row left that needs an older key.
    need(crypto::KeyRing::drop_old_keys(session.key_path));
    session.print(std::to_string(count) + " secrets are sealed with key " + std::to_string(keys.newest()),
                  {{"resealed", count}, {"key", keys.newest()}});
  });
}

}  // namespace vouchsafe::ctl
