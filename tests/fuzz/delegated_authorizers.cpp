#include "profile/delegated_authorizers.hpp"

#include "fuzz.hpp"

#include <algorithm>

// The grants that a provisioning system writes. The input is the document.
namespace vouchsafe::fuzz {
namespace {

void read(std::string_view xml) {
  static const auto subject = Impu::trusted("sip:alice@ims.example");
  const auto grants = profile::read_delegated_authorizers(xml, subject);
  if (!grants) return holds(!grants.error().detail.empty(), "what is refused is explained");
  const auto written = profile::write_delegated_authorizers(*grants);
  holds(written.has_value(), "what was read can be written");
  const auto again = profile::read_delegated_authorizers(*written, subject);
  holds(again.has_value(), "what was written can be read", again ? "" : again.error().detail);
  const auto same = [](const Grant& a, const Grant& b) {
    return a.kind == b.kind && a.subject == b.subject && a.authorizer == b.authorizer && a.wwsf == b.wwsf &&
           a.not_before == b.not_before && a.not_after == b.not_after;
  };
  holds(std::equal(grants->begin(), grants->end(), again->begin(), again->end(), same), "the grants stay", *written);
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::read(vouchsafe::fuzz::text(data, size));
  return 0;
}
