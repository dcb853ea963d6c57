#include "sh/subscribe_notifications.hpp"

#include "sh/access.hpp"
#include "sh/read_data.hpp"
#include "sh/user_data.hpp"

#include <algorithm>

namespace vouchsafe::sh {
namespace {

/// One subscription for each piece: a Data-Reference, of repository data with each Service-Indication.
template <class Each>
void for_each_piece(const ShCommon& common, Each each) {
  for (const auto reference : common.references) {
    if (!is_repository(reference)) {
      // The criteria are those that name a server: it stands where a service would.
      each(reference, reference == DataReference::initial_filter_criteria ? common.server_name : std::string{});
      continue;
    }
    for (const auto& service : common.services) each(reference, service);
  }
}

bool is_there(const ports::DataView& view, DataReference reference, const std::string& service) {
  if (!is_repository(reference)) return true;
  if (reference == DataReference::repository_data && service == delegated_authorizers_service) return has_grants(view);
  const std::string stored = stored_service(reference, service);
  return std::any_of(view.repository.begin(), view.repository.end(),
                     [&](const auto& data) { return data.service_indication == stored; });
}

std::vector<std::string> stored_services(const ShCommon& common) {
  std::vector<std::string> out;
  for_each_piece(common, [&](DataReference reference, const std::string& service) {
    if (is_repository(reference)) out.push_back(stored_service(reference, service));
  });
  return out;
}

/// The error of a subscription; success where there is none.
ResultCode fault_of(const SnRequest& request, const ports::DataView& view, Time now, ShVerdict& verdict) {
  const ShCommon& common = request.common;
  if (const auto fault = access_fault(view, common, ShOperation::subscribe)) return *fault;
  const bool held = std::all_of(common.references.begin(), common.references.end(),
                                [](DataReference r) { return row_of(r)->held == DataReferenceRow::Held::yes; });
  if (!held) return result::user_data_cannot_be_notified;
  if (!request.subscribe) return result::success;
  if (request.expiry && *request.expiry <= now) {
    verdict.offender = Offender::expiry_time;
    return result::invalid_avp_value;
  }
  bool all_there = true;
  for_each_piece(common, [&](DataReference reference, const std::string& service) {
    all_there = all_there && is_there(view, reference, service);
  });
  return all_there ? result::success : result::subs_data_absent;
}

}  // namespace

ports::Outcome<SnAnswer> subscribe_notifications(const SnRequest& request, const ports::SubscriberReader& reader,
                                                 const ShContext& context) {
  ports::Outcome<SnAnswer> out;
  ShVerdict& verdict = out.answer.verdict;
  const ShCommon& common = request.common;
  if (features_refused(context, common, verdict) || incomplete(common, verdict)) return out;
  const auto view = look_up(common, reader, stored_services(common));
  if (!view) {
    verdict.code = to_result(view.error().kind);
    return out;
  }
  verdict.code = fault_of(request, *view, context.clock.now(), verdict);
  if (!(verdict.code == result::success)) return out;
  const Impu& impu = identity_of(*view, common).impu;
  for_each_piece(common, [&](DataReference reference, const std::string& service) {
    const auto id = view->subscription->id;
    if (request.subscribe) {
      out.writes.emplace_back(ports::NotificationSubscription{id, common.origin_host, common.origin_realm, impu,
                                                              reference, service, request.expiry, request.one_time});
    } else {
      out.writes.emplace_back(ports::NotificationUnsubscription{id, common.origin_host, impu, reference, service});
    }
  });
  if (!request.subscribe) return out;
  out.answer.expiry = request.expiry;
  if (request.send_data) out.answer.user_data = document(*view, common, context, verdict);
  if (!(verdict.code == result::success)) out.writes.clear();
  return out;
}

}  // namespace vouchsafe::sh
