#include "operations/replace_grants.hpp"

namespace vouchsafe::operations {

ports::Writes replace_grants(const ports::View& view, const Impu& impu, std::vector<Grant> grants,
                             std::uint16_t sequence, const std::string& by, Time now) {
  const auto id = view.subscription->id;
  ports::Writes out;
  out.emplace_back(ports::GrantsChange{id, impu, std::move(grants), sequence});
  out.emplace_back(ports::OutboxAddition{review_entry(id, "written by " + by, now)});
  out.emplace_back(ports::DataChanged{id, DataReference::repository_data, std::string(delegated_authorizers_service),
                                      std::nullopt, by, now});
  return out;
}

}  // namespace vouchsafe::operations
