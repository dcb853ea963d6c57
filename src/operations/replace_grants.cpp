#include "operations/replace_grants.hpp"

#include "operations/grants_changed.hpp"

namespace vouchsafe::operations {

ports::Writes replace_grants(const ports::View& view, const Impu& impu, std::vector<Grant> grants,
                             std::uint16_t sequence, const std::string& by, Time now) {
  const auto id = view.subscription->id;
  ports::Writes out;
  out.emplace_back(ports::GrantsChange{id, impu, std::move(grants), sequence});
  out.emplace_back(ports::OutboxAddition{review_entry(id, "written by " + by, now)});
  out.emplace_back(grants_changed(id, now, by));
  return out;
}

}  // namespace vouchsafe::operations
