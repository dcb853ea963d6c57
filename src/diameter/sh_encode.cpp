#include "diameter/answer.hpp"
#include "diameter/sh_codec.hpp"

namespace vouchsafe::diameter {
namespace {

Avp avp_of(sh::Offender offender) {
  switch (offender) {
    case sh::Offender::service_indication:
      return Avp::service_indication;
    case sh::Offender::server_name:
      return Avp::server_name;
    case sh::Offender::expiry_time:
      return Avp::expiry_time;
    case sh::Offender::none:
    case sh::Offender::data_reference:
      break;
  }
  return Avp::data_reference;
}

}  // namespace

void ShEncoder::start(OwnedMessage& answer, const sh::ShVerdict& verdict) const {
  make_answer(answer, verdict.code);
  AvpWriter out(dictionary_, answer.get());
  add_common(out, answer.get(), Application::sh, verdict.code);
  add_features(out, verdict.features);
  if (!verdict.error_message.empty()) out.text(Avp::error_message, verdict.error_message);
  if (verdict.offender != sh::Offender::none) add_offender(out, answer.get(), avp_of(verdict.offender));
}

OwnedMessage ShEncoder::encode(OwnedMessage&& message, const sh::UdAnswer& answer) const {
  start(message, answer.verdict);
  if (!answer.user_data.empty()) AvpWriter(dictionary_, message.get()).text(Avp::sh_user_data, answer.user_data);
  return std::move(message);
}

OwnedMessage ShEncoder::encode(OwnedMessage&& message, const sh::PuAnswer& answer) const {
  start(message, answer.verdict);
  if (!answer.sequence || !(answer.verdict.code == result::success)) return std::move(message);
  AvpWriter(dictionary_, message.get()).group(Avp::repository_data_id, [&](AvpWriter& id) {
    id.text(Avp::service_indication, answer.service_indication);
    id.number(Avp::sequence_number, *answer.sequence);
  });
  return std::move(message);
}

OwnedMessage ShEncoder::encode(OwnedMessage&& message, const sh::SnAnswer& answer) const {
  start(message, answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (!answer.user_data.empty()) out.text(Avp::sh_user_data, answer.user_data);
  if (answer.expiry) out.time(Avp::expiry_time, *answer.expiry);
  return std::move(message);
}

}  // namespace vouchsafe::diameter
