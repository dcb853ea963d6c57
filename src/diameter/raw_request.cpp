#include "diameter/raw_request.hpp"

namespace vouchsafe::diameter {
namespace {

void take_3gpp(RawRequest& out, const AvpView& avp) {
  switch (avp.code) {
    case code_of(Avp::public_identity):
      if (out.public_identity.handle == nullptr) out.public_identity = avp;
      out.public_identities.push_back(avp);
      break;
    case code_of(Avp::visited_network_identifier):
      out.visited_network = avp;
      break;
    case code_of(Avp::server_name):
      out.server_name = avp;
      break;
    case code_of(Avp::user_authorization_type):
      out.user_authorization_type = avp;
      break;
    case code_of(Avp::uar_flags):
      out.uar_flags = avp;
      break;
    case code_of(Avp::server_assignment_type):
      out.server_assignment_type = avp;
      break;
    case code_of(Avp::user_data_already_available):
      out.user_data_available = avp;
      break;
    case code_of(Avp::wildcarded_public_identity):
      out.wildcarded_identity = avp;
      break;
    case code_of(Avp::originating_request):
      out.originating_request = avp;
      break;
    case code_of(Avp::sip_auth_data_item):
      out.sip_auth_data_item = avp;
      break;
    case code_of(Avp::sip_number_auth_items):
      out.sip_number_auth_items = avp;
      break;
    case code_of(Avp::supported_features):
      out.features.push_back(read_features(avp));
      break;
    default:
      break;
  }
}

void take_base(RawRequest& out, const AvpView& avp) {
  switch (avp.code) {
    case code_of(Avp::user_name):
      out.user_name = avp;
      break;
    case code_of(Avp::session_id):
      out.session_id = avp;
      break;
    default:
      break;
  }
}

}  // namespace

FeatureList read_features(const AvpView& group) {
  FeatureList out;
  out.mandatory = group.mandatory;
  for_each_avp(group.handle, [&](const AvpView& avp) {
    if (avp.vendor == 0 && avp.code == code_of(Avp::vendor_id)) out.vendor = avp.number();
    if (avp.vendor != vendor_3gpp_id) return;
    if (avp.code == code_of(Avp::feature_list_id)) out.id = avp.number();
    if (avp.code == code_of(Avp::feature_list)) out.bits = avp.number();
  });
  return out;
}

RawRequest read_request(msg* request, std::uint32_t ours) {
  RawRequest out;
  out.ours = ours;
  for_each_avp(request, [&](const AvpView& avp) {
    if (avp.vendor == vendor_3gpp_id) {
      take_3gpp(out, avp);
    } else if (avp.vendor == 0) {
      take_base(out, avp);
    } else if (avp.vendor == ours) {
      if (avp.code == code_of(Avp::delegated_authorization)) out.delegated_authorization = avp;
      if (avp.code == code_of(Avp::registration_basis)) out.registration_basis = avp;
    } else if (avp.vendor == call_id_vendor_id && avp.code == code_of(Avp::call_id)) {
      out.call_id = avp;
    }
  });
  return out;
}

RawVouching read_vouching(avp* group, std::uint32_t ours) {
  RawVouching out;
  for_each_avp(group, [&](const AvpView& avp) {
    if (avp.vendor == vendor_3gpp_id && avp.code == code_of(Avp::webrtc_authentication_function_name)) {
      out.waf = avp;
    } else if (avp.vendor == vendor_3gpp_id && avp.code == code_of(Avp::webrtc_web_server_function_name)) {
      out.wwsf = avp;
    } else if (avp.vendor == ours && avp.code == code_of(Avp::authorization_token)) {
      out.token = avp;
    } else if (avp.mandatory) {
      out.unsupported = avp;
    }
  });
  return out;
}

RawAuthItem read_auth_item(avp* group) {
  RawAuthItem out;
  for_each_avp(group, [&](const AvpView& avp) {
    if (avp.vendor != vendor_3gpp_id) return;
    if (avp.code == code_of(Avp::sip_authentication_scheme)) out.scheme = avp;
    if (avp.code == code_of(Avp::sip_authorization)) out.authorization = avp;
  });
  return out;
}

}  // namespace vouchsafe::diameter
