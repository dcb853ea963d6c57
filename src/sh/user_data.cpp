#include "sh/user_data.hpp"

#include "sh/access.hpp"
#include "sh/read_data.hpp"

#include <algorithm>

namespace vouchsafe::sh {
namespace {

std::vector<std::string> stored_services(const ShCommon& common) {
  std::vector<std::string> out;
  for (const auto reference : common.references) {
    if (!is_repository(reference)) continue;
    for (const auto& service : common.services) out.push_back(stored_service(reference, service));
  }
  return out;
}

}  // namespace

bool incomplete(const ShCommon& common, ShVerdict& verdict) {
  const auto& asked = common.references;
  if (common.services.empty() && std::any_of(asked.begin(), asked.end(), is_repository)) {
    verdict.offender = Offender::service_indication;
  } else if (common.server_name.empty() &&
             std::find(asked.begin(), asked.end(), DataReference::initial_filter_criteria) != asked.end()) {
    verdict.offender = Offender::server_name;
  } else {
    return false;
  }
  verdict.code = result::missing_avp;
  return true;
}

std::string document(const ports::DataView& view, const ShCommon& common, const ShContext& context,
                     ShVerdict& verdict) {
  const PublicIdentity& identity = identity_of(view, common);
  ports::ShData data;
  for (const auto reference : common.references) {
    verdict.code = add_piece(view, identity, reference, common, context, data);
    if (!(verdict.code == result::success)) return {};
  }
  auto xml = context.documents.write(data);
  if (xml) return std::move(*xml);
  verdict.code = to_result(xml.error().kind);
  return {};
}

ports::Outcome<UdAnswer> user_data(const UdRequest& request, const ports::SubscriberReader& reader,
                                   const ShContext& context) {
  ports::Outcome<UdAnswer> outcome;
  UdAnswer& answer = outcome.answer;
  const ShCommon& common = request.common;
  if (features_refused(context, common, answer.verdict)) return outcome;
  if (incomplete(common, answer.verdict)) return outcome;
  const auto view = look_up(common, reader, stored_services(common));
  if (!view) {
    answer.verdict.code = to_result(view.error().kind);
    return outcome;
  }
  if (const auto fault = access_fault(*view, common, ShOperation::pull)) {
    answer.verdict.code = *fault;
    return outcome;
  }
  // What a serving node would have to be asked for is not available; an HSS without the data leaves it out.
  const bool only_network = std::all_of(common.references.begin(), common.references.end(), [](DataReference r) {
    return row_of(r)->held == DataReferenceRow::Held::network;
  });
  if (only_network) {
    answer.verdict.code = result::user_data_not_available;
    return outcome;
  }
  answer.user_data = document(*view, common, context, answer.verdict);
  return outcome;
}

}  // namespace vouchsafe::sh
