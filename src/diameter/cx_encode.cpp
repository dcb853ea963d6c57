#include "diameter/answer.hpp"
#include "diameter/cx_codec.hpp"
#include "diameter/cx_parts.hpp"
#include "diameter/write.hpp"

namespace vouchsafe::diameter {
namespace {

void add_capabilities(AvpWriter& out, const std::optional<Capabilities>& capabilities) {
  if (!capabilities) return;
  out.group(Avp::server_capabilities, [&](AvpWriter& group) {
    for (const auto c : capabilities->mandatory) group.number(Avp::mandatory_capability, c);
    for (const auto c : capabilities->optional) group.number(Avp::optional_capability, c);
  });
}

Avp avp_of(cx::Offender offender) {
  switch (offender) {
    case cx::Offender::sip_authorization:
      return Avp::sip_authorization;
    case cx::Offender::server_assignment_type:
      return Avp::server_assignment_type;
    case cx::Offender::delegated_authorization:
      return Avp::delegated_authorization;
    case cx::Offender::none:
    case cx::Offender::public_identity:
      break;
  }
  return Avp::public_identity;
}

}  // namespace

void CxEncoder::start(OwnedMessage& answer, const cx::CxVerdict& verdict) const {
  make_answer(answer, verdict.code);
  AvpWriter out(dictionary_, answer.get());
  add_common(out, answer.get(), Application::cx, verdict.code);
  add_features(out, verdict.features);
  if (verdict.offender == cx::Offender::sip_authorization) {
    add_offender(out, answer.get(), Avp::sip_authorization, Avp::sip_auth_data_item);
  } else if (verdict.offender != cx::Offender::none) {
    add_offender(out, answer.get(), avp_of(verdict.offender));
  }
  if (verdict.delegation_result)
    out.number(Avp::delegation_result, static_cast<std::uint32_t>(*verdict.delegation_result));
  if (verdict.delegation_expiry) out.time(Avp::delegation_expiry, *verdict.delegation_expiry);
}

OwnedMessage CxEncoder::encode(OwnedMessage&& message, const cx::UaAnswer& answer) const {
  start(message, answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (!answer.server_name.empty()) out.text(Avp::server_name, answer.server_name);
  add_capabilities(out, answer.capabilities);
  return std::move(message);
}

OwnedMessage CxEncoder::encode(OwnedMessage&& message, const cx::MaRequest& request, const cx::MaAnswer& answer) const {
  start(message, answer.verdict);
  AvpWriter out(dictionary_, message.get());
  // With an error too: Kamailio's S-CSCF looks for the User-Name first, and forgets the transaction without it.
  out.text(Avp::user_name, request.impi.text());
  out.text(Avp::public_identity, request.impu.text());
  if (answer.items.empty()) return std::move(message);
  out.number(Avp::sip_number_auth_items, static_cast<std::uint32_t>(answer.items.size()));
  std::uint32_t number = 0;
  for (const auto& item : answer.items) add_item(out, item, ++number);
  return std::move(message);
}

OwnedMessage CxEncoder::encode(OwnedMessage&& message, const cx::SaAnswer& answer) const {
  start(message, answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (answer.impi) out.text(Avp::user_name, answer.impi->text());
  if (!answer.user_data.empty()) out.text(Avp::user_data, answer.user_data);
  add_charging(out, answer.charging);
  if (!answer.associated.empty()) {
    out.group(Avp::associated_identities, [&](AvpWriter& group) {
      for (const auto& impi : answer.associated) group.text(Avp::user_name, impi.text());
    });
  }
  if (!answer.server_name.empty()) out.text(Avp::server_name, answer.server_name);
  if (answer.wildcarded) out.text(Avp::wildcarded_public_identity, answer.wildcarded->text());
  if (!answer.allowed.wafs.empty()) add_allowed(out, answer.allowed);
  return std::move(message);
}

OwnedMessage CxEncoder::encode(OwnedMessage&& message, const cx::LiAnswer& answer) const {
  start(message, answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (!answer.server_name.empty()) out.text(Avp::server_name, answer.server_name);
  add_capabilities(out, answer.capabilities);
  if (answer.wildcarded) out.text(Avp::wildcarded_public_identity, answer.wildcarded->text());
  return std::move(message);
}

}  // namespace vouchsafe::diameter
