#include "profile/filter_criteria.hpp"

#include "profile/xml.hpp"

#include <algorithm>

namespace vouchsafe::profile {
namespace {

std::string wrapped(std::string_view criteria) { return "<ifcs>" + std::string(criteria) + "</ifcs>"; }

xmlNode* child(xmlNode* parent, std::string_view name) {
  for (xmlNode* node = parent->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE && view(node->name) == name) return node;
  }
  return nullptr;
}

bool has_required_parts(xmlNode* criterion) {
  xmlNode* server = child(criterion, "ApplicationServer");
  return child(criterion, "Priority") != nullptr && server != nullptr && child(server, "ServerName") != nullptr;
}

bool blank(const xmlNode* node) { return node->type == XML_COMMENT_NODE || xmlIsBlankNode(node) == 1; }

std::string_view content(xmlNode* node) {
  return node->children == nullptr ? std::string_view{} : view(node->children->content);
}

/// SessionCase 2 is TERMINATING_UNREGISTERED, 3 ORIGINATING_UNREGISTERED (TS 29.228, annex B.2.3).
bool criterion_serves_unregistered(xmlNode* criterion) {
  xmlNode* trigger = child(criterion, "TriggerPoint");
  if (trigger == nullptr) return true;
  bool any_case = false;
  for (xmlNode* spt = trigger->children; spt != nullptr; spt = spt->next) {
    if (spt->type != XML_ELEMENT_NODE || view(spt->name) != "SPT") continue;
    xmlNode* session_case = child(spt, "SessionCase");
    if (session_case == nullptr) continue;
    any_case = true;
    xmlNode* negated = child(spt, "ConditionNegated");
    const bool is_negated = negated != nullptr && (content(negated) == "1" || content(negated) == "true");
    const bool unregistered = content(session_case) == "2" || content(session_case) == "3";
    if (unregistered != is_negated) return true;
  }
  return !any_case;
}

}  // namespace

Result<std::string> normal_filter_criteria(std::string_view xml) {
  auto document = parse(xml.starts_with("<ifcs") ? std::string(xml) : wrapped(xml));
  if (!document) return tl::unexpected<Error>(document.error());
  std::string out;
  for (xmlNode* node = xmlDocGetRootElement(document->get())->children; node != nullptr; node = node->next) {
    if (blank(node)) continue;
    const bool criterion = node->type == XML_ELEMENT_NODE && view(node->name) == "InitialFilterCriteria";
    if (!criterion || !has_required_parts(node)) {
      return malformed("line " + std::to_string(xmlGetLineNo(node)) +
                       ": expected InitialFilterCriteria with Priority and ApplicationServer/ServerName");
    }
    out += serialized(node);
  }
  if (out.empty()) return malformed("no InitialFilterCriteria in it");
  return out;
}

const std::string& criteria_of(const ports::ServedView& view, const PublicIdentity& impu) {
  return impu.ifc.empty() ? view.subscription->profile.ifc : impu.ifc;
}

const SharedIfc* shared_set(const ports::ServedView& view, const std::string& name) {
  const auto found =
      std::find_if(view.shared_ifc.begin(), view.shared_ifc.end(), [&](const SharedIfc& s) { return s.name == name; });
  return found == view.shared_ifc.end() ? nullptr : &*found;
}

Result<std::string> criteria_for(std::string_view criteria, std::string_view server_name) {
  auto document = parse(wrapped(criteria));
  if (!document) return unavailable("stored criteria: " + document.error().detail);
  std::string out;
  for (xmlNode* node = xmlDocGetRootElement(document->get())->children; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    xmlNode* server = child(node, "ApplicationServer");
    xmlNode* name = server == nullptr ? nullptr : child(server, "ServerName");
    if (name != nullptr && content(name) == server_name) out += serialized(node);
  }
  return out;
}

bool serves_unregistered(std::string_view criteria) {
  auto document = parse(wrapped(criteria));
  if (!document) return false;
  for (xmlNode* node = xmlDocGetRootElement(document->get())->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE && criterion_serves_unregistered(node)) return true;
  }
  return false;
}

}  // namespace vouchsafe::profile
