#include "ctl/import_line.hpp"

#include "crypto/key_ring.hpp"
#include "fuzz.hpp"
#include "support/temporary_folder.hpp"

#include <memory>
#include <stdexcept>

// A line of an import. The input is the line.
namespace vouchsafe::fuzz {
namespace {

/// A ring with a key of this run.
const crypto::KeyRing& keys() {
  static const std::unique_ptr<crypto::KeyRing> instance = [] {
    const testing::TemporaryFolder folder;
    const std::string path = (folder.path() / "keys").string();
    if (!crypto::KeyRing::create(path)) throw std::runtime_error("no key file can be made");
    return std::move(crypto::KeyRing::load(path).value());
  }();
  return *instance;
}

void read(std::string_view line) {
  const auto subscription = ctl::parse_import_line(line, keys());
  if (!subscription) return holds(!subscription.error().detail.empty(), "what is refused is explained");
  const auto checked = check(subscription->profile);
  holds(checked.has_value(), "what is taken is a profile", checked ? "" : checked.error().detail);
  for (const auto& identity : subscription->profile.impis)
    holds(identity.sealed.empty() || keys().open(identity.sealed, identity.impi.text()).has_value(),
          "a secret that is sealed opens", identity.impi.text());
  for (const auto& grant : subscription->grants) holds(check(grant).has_value(), "a grant is one", grant.subject);
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::read(vouchsafe::fuzz::text(data, size));
  return 0;
}
