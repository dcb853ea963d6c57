#include "profile/schema.hpp"

#include <memory>
#include <stdexcept>

namespace vouchsafe::profile {
namespace {

void quiet(void*, const char*, ...) {}  // NOLINT(cert-dcl50-cpp): libxml2's callback

/// Keeps the first error.
void first_error(void* text, xmlError* error) {
  auto& out = *static_cast<std::string*>(text);
  if (!out.empty() || error == nullptr || error->message == nullptr) return;
  out = "line " + std::to_string(error->line) + ": " + error->message;
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
}

}  // namespace

Schema::Schema(std::string_view xsd) {
  const std::unique_ptr<xmlSchemaParserCtxt, decltype(&xmlSchemaFreeParserCtxt)> parser(
      xmlSchemaNewMemParserCtxt(xsd.data(), static_cast<int>(xsd.size())), &xmlSchemaFreeParserCtxt);
  xmlSchemaSetParserErrors(parser.get(), quiet, quiet, nullptr);
  schema_ = xmlSchemaParse(parser.get());
  if (schema_ == nullptr) throw std::runtime_error("libxml2 does not take the schema");
}

Schema::~Schema() { xmlSchemaFree(schema_); }

Result<void> Schema::validate(xmlDoc* document) const {
  const std::unique_ptr<xmlSchemaValidCtxt, decltype(&xmlSchemaFreeValidCtxt)> context(xmlSchemaNewValidCtxt(schema_),
                                                                                       &xmlSchemaFreeValidCtxt);
  if (!context) return unavailable("libxml2 has no memory");
  std::string error;
  xmlSchemaSetValidStructuredErrors(context.get(), first_error, &error);
  if (xmlSchemaValidateDoc(context.get(), document) == 0) return {};
  return malformed(error.empty() ? "not valid" : error);
}

}  // namespace vouchsafe::profile
