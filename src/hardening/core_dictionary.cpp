#include "hardening/core_dictionary.hpp"

#include "core/handle.hpp"

namespace vouchsafe::hardening {
namespace {

/// What the type of an AVP of octets says about its values.
Kind octets_of(dictionary* dict, dict_object* avp) {
  dict_object* type = nullptr;
  core::check("fd_dict_search", fd_dict_search(dict, DICT_TYPE, TYPE_OF_AVP, avp, &type, 0));
  if (type == nullptr) return Kind::octets;
  dict_type_data data{};
  core::check("fd_dict_getval", fd_dict_getval(type, &data));
  if (data.type_check == nullptr) return Kind::octets;
  std::uint8_t nothing = 0;
  avp_value empty{};
  empty.os.data = &nothing;
  char* why = nullptr;
  return data.type_check(data.type_check_param, &empty, &why) != 0 ? Kind::filled : Kind::checked;
}

Kind kind_of(dictionary* dict, dict_object* avp, enum dict_avp_basetype type) {
  switch (type) {
    case AVP_TYPE_GROUPED:
      return Kind::group;
    case AVP_TYPE_OCTETSTRING:
      return octets_of(dict, avp);
    case AVP_TYPE_INTEGER32:
    case AVP_TYPE_UNSIGNED32:
    case AVP_TYPE_FLOAT32:
      return Kind::four;
    case AVP_TYPE_INTEGER64:
    case AVP_TYPE_UNSIGNED64:
    case AVP_TYPE_FLOAT64:
      return Kind::eight;
  }
  return Kind::octets;
}

void add_avps(dictionary* dict, dict_object* vendor, AvpTable& out) {
  fd_list* all = nullptr;
  core::check("fd_dict_getlistof", fd_dict_getlistof(AVP_BY_CODE, vendor, &all));
  for (const fd_list* at = all->next; at != all; at = at->next) {
    auto* const avp = static_cast<dict_object*>(at->o);
    dict_avp_data data{};
    core::check("fd_dict_getval", fd_dict_getval(avp, &data));
    out.add(data.avp_vendor, data.avp_code, kind_of(dict, avp, data.avp_basetype));
  }
}

}  // namespace

AvpTable avps_of(dictionary* dict) {
  AvpTable out;
  vendor_id_t id = 0;
  dict_object* base = nullptr;
  core::check("fd_dict_search", fd_dict_search(dict, DICT_VENDOR, VENDOR_BY_ID, &id, &base, ENOENT));
  add_avps(dict, base, out);
  fd_list* all = nullptr;
  core::check("fd_dict_getlistof", fd_dict_getlistof(VENDOR_BY_ID, dict, &all));
  for (const fd_list* at = all->next; at != all; at = at->next) add_avps(dict, static_cast<dict_object*>(at->o), out);
  return out;
}

std::vector<std::uint32_t> served_applications() {
  std::vector<std::uint32_t> out;
  const fd_list& all = fd_g_config->cnf_apps;
  for (const fd_list* at = all.next; at != &all; at = at->next)
    out.push_back(reinterpret_cast<const fd_app*>(at)->appid);  // chain is its first member
  return out;
}

}  // namespace vouchsafe::hardening
