#include "sh/access.hpp"

#include "sh/read_data.hpp"

#include <algorithm>

namespace vouchsafe::sh {
namespace {

ResultCode not_permitted(ShOperation operation) {
  switch (operation) {
    case ShOperation::pull:
      return result::user_data_cannot_be_read;
    case ShOperation::update:
      return result::user_data_cannot_be_modified;
    case ShOperation::subscribe:
      break;
  }
  return result::user_data_cannot_be_notified;
}

/// The letter of table 7.6.1 for the kind of identity that was given.
char key_of(const PublicIdentity& identity, const ShCommon& common) {
  if (common.msisdn) return 'M';
  const bool psi = identity.psi != PublicIdentity::Psi::no || identity.kind == PublicIdentity::Kind::wildcarded_psi;
  return psi ? 'S' : 'P';
}

bool all_permitted(const ports::DataView& view, const ShCommon& common, ShOperation operation) {
  return std::all_of(common.references.begin(), common.references.end(), [&](DataReference reference) {
    // A PUR names the service inside its document: there it is asked again.
    if (!is_repository(reference) || common.services.empty()) return permitted(view, operation, reference, {});
    return std::all_of(common.services.begin(), common.services.end(),
                       [&](const auto& service) { return permitted(view, operation, reference, service); });
  });
}

}  // namespace

bool features_refused(const ShContext& context, const ShCommon& common, ShVerdict& verdict) {
  if (!negotiate(common.features, context.supported, verdict.features)) return false;
  verdict.code = result::feature_unsupported;
  return true;
}

bool permitted(const ports::DataView& view, ShOperation operation, DataReference reference, std::string_view service) {
  return std::any_of(view.permissions.begin(), view.permissions.end(),
                     [&](const AsPermission& p) { return covers(p, operation, reference, service); });
}

std::optional<ResultCode> access_fault(const ports::DataView& view, const ShCommon& common, ShOperation operation) {
  if (!all_permitted(view, common, operation)) return not_permitted(operation);
  if (!view.subscription || !view.impu_known) return result::user_unknown;
  if (common.impi && view.subscription->find(*common.impi) == nullptr) return result::identities_dont_match;
  const char key = key_of(identity_of(view, common), common);
  for (const auto reference : common.references) {
    const auto* row = row_of(reference);
    if (row->keys.find(key) == std::string_view::npos) return result::operation_not_allowed;
    if (can(*row, operation)) continue;
    return operation == ShOperation::pull ? result::operation_not_allowed : not_permitted(operation);
  }
  return std::nullopt;
}

const PublicIdentity& identity_of(const ports::View& view, const ShCommon& common) {
  return *view.subscription->find(view.matched_wildcard ? *view.matched_wildcard : common.user);
}

Result<ports::DataView> look_up(const ShCommon& common, const ports::SubscriberReader& reader,
                                const std::vector<std::string>& services) {
  return reader.data_of(common.user, services, common.origin_host);
}

}  // namespace vouchsafe::sh
