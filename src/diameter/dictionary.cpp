#include "diameter/dictionary.hpp"

#include "diameter/handle.hpp"

#include <string>

namespace vouchsafe::diameter {

/// Walks the rows once. Throws FdError or std::runtime_error.
class Definer {
 public:
  Definer(dictionary* dict, std::uint32_t ours) : dict_(dict), ours_(ours) {}

  Dictionary run() {
    for (const auto& row : rows::vendors) define_vendor(row);
    for (const auto& row : rows::applications) out_.applications_.at(index(row.application)) = define_application(row);
    for (const auto& row : avp_rows()) object(row.avp) = define_avp(row);
    for (const auto& row : member_rows()) define_rule(object(row.group), row.avp, row.least, row.most);
    for (const auto& row : command_rows()) define_command(row);
    return out_;
  }

 private:
  template <class Row>
  static constexpr std::size_t index(Row row) {
    return static_cast<std::size_t>(row);
  }
  dict_object*& object(Avp avp) { return out_.avps_.at(index(avp)); }

  /// freeDiameter copies names; its structs merely forget to say const.
  static char* name_of(const char* name) { return const_cast<char*>(name); }

  [[nodiscard]] std::uint32_t vendor_id(AvpVendor vendor) const {
    return vendor == AvpVendor::ours ? ours_ : row_of(vendor).id;
  }

  dict_object* find(enum dict_object_type type, int criteria, const void* what) {
    dict_object* found = nullptr;
    check("fd_dict_search", fd_dict_search(dict_, type, criteria, what, &found, 0));
    return found;
  }

  dict_object* make(enum dict_object_type type, void* data, dict_object* parent) {
    dict_object* made = nullptr;
    // An identical definition that is there already is a success; EEXIST is one that differs.
    check("fd_dict_new", fd_dict_new(dict_, type, data, parent, &made));
    return made;
  }

  dict_object* define_vendor(const VendorRow& row) {
    vendor_id_t id = vendor_id(row.vendor);
    if (auto* there = find(DICT_VENDOR, VENDOR_BY_ID, &id)) return there;
    dict_vendor_data data{id, name_of(row.name)};
    return make(DICT_VENDOR, &data, nullptr);
  }

  /// Both are 3GPP's.
  dict_object* define_application(const ApplicationRow& row) {
    application_id_t id = row.id;
    if (auto* there = find(DICT_APPLICATION, APPLICATION_BY_ID, &id)) return there;
    dict_application_data data{id, name_of(row.name)};
    return make(DICT_APPLICATION, &data, define_vendor(row_of(AvpVendor::tgpp)));
  }

  dict_object* find_avp(const AvpRow& row) {
    if (row.vendor == AvpVendor::base) {
      avp_code_t code = row.code;
      return find(DICT_AVP, AVP_BY_CODE, &code);
    }
    dict_avp_request_ex request{};
    request.avp_vendor.vendor_id = vendor_id(row.vendor);
    request.avp_data.avp_code = row.code;
    return find(DICT_AVP, AVP_BY_STRUCT, &request);
  }

  static enum dict_avp_basetype base_type(AvpType type) {
    switch (type) {
      case AvpType::u32:
        return AVP_TYPE_UNSIGNED32;
      case AvpType::enumerated:
        return AVP_TYPE_INTEGER32;
      case AvpType::grouped:
        return AVP_TYPE_GROUPED;
      default:
        return AVP_TYPE_OCTETSTRING;
    }
  }

  dict_object* derived_type(const AvpRow& row) {
    const char* name = nullptr;
    if (row.type == AvpType::utf8) name = "UTF8String";
    if (row.type == AvpType::identity) name = "DiameterIdentity";
    if (row.type == AvpType::uri) name = "DiameterURI";
    if (row.type == AvpType::time) name = "Time";
    if (row.type == AvpType::address) name = "Address";
    if (name != nullptr) return find(DICT_TYPE, TYPE_BY_NAME, name);
    return row.type == AvpType::enumerated ? define_enumeration(row) : nullptr;
  }

