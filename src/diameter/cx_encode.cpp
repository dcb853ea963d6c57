#include "diameter/cx_codec.hpp"
#include "diameter/read.hpp"
#include "diameter/write.hpp"

namespace vouchsafe::diameter {
namespace {

constexpr std::uint32_t no_state_maintained = 1;  // Auth-Session-State (RFC 6733, 8.11)

/// The query becomes the answer: protocol errors carry the E bit (RFC 6733, 7.1.3).
OwnedMessage answer_from(OwnedMessage query, cx::ResultCode code) {
  const bool protocol_error = !code.experimental && code.code / 1000 == 3;
  msg* message = query.release();
  const int rc = fd_msg_new_answer_from_req(fd_g_config->cnf_dict, &message, protocol_error ? MSGFL_ANSW_ERROR : 0);
  OwnedMessage answer(message);
  check("fd_msg_new_answer_from_req", rc);
  return answer;
}

void add_result(AvpWriter& out, cx::ResultCode code) {
  if (!code.experimental) {
    out.number(Avp::result_code, code.code);
    return;
  }
  out.group(Avp::experimental_result, [&](AvpWriter& result) {
    result.number(Avp::vendor_id, vendor_3gpp_id);
    result.number(Avp::experimental_result_code, code.code);
  });
}

void add_common(AvpWriter& out, msg* answer, cx::ResultCode code) {
  out.group(Avp::vendor_specific_application_id, [](AvpWriter& id) {
    id.number(Avp::vendor_id, vendor_3gpp_id);
    id.number(Avp::auth_application_id, cx_application_id);
  });
  out.number(Avp::auth_session_state, no_state_maintained);
  check("fd_msg_add_origin", fd_msg_add_origin(answer, 0));
  add_result(out, code);
}

void add_capabilities(AvpWriter& out, const std::optional<Capabilities>& capabilities) {
  if (!capabilities) return;
  out.group(Avp::server_capabilities, [&](AvpWriter& group) {
    for (const auto c : capabilities->mandatory) group.number(Avp::mandatory_capability, c);
    for (const auto c : capabilities->optional) group.number(Avp::optional_capability, c);
  });
}

void add_charging(AvpWriter& out, const Charging& charging) {
  if (charging.empty()) return;
  out.group(Avp::charging_information, [&](AvpWriter& group) {
    const auto add = [&](Avp avp, const std::string& uri) {
      if (!uri.empty()) group.text(avp, uri);
    };
    add(Avp::primary_event_charging_function_name, charging.primary_event);
    add(Avp::secondary_event_charging_function_name, charging.secondary_event);
    add(Avp::primary_charging_collection_function_name, charging.primary_collection);
    add(Avp::secondary_charging_collection_function_name, charging.secondary_collection);
  });
}

/// TS 29.228, tables 6.3.3 to 6.3.6: the items of a vector, or the digest data.
void add_item(AvpWriter& out, const cx::AuthDataItem& item, std::uint32_t number) {
  out.group(Avp::sip_auth_data_item, [&](AvpWriter& group) {
    group.number(Avp::sip_item_number, number);
    group.text(Avp::sip_authentication_scheme, name_of(item.scheme));
    if (item.scheme == AuthenticationScheme::sip_digest) {
      group.group(Avp::sip_digest_authenticate, [&](AvpWriter& digest) {
        digest.text(Avp::digest_realm, item.digest_realm);
        digest.text(Avp::digest_algorithm, "MD5");
        digest.text(Avp::digest_qop, "auth");
        digest.text(Avp::digest_ha1, item.digest_ha1);
      });
      return;
    }
    group.text(Avp::sip_authenticate, item.authenticate);
    group.text(Avp::sip_authorization, item.authorization);
    group.text(Avp::confidentiality_key, item.ck);
    group.text(Avp::integrity_key, item.ik);
  });
}

/// Finds the first AVP of the query that a verdict is about.
avp* find_in_query(msg* query, const Dictionary& dictionary, Avp wanted) {
  avp* found = nullptr;
  check("fd_msg_search_avp", fd_msg_search_avp(query, dictionary.avp(wanted), &found));
  return found;
}

avp* find_in_group(avp* group, const Dictionary& dictionary, Avp wanted) {
  avp* found = nullptr;
  for_each_avp(group, [&](const AvpView& avp) {
    dict_object* model = nullptr;
    check("fd_msg_model", fd_msg_model(avp.handle, &model));
    if (model == dictionary.avp(wanted)) found = avp.handle;
  });
  return found;
}

Avp avp_of(cx::Offender offender) {
  switch (offender) {
    case cx::Offender::sip_authorization:
      return Avp::sip_authorization;
    case cx::Offender::server_assignment_type:
      return Avp::server_assignment_type;
    case cx::Offender::none:
    case cx::Offender::public_identity:
      break;
  }
  return Avp::public_identity;
}

}  // namespace

OwnedMessage CxEncoder::start(OwnedMessage query, const cx::Verdict& verdict) const {
  OwnedMessage answer = answer_from(std::move(query), verdict.code);
  AvpWriter out(dictionary_, answer.get());
  add_common(out, answer.get(), verdict.code);
  for (const auto& feature : verdict.features) {
    out.group(Avp::supported_features, [&](AvpWriter& group) {
      group.number(Avp::vendor_id, feature.vendor);
      group.number(Avp::feature_list_id, feature.id);
      group.number(Avp::feature_list, feature.bits);
    });
  }
  if (verdict.offender != cx::Offender::none) add_offender(answer.get(), verdict.offender);
  if (verdict.delegation_result)
    out.number(Avp::delegation_result, static_cast<std::uint32_t>(*verdict.delegation_result));
  if (verdict.delegation_expiry) out.time(Avp::delegation_expiry, *verdict.delegation_expiry);
  return answer;
}

void CxEncoder::add_offender(msg* answer, cx::Offender offender) const {
  msg* query = nullptr;
  check("fd_msg_answ_getq", fd_msg_answ_getq(answer, &query));
  AvpWriter out(dictionary_, answer);
  const Avp wanted = avp_of(offender);
  avp* group = offender == cx::Offender::sip_authorization ? find_in_query(query, dictionary_, Avp::sip_auth_data_item)
                                                           : nullptr;
  avp* found = nullptr;
  if (group != nullptr) {
    found = find_in_group(group, dictionary_, wanted);
  } else {
    found = find_in_query(query, dictionary_, wanted);
  }
  if (found != nullptr) {
    add_failed_avp(out, answer, found, group);
  } else {
    add_missing_avp(out, wanted, avp_rows()[static_cast<std::size_t>(wanted)].type);
  }
}

OwnedMessage CxEncoder::encode(OwnedMessage query, const cx::UaAnswer& answer) const {
  OwnedMessage message = start(std::move(query), answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (!answer.server_name.empty()) out.text(Avp::server_name, answer.server_name);
  add_capabilities(out, answer.capabilities);
  return message;
}

OwnedMessage CxEncoder::encode(OwnedMessage query, const cx::MaRequest& request, const cx::MaAnswer& answer) const {
  OwnedMessage message = start(std::move(query), answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (answer.items.empty()) return message;
  out.text(Avp::user_name, request.impi.text());
  out.text(Avp::public_identity, request.impu.text());
  out.number(Avp::sip_number_auth_items, static_cast<std::uint32_t>(answer.items.size()));
  std::uint32_t number = 0;
  for (const auto& item : answer.items) add_item(out, item, ++number);
  return message;
}

OwnedMessage CxEncoder::encode(OwnedMessage query, const cx::SaAnswer& answer) const {
  OwnedMessage message = start(std::move(query), answer.verdict);
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
  if (!answer.allowed_wafs.empty()) {
    out.group(Avp::allowed_waf_wwsf_identities, [&](AvpWriter& group) {
      for (const auto& name : answer.allowed_wafs) group.text(Avp::webrtc_authentication_function_name, name.text());
      for (const auto& name : answer.allowed_wwsfs) group.text(Avp::webrtc_web_server_function_name, name.text());
    });
  }
  return message;
}

OwnedMessage CxEncoder::encode(OwnedMessage query, const cx::LiAnswer& answer) const {
  OwnedMessage message = start(std::move(query), answer.verdict);
  AvpWriter out(dictionary_, message.get());
  if (!answer.server_name.empty()) out.text(Avp::server_name, answer.server_name);
  add_capabilities(out, answer.capabilities);
  if (answer.wildcarded) out.text(Avp::wildcarded_public_identity, answer.wildcarded->text());
  return message;
}

OwnedMessage CxEncoder::encode(OwnedMessage query, const BadRequest& bad) const {
  OwnedMessage message = answer_from(std::move(query), bad.code);
  AvpWriter out(dictionary_, message.get());
  add_common(out, message.get(), bad.code);
  if (bad.offender != nullptr) add_failed_avp(out, message.get(), bad.offender, bad.group);
  if (bad.missing) add_missing_avp(out, *bad.missing, avp_rows()[static_cast<std::size_t>(*bad.missing)].type);
  return message;
}

}  // namespace vouchsafe::diameter
