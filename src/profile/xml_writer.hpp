#pragma once

#include "profile/xml.hpp"

#include <libxml/xmlwriter.h>

#include <cstdint>
#include <memory>
#include <string>

namespace vouchsafe::profile {

struct FreeWriter {
  void operator()(xmlTextWriter* writer) const noexcept { xmlFreeTextWriter(writer); }
};

/// libxml2's writer into memory; remembers whether any call failed.
class XmlWriter {
 public:
  enum class Declaration : std::uint8_t { yes, no };
  explicit XmlWriter(Declaration declaration = Declaration::yes)
      : buffer_(xmlBufferCreate(), &xmlBufferFree), writer_(xmlNewTextWriterMemory(buffer_.get(), 0)) {
    if (declaration == Declaration::yes) note(xmlTextWriterStartDocument(writer_.get(), nullptr, "UTF-8", nullptr));
  }
  void start(const char* name) { note(xmlTextWriterStartElement(writer_.get(), xml(name))); }
  void attribute(const char* name, const char* value) {
    note(xmlTextWriterWriteAttribute(writer_.get(), xml(name), xml(value)));
  }
  void end() { note(xmlTextWriterEndElement(writer_.get())); }
  void element(const char* name, const std::string& text) {
    note(xmlTextWriterWriteElement(writer_.get(), xml(name), xml(text.c_str())));
  }
  /// Elements that were checked when they were provisioned.
  void raw(const std::string& text) { note(xmlTextWriterWriteRaw(writer_.get(), xml(text.c_str()))); }

  Result<std::string> finish() {
    note(xmlTextWriterEndDocument(writer_.get()));
    if (failed_) return unavailable("libxml2 could not write a document");
    std::string out(view(xmlBufferContent(buffer_.get())));
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }

 private:
  void note(int rc) { failed_ = failed_ || rc < 0; }
  std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer_;
  std::unique_ptr<xmlTextWriter, FreeWriter> writer_;
  bool failed_ = false;
};

}  // namespace vouchsafe::profile
