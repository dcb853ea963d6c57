#include "diameter/answer.hpp"

namespace vouchsafe::diameter {
namespace {

void add_result(AvpWriter& out, ResultCode code) {
  if (!code.experimental) {
    out.number(Avp::result_code, code.code);
    return;
  }
  out.group(Avp::experimental_result, [&](AvpWriter& result) {
    result.number(Avp::vendor_id, vendor_3gpp);
    result.number(Avp::experimental_result_code, code.code);
  });
}

}  // namespace

void make_answer(OwnedMessage& message, ResultCode code) {
  const bool protocol_error = !code.experimental && code.code / 1000 == 3;
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message.get(), &header));
  const std::uint8_t proxiable = header->msg_flags & CMD_FLAG_PROXIABLE;
  msg* made = message.release();
  const int rc = fd_msg_new_answer_from_req(fd_g_config->cnf_dict, &made, protocol_error ? MSGFL_ANSW_ERROR : 0);
  message.reset(made);
  check("fd_msg_new_answer_from_req", rc);
  // As the request has it, whatever the dictionary says of the command (RFC 6733, 6.2).
  check("fd_msg_hdr", fd_msg_hdr(made, &header));
  header->msg_flags = static_cast<std::uint8_t>((header->msg_flags & ~CMD_FLAG_PROXIABLE) | proxiable);
}

void add_header(AvpWriter& out, msg* message, Application application) {
  out.group(Avp::vendor_specific_application_id, [&](AvpWriter& id) {
    id.number(Avp::vendor_id, vendor_3gpp);
    id.number(Avp::auth_application_id, row_of(application).id);
  });
  out.number(Avp::auth_session_state, value_of(Avp::auth_session_state, "NO_STATE_MAINTAINED"));
  check("fd_msg_add_origin", fd_msg_add_origin(message, 0));
}

void add_common(AvpWriter& out, msg* answer, Application application, ResultCode code) {
  add_header(out, answer, application);
  add_result(out, code);
}

void add_offender(AvpWriter& out, msg* answer, Avp offender, std::optional<Avp> group) {
  msg* query = nullptr;
  check("fd_msg_answ_getq", fd_msg_answ_getq(answer, &query));
  const AvpReader message(out.dictionary(), query);
  const AvpView found = (group ? message.inside(message.find(*group)) : message).find(offender);
  if (found) {
    add_failed_avp(out, found.handle(), found.group());
  } else {
    add_missing_avp(out, offender);
  }
}

void add_features(AvpWriter& out, const Features& features) {
  for (const auto& feature : features) {
    out.group(Avp::supported_features, [&](AvpWriter& group) {
      group.number(Avp::vendor_id, feature.vendor);
      group.number(Avp::feature_list_id, feature.id);
      group.number(Avp::feature_list, feature.bits);
    });
  }
}

}  // namespace vouchsafe::diameter
