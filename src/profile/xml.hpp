#pragma once

#include "domain/result.hpp"

#include <libxml/tree.h>

#include <memory>
#include <string>
#include <string_view>

namespace vouchsafe::profile {

struct FreeDocument {
  void operator()(xmlDoc* document) const noexcept { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

inline const xmlChar* xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }
inline std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

/// The text directly inside an element, without white space around it.
std::string collapsed(const xmlNode* element);
/// An element as XML, with the namespaces that it uses.
std::string serialized(xmlNode* element);

/// Parses XML from outside: no DTD, no entities, no network, nothing printed.
/// \return malformed, with the line, for what is not well-formed, over 256 KiB, or has a DOCTYPE
Result<Document> parse(std::string_view octets);

}  // namespace vouchsafe::profile
