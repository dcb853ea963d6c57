#include "diameter/answer.hpp"

namespace vouchsafe::diameter {
namespace {

constexpr std::uint32_t no_state_maintained = 1;  // Auth-Session-State (RFC 6733, 8.11)

void add_result(AvpWriter& out, ResultCode code) {
  if (!code.experimental) {
    out.number(Avp::result_code, code.code);
    return;
  }
  out.group(Avp::experimental_result, [&](AvpWriter& result) {
    result.number(Avp::vendor_id, vendor_3gpp_id);
    result.number(Avp::experimental_result_code, code.code);
  });
}

}  // namespace

OwnedMessage answer_from(OwnedMessage query, ResultCode code) {
  const bool protocol_error = !code.experimental && code.code / 1000 == 3;
  msg* message = query.release();
  const int rc = fd_msg_new_answer_from_req(fd_g_config->cnf_dict, &message, protocol_error ? MSGFL_ANSW_ERROR : 0);
  OwnedMessage answer(message);
  check("fd_msg_new_answer_from_req", rc);
  return answer;
}

avp* find_in_message(msg* message, const Dictionary& dictionary, Avp wanted) {
  avp* found = nullptr;
  check("fd_msg_search_avp", fd_msg_search_avp(message, dictionary.avp(wanted), &found));
  return found;
}

void add_header(AvpWriter& out, msg* message, Application application) {
  out.group(Avp::vendor_specific_application_id, [&](AvpWriter& id) {
    id.number(Avp::vendor_id, vendor_3gpp_id);
    id.number(Avp::auth_application_id, application == Application::cx ? cx_application_id : sh_application_id);
  });
  out.number(Avp::auth_session_state, no_state_maintained);
  check("fd_msg_add_origin", fd_msg_add_origin(message, 0));
}

void add_common(AvpWriter& out, msg* answer, Application application, ResultCode code) {
  add_header(out, answer, application);
  add_result(out, code);
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
