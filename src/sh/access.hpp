#pragma once

#include "sh/context.hpp"
#include "sh/requests.hpp"

#include <optional>
#include <string_view>

namespace vouchsafe::sh {

/// Answers about features first. \return true when the request insists on one that is not supported
bool features_refused(const ShContext& context, const ShCommon& common, ShVerdict& verdict);

/// \return whether the AS permission list lets the AS do it (TS 29.328, 6.2). \param service as for covers()
bool permitted(const ports::DataView& view, ShOperation operation, DataReference reference, std::string_view service);

/// The steps that come before every procedure's own: the AS may do it (5102, 5103, 5104), the user is known (5001), the
/// private identity is one of the user's (5002), and the Data-Reference goes with the kind of identity (5101). \return
/// nothing to complain of, or the error
std::optional<ResultCode> access_fault(const ports::DataView& view, const ShCommon& common, ShOperation operation);

/// The public identity that the request is about. The view holds it: access_fault() has seen to that.
const PublicIdentity& identity_of(const ports::View& view, const ShCommon& common);

/// Reads what the request is about: the user with its grants, the repository data, and what the AS may do.
Result<ports::DataView> look_up(const ShCommon& common, const ports::SubscriberReader& reader,
                                const std::vector<std::string>& services);

}  // namespace vouchsafe::sh
