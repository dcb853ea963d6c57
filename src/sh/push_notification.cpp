#include "sh/push_notification.hpp"

#include "sh/access.hpp"
#include "sh/read_data.hpp"
#include "sh/user_data.hpp"

namespace vouchsafe::sh {

Result<PushOutcome> push_notification(const OutboxEntry& entry, const DataNotification& about,
                                      const ports::SubscriberReader& reader, const ShContext& context) {
  ShCommon common{entry.host, entry.realm, {}, about.impu, false, {about.reference}, {}, {}, {}};
  if (about.reference == DataReference::initial_filter_criteria) {
    common.server_name = about.service_indication;
  } else if (!about.service_indication.empty()) {
    common.services = {about.service_indication};
  }
  const auto view = look_up(common, reader, {stored_service(about.reference, about.service_indication)});
  if (!view) return tl::unexpected<Error>(view.error());
  PushOutcome out;
  const std::string_view service =
      is_repository(about.reference) ? std::string_view(about.service_indication) : std::string_view{};
  out.permitted = permitted(*view, ShOperation::subscribe, about.reference, service);
  if (!out.permitted || !view->subscription || !view->impu_known || view->subscription->id != entry.subscription)
    return out;
  ports::ShData data;
  const ResultCode code = add_piece(*view, identity_of(*view, common), about.reference, common, context, data);
  if (!(code == result::success)) return unavailable("the changed data cannot be read");
  // Deleted repository data is shown by its Service-Indication without data.
  if (about.reference == DataReference::repository_data && data.repository.empty())
    data.repository.push_back({about.service_indication, 0, {}});
  if (about.reference == DataReference::aliases_repository_data && data.aliases_repository.empty())
    data.aliases_repository.push_back({about.service_indication, 0, {}});
  auto xml = context.documents.write(data);
  if (!xml) return tl::unexpected<Error>(xml.error());
  out.notification = PushNotification{common.user, std::move(*xml)};
  return out;
}

}  // namespace vouchsafe::sh
