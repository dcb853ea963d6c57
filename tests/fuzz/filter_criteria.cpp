#include "profile/filter_criteria.hpp"

#include "fuzz.hpp"

// Initial filter criteria as they are provisioned. The input is the XML.
namespace vouchsafe::fuzz {
namespace {

void read(std::string_view xml) {
  const auto criteria = profile::normal_filter_criteria(xml);
  if (!criteria) return holds(!criteria.error().detail.empty(), "what is refused is explained");
  const auto again = profile::normal_filter_criteria(*criteria);
  holds(again.has_value(), "normal criteria can be read", again ? "" : again.error().detail);
  holds(*again == *criteria, "and are normal", *again);
  const auto one = profile::criteria_for(*criteria, "sip:as.ims.example");
  holds(one.has_value(), "those of one server can be found", one ? "" : one.error().detail);
  holds(one->size() <= criteria->size(), "and are not more than all", *one);
  (void)profile::serves_unregistered(*criteria);
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::read(vouchsafe::fuzz::text(data, size));
  return 0;
}
