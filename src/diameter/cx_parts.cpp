#include "diameter/cx_parts.hpp"

namespace vouchsafe::diameter {

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

void add_allowed(AvpWriter& out, const AllowedNames& names) {
  out.group(Avp::allowed_waf_wwsf_identities, [&](AvpWriter& group) {
    for (const auto& name : names.wafs) group.text(Avp::webrtc_authentication_function_name, name.text());
    for (const auto& name : names.wwsfs) group.text(Avp::webrtc_web_server_function_name, name.text());
  });
}

}  // namespace vouchsafe::diameter
