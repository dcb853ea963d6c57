#include "profile/xml.hpp"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

namespace vouchsafe::profile {
namespace {

constexpr std::size_t largest = 256 * 1024;

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const noexcept { xmlFreeParserCtxt(parser); }
};

/// Called for a DOCTYPE with or without declarations: ends the parser before it expands anything.
void refuse_doctype(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  *static_cast<bool*>(parser->_private) = true;
  xmlStopParser(parser);
}

std::string reason(xmlParserCtxt* parser) {
  const auto* error = xmlCtxtGetLastError(parser);
  if (error == nullptr || error->message == nullptr) return "not well-formed";
  std::string text = error->message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return "line " + std::to_string(error->line) + ": " + text;
}

}  // namespace

std::string collapsed(const xmlNode* element) {
  std::string out;
  for (const xmlNode* node = element->children; node != nullptr; node = node->next) {
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) out += view(node->content);
  }
  const auto start = out.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return {};
  return out.substr(start, out.find_last_not_of(" \t\r\n") - start + 1);
}

std::string serialized(xmlNode* element) {
  // A copy in a document of its own declares the namespaces that it had from its ancestors.
  const Document own(xmlNewDoc(xml("1.0")));
  xmlNode* copy = xmlDocCopyNode(element, own.get(), 1);
  xmlDocSetRootElement(own.get(), copy);
  const std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer(xmlBufferCreate(), &xmlBufferFree);
  xmlNodeDump(buffer.get(), own.get(), copy, 0, 0);
  return std::string(view(xmlBufferContent(buffer.get())));
}

Result<Document> parse(std::string_view octets) {
  if (octets.size() > largest) return malformed("XML of more than 256 KiB");
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(xmlNewParserCtxt());
  if (!parser) return unavailable("libxml2 has no memory");
  bool doctype = false;
  parser->_private = &doctype;
  parser->sax->internalSubset = refuse_doctype;
  Document document(xmlCtxtReadMemory(parser.get(), octets.data(), static_cast<int>(octets.size()), nullptr, nullptr,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (doctype) return malformed("XML with a DOCTYPE");
  if (!document || parser->wellFormed != 1) return malformed(reason(parser.get()));
  return document;
}

}  // namespace vouchsafe::profile
