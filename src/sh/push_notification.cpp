#include "sh/push_notification.hpp"

#include "sh/access.hpp"
#include "sh/read_data.hpp"
#include "sh/user_data.hpp"

namespace vouchsafe::sh {

Result<PushOutcome> push_notification(const Debt& debt, const ports::SubscriberReader& reader, const Context& context) {
  Common common{debt.host, debt.realm, {}, Impu::trusted(debt.impus.front()), false, {debt.reference}, {}, {}, {}};
  if (debt.reference == DataReference::initial_filter_criteria) {
    common.server_name = debt.service_indication;
  } else if (!debt.service_indication.empty()) {
    common.services = {debt.service_indication};
  }
  const auto view = look_up(common, reader, {stored_service(debt.reference, debt.service_indication)});
  if (!view) return tl::unexpected<Error>(view.error());
  PushOutcome out;
  const std::string_view service =
      is_repository(debt.reference) ? std::string_view(debt.service_indication) : std::string_view{};
  out.permitted = permitted(*view, ShOperation::subscribe, debt.reference, service);
  if (!out.permitted || !view->subscription || !view->impu_known || view->subscription->id != debt.subscription)
    return out;
  ports::ShData data;
  const ResultCode code = add_piece(*view, identity_of(*view, common), debt.reference, common, context, data);
  if (!(code == result::success)) return unavailable("the changed data cannot be read");
  // Deleted repository data is told by its Service-Indication without data.
  if (debt.reference == DataReference::repository_data && data.repository.empty())
    data.repository.push_back({debt.service_indication, 0, {}});
  if (debt.reference == DataReference::aliases_repository_data && data.aliases_repository.empty())
    data.aliases_repository.push_back({debt.service_indication, 0, {}});
  auto xml = context.documents.write(data);
  if (!xml) return tl::unexpected<Error>(xml.error());
  out.notification = PushNotification{common.user, std::move(*xml)};
  return out;
}

}  // namespace vouchsafe::sh
