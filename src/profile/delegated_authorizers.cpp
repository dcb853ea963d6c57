#include "profile/delegated_authorizers.hpp"

#include "profile/schema.hpp"
#include "profile/xml_writer.hpp"

#include <algorithm>

namespace vouchsafe::profile {
namespace {

constexpr const char* name_space = "urn:vouchsafe:delegated-authorizers:1";

const Schema& schema() {
  static const Schema instance(delegated_authorizers_xsd);
  return instance;
}

tl::unexpected<Error> at(const xmlNode* node, const std::string& what) {
  return malformed("line " + std::to_string(xmlGetLineNo(const_cast<xmlNode*>(node))) + ": " + what);
}

/// Reads a member of <DelegatedAuthorizer> into the grant.
Result<void> read_member(std::string_view name, const std::string& value, Grant& grant) {
  if (name == "PrivateIdentity") return set_subject(grant, Grant::Subject::impi, value);
  if (name == "NotBefore" || name == "NotAfter") {
    const auto time = parse_rfc3339(value);
    if (!time) return tl::unexpected<Error>(time.error());
    (name == "NotBefore" ? grant.not_before : grant.not_after) = *time;
    return {};
  }
  auto authorizer = AuthorizerName::parse(value);
  if (!authorizer) return tl::unexpected<Error>(authorizer.error());
  if (name == "WAF") {
    grant.authorizer = std::move(*authorizer);
  } else {
    grant.wwsf.push_back(std::move(*authorizer));
  }
  return {};
}

/// Reads one <DelegatedAuthorizer>; the schema has seen to its members and their order.
Result<Grant> read_one(xmlNode* element, const Impu& subject) {
  Grant grant{Grant::Subject::impu, {}, AuthorizerName::trusted({}), {}, {}, {}};
  if (auto set = set_subject(grant, Grant::Subject::impu, subject.text()); !set) return at(element, set.error().detail);
  for (xmlNode* node = element->children; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    if (auto read = read_member(view(node->name), collapsed(node), grant); !read) return at(node, read.error().detail);
  }
  if (auto checked = check(grant); !checked) return at(element, checked.error().detail);
  return grant;
}

}  // namespace

Result<std::string> write_delegated_authorizers(const std::vector<Grant>& grants) {
  XmlWriter out(XmlWriter::Declaration::no);
  out.start("DelegatedAuthorizers");
  out.attribute("xmlns", name_space);
  for (const auto& grant : grants) {
    out.start("DelegatedAuthorizer");
    out.element("WAF", grant.authorizer.text());
    if (grant.kind == Grant::Subject::impi) out.element("PrivateIdentity", grant.subject);
    if (grant.not_before) out.element("NotBefore", to_rfc3339(*grant.not_before));
    if (grant.not_after) out.element("NotAfter", to_rfc3339(*grant.not_after));
    for (const auto& wwsf : grant.wwsf) out.element("WWSF", wwsf.text());
    out.end();
  }
  out.end();
  return out.finish();
}

Result<std::vector<Grant>> read_delegated_authorizers(std::string_view xml, const Impu& subject) {
  auto document = parse(xml);
  if (!document) return tl::unexpected<Error>(document.error());
  if (auto valid = schema().validate(document->get()); !valid) return tl::unexpected<Error>(valid.error());
  std::vector<Grant> out;
  xmlNode* root = xmlDocGetRootElement(document->get());
  for (xmlNode* node = root->children; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    auto grant = read_one(node, subject);
    if (!grant) return tl::unexpected<Error>(grant.error());
    const bool twice = std::any_of(out.begin(), out.end(), [&](const Grant& g) {
      return g.kind == grant->kind && g.subject == grant->subject && g.authorizer == grant->authorizer;
    });
    if (twice) return at(node, "a second grant to " + grant->authorizer.text());
    out.push_back(std::move(*grant));
  }
  return out;
}

}  // namespace vouchsafe::profile