  dict_object* define_enumeration(const AvpRow& row) {
    const std::string name = std::string("Enumerated(Cx/") + row.name + ")";
    if (auto* there = find(DICT_TYPE, TYPE_BY_NAME, name.c_str())) return there;
    dict_type_data type{};
    type.type_base = AVP_TYPE_INTEGER32;
    type.type_name = name_of(name.c_str());
    dict_object* made = make(DICT_TYPE, &type, nullptr);
    for (const auto& value : value_rows()) {
      if (value.avp != row.avp) continue;
      dict_enumval_data data{};
      data.enum_name = name_of(value.name);
      data.enum_value.i32 = value.number;
      make(DICT_ENUMVAL, &data, made);
    }
    return made;
  }

  dict_object* define_avp(const AvpRow& row) {
    if (auto* there = find_avp(row)) {
      dict_avp_data data{};
      check("fd_dict_getval", fd_dict_getval(there, &data));
      if (data.avp_basetype != base_type(row.type)) {
        throw std::runtime_error(std::string("another extension has defined ") + row.name + " with another type");
      }
      return there;
    }
    const std::uint8_t vendor_flag = row.vendor == AvpVendor::base ? 0 : AVP_FLAG_VENDOR;
    const std::uint8_t mask = row.flags == AvpFlags::either ? AVP_FLAG_VENDOR : (AVP_FLAG_VENDOR | AVP_FLAG_MANDATORY);
    const std::uint8_t value = row.flags == AvpFlags::must ? (vendor_flag | AVP_FLAG_MANDATORY) : vendor_flag;
    dict_avp_data data{row.code, vendor_id(row.vendor), name_of(row.name), mask, value, base_type(row.type)};
    return make(DICT_AVP, &data, derived_type(row));
  }

  void define_rule(dict_object* parent, Avp avp, int least, int most) {
    dict_rule_request request{parent, object(avp)};
    if (find(DICT_RULE, RULE_BY_AVP_AND_PARENT, &request) != nullptr) return;
    dict_rule_data data{object(avp), least > 0 ? RULE_REQUIRED : RULE_OPTIONAL, 0, least, most};
    make(DICT_RULE, &data, parent);
  }

  dict_object* define_side(const CommandRow& row, Side side) {
    command_code_t code = row.code;
    const bool request = side == Side::request;
    dict_object* command = find(DICT_COMMAND, request ? CMD_BY_CODE_R : CMD_BY_CODE_A, &code);
    if (command == nullptr) {
      std::string name = std::string(row.name) + (request ? "-Request" : "-Answer");
      // RFC 4740 (dict_sip) has commands of the same names with other codes.
      if (find(DICT_COMMAND, CMD_BY_NAME, name.c_str()) != nullptr)
        name.insert(0, std::string(row_of(row.application).name) + "/");
      const std::uint8_t mask = CMD_FLAG_PROXIABLE | (request ? (CMD_FLAG_REQUEST | CMD_FLAG_ERROR) : CMD_FLAG_REQUEST);
      const std::uint8_t value = CMD_FLAG_PROXIABLE | (request ? CMD_FLAG_REQUEST : 0);
      dict_cmd_data data{code, name_of(name.c_str()), mask, value};
      command = make(DICT_COMMAND, &data, out_.application(row.application));
    }
    for (const auto& field : field_rows()) {
      if (field.command == row.command && field.side == side) define_rule(command, field.avp, field.least, field.most);
    }
    return command;
  }

  void define_command(const CommandRow& row) {
    out_.commands_.at(index(row.command)) = define_side(row, Side::request);
    define_side(row, Side::answer);
  }

  dictionary* dict_;
  std::uint32_t ours_;
  Dictionary out_;
};

Result<Dictionary> Dictionary::define(dictionary* dict, std::uint32_t ours) {
  try {
    return Definer(dict, ours).run();
  } catch (const std::exception& e) {
    return unavailable(std::string("dictionary: ") + e.what());
  }
}

}  // namespace vouchsafe::diameter
