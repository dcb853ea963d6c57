#include "profile/sh_documents.hpp"

#include "domain/text.hpp"
#include "profile/delegated_authorizers.hpp"
#include "profile/filter_criteria.hpp"
#include "profile/xml_writer.hpp"

#include <charconv>

namespace vouchsafe::profile {
namespace {

// ---- writing, in the order of the schema

void write_identities(XmlWriter& out, const char* name, const std::vector<std::string>& identities) {
  out.start(name);
  for (const auto& identity : identities) out.element("IMSPublicIdentity", identity);
  out.end();
}

void write_identities(XmlWriter& out, const char* name, const std::optional<std::vector<std::string>>& identities) {
  if (identities) write_identities(out, name, *identities);
}

void write_public_identifiers(XmlWriter& out, const ports::ShData& data) {
  if (!data.public_identities && data.msisdns.empty()) return;
  out.start("PublicIdentifiers");
  if (data.public_identities) {
    for (const auto& identity : *data.public_identities) out.element("IMSPublicIdentity", identity);
  }
  for (const auto& msisdn : data.msisdns) out.element("MSISDN", msisdn);
  out.end();
}

void write_repository(XmlWriter& out, const char* name, const std::vector<RepositoryData>& all) {
  for (const auto& data : all) {
    out.start(name);
    out.element("ServiceIndication", data.service_indication);
    out.element("SequenceNumber", std::to_string(data.sequence));
    if (!data.service_data.empty()) {
      out.start("ServiceData");
      out.raw(data.service_data);
      out.end();
    }
    out.end();
  }
}

void write_charging(XmlWriter& out, const Charging& charging) {
  out.start("ChargingInformation");
  const auto add = [&](const char* name, const std::string& uri) {
    if (!uri.empty()) out.element(name, uri);
  };
  add("PrimaryEventChargingFunctionName", charging.primary_event);
  add("SecondaryEventChargingFunctionName", charging.secondary_event);
  add("PrimaryChargingCollectionFunctionName", charging.primary_collection);
  add("SecondaryChargingCollectionFunctionName", charging.secondary_collection);
  out.end();
}

void write_ims_data(XmlWriter& out, const ports::ShData& data) {
  if (!data.scscf_name && !data.ifcs && !data.user_state && !data.charging && !data.psi_active) return;
  out.start("Sh-IMS-Data");
  if (data.scscf_name) out.element("SCSCFName", *data.scscf_name);
  if (data.ifcs) {
    out.start("IFCs");
    out.raw(*data.ifcs);
    out.end();
  }
  if (data.user_state) out.element("IMSUserState", std::to_string(static_cast<int>(*data.user_state)));
  if (data.charging) write_charging(out, *data.charging);
  if (data.psi_active) {
    out.start("Extension");
    out.element("PSIActivation", *data.psi_active ? "1" : "0");
    out.end();
  }
  out.end();
}

void write_extension(XmlWriter& out, const ports::ShData& data) {
  const bool identities =
      data.registered_identities || data.implicit_identities || data.all_identities || data.alias_identities;
  if (!identities && data.aliases_repository.empty() && data.private_identities.empty()) return;
  out.start("Extension");
  write_identities(out, "RegisteredIdentites", data.registered_identities);  // the published schema spells it so
  write_identities(out, "ImplicitIdentities", data.implicit_identities);
  write_identities(out, "AllIdentities", data.all_identities);
  write_identities(out, "AliasIdentities", data.alias_identities);
  write_repository(out, "AliasesRepositoryData", data.aliases_repository);
  if (!data.private_identities.empty()) {
    out.start("Extension");
    for (const auto& impi : data.private_identities) out.element("IMSPrivateUserIdentity", impi);
    out.end();
  }
  out.end();
}

// ---- reading

tl::unexpected<Error> at(const xmlNode* node, const std::string& what) {
  return malformed("line " + std::to_string(xmlGetLineNo(const_cast<xmlNode*>(node))) + ": " + what);
}

xmlNode* first_element(xmlNode* parent) {
  xmlNode* node = parent->children;
  while (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->next;
  return node;
}

xmlNode* next_element(xmlNode* node) {
  node = node->next;
  while (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->next;
  return node;
}

/// RepositoryData = ServiceIndication, SequenceNumber, ServiceData?
Result<ports::ShUpdate> read_repository(xmlNode* element, ports::ShUpdate::Kind kind) {
  ports::ShUpdate out;
  out.kind = kind;
  xmlNode* indication = first_element(element);
  if (indication == nullptr || view(indication->name) != "ServiceIndication")
    return at(element, "ServiceIndication is expected first");
  out.service_indication = collapsed(indication);
  if (out.service_indication.empty() || out.service_indication.size() > 255)
    return at(indication, "a ServiceIndication has 1 to 255 octets");
  if (!is_text(out.service_indication)) return at(indication, "a ServiceIndication has no control characters");
  xmlNode* number = next_element(indication);
  if (number == nullptr || view(number->name) != "SequenceNumber") return at(indication, "SequenceNumber is expected");
  const std::string digits = collapsed(number);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.sequence);
  if (error != std::errc() || end != digits.data() + digits.size()) return at(number, "a SequenceNumber is 0 to 65535");
  xmlNode* data = next_element(number);
  if (data == nullptr || view(data->name) != "ServiceData") return out;
  xmlNode* content = first_element(data);
  if (content == nullptr || next_element(content) != nullptr) return at(data, "ServiceData holds one element");
  out.service_data = serialized(content);
  return out;
}

/// Sh-IMS-Data/Extension/PSIActivation.
Result<ports::ShUpdate> read_psi_activation(xmlNode* ims_data) {
  xmlNode* extension = first_element(ims_data);
  xmlNode* activation =
      extension == nullptr || view(extension->name) != "Extension" ? nullptr : first_element(extension);
  if (activation == nullptr || view(activation->name) != "PSIActivation")
    return at(ims_data, "Extension with PSIActivation is expected");
  const std::string value = collapsed(activation);
  if (value != "0" && value != "1") return at(activation, "PSIActivation is 0 or 1");
  ports::ShUpdate out;
  out.kind = ports::ShUpdate::Kind::psi_activation;
  out.psi_active = value == "1";
  return out;
}

}  // namespace

Result<std::string> XmlShDocuments::write(const ports::ShData& data) const {
  XmlWriter out;
  out.start("Sh-Data");
  write_public_identifiers(out, data);
  write_repository(out, "RepositoryData", data.repository);
  write_ims_data(out, data);
  write_extension(out, data);
  out.end();
  return out.finish();
}

Result<ports::ShUpdate> XmlShDocuments::read(std::string_view xml) const {
  auto document = parse(xml);
  if (!document) return tl::unexpected<Error>(document.error());
  xmlNode* root = xmlDocGetRootElement(document->get());
  if (root == nullptr || view(root->name) != "Sh-Data") return malformed("Sh-Data is expected");
  xmlNode* piece = first_element(root);
  if (piece == nullptr) return at(root, "nothing to update");
  if (next_element(piece) != nullptr) return at(root, "more than one piece to update");
  const std::string_view name = view(piece->name);
  if (name == "RepositoryData") return read_repository(piece, ports::ShUpdate::Kind::repository);
  if (name == "Sh-IMS-Data") return read_psi_activation(piece);
  xmlNode* aliases = name == "Extension" ? first_element(piece) : nullptr;
  if (aliases != nullptr && view(aliases->name) == "AliasesRepositoryData" && next_element(aliases) == nullptr)
    return read_repository(aliases, ports::ShUpdate::Kind::aliases_repository);
  return at(piece, std::string(name) + " cannot be updated");
}

Result<std::string> XmlShDocuments::write_grants(const std::vector<Grant>& grants) const {
  return write_delegated_authorizers(grants);
}

Result<std::vector<Grant>> XmlShDocuments::read_grants(std::string_view service_data, const Impu& subject) const {
  return read_delegated_authorizers(service_data, subject);
}

Result<std::string> XmlShDocuments::criteria_for(const ports::ServedView& view, const PublicIdentity& impu,
                                                 std::string_view server_name) const {
  const std::string& criteria = criteria_of(view, impu);
  if (criteria.empty()) return std::string{};
  if (criteria.front() == '<') return profile::criteria_for(criteria, server_name);
  const SharedIfc* set = shared_set(view, criteria);
  if (set == nullptr) return unavailable("the shared iFC set " + criteria + " is not in the database");
  return profile::criteria_for(set->xml, server_name);
}

}  // namespace vouchsafe::profile
