#pragma once

#include "domain/result.hpp"
#include "ports/subscriber_store.hpp"

#include <string>
#include <string_view>

namespace vouchsafe::profile {

/// Checks initial filter criteria as provisioned: one or more InitialFilterCriteria elements, or one
/// ServiceProfile-like wrapper <ifcs> around them, as in the Cx user profile (TS 29.228, annex B.2.2). \return the
/// elements as they go into a ServiceProfile; malformed, with the line, for anything else
Result<std::string> normal_filter_criteria(std::string_view xml);

/// The criteria that apply to a public identity: its own, or the subscription's; XML, the name of a shared set, or
/// empty.
const std::string& criteria_of(const ports::ServedView& view, const PublicIdentity& impu);
/// \return the shared set of that name in the view, or nullptr
const SharedIfc* shared_set(const ports::ServedView& view, const std::string& name);

/// \param server_name of an application server; \return those of the criteria that name it, as XML
Result<std::string> criteria_for(std::string_view criteria, std::string_view server_name);

/// \return whether a criterion applies to sessions of a user in the unregistered state: a SessionCase of 2 or 3, or no
/// SessionCase at all outside a negation
bool serves_unregistered(std::string_view criteria);

}  // namespace vouchsafe::profile
