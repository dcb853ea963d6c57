#include "profile/ims_subscription.hpp"

#include "profile/filter_criteria.hpp"
#include "profile/xml.hpp"

#include <libxml/xmlwriter.h>

#include <algorithm>
#include <vector>

namespace vouchsafe::profile {
namespace {

struct FreeWriter {
  void operator()(xmlTextWriter* writer) const noexcept { xmlFreeTextWriter(writer); }
};

/// libxml2's writer into memory; remembers whether any call failed.
class Writer {
 public:
  Writer() : buffer_(xmlBufferCreate(), &xmlBufferFree), writer_(xmlNewTextWriterMemory(buffer_.get(), 0)) {
    note(xmlTextWriterStartDocument(writer_.get(), nullptr, "UTF-8", nullptr));
  }
  void start(const char* name) { note(xmlTextWriterStartElement(writer_.get(), xml(name))); }
  void end() { note(xmlTextWriterEndElement(writer_.get())); }
  void element(const char* name, const std::string& text) {
    note(xmlTextWriterWriteElement(writer_.get(), xml(name), xml(text.c_str())));
  }
  /// Elements that were checked when they were provisioned.
  void raw(const std::string& text) { note(xmlTextWriterWriteRaw(writer_.get(), xml(text.c_str()))); }

  Result<std::string> finish() {
    note(xmlTextWriterEndDocument(writer_.get()));
    if (failed_) return unavailable("libxml2 could not write the user profile");
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

const std::string& criteria_of(const ports::View& view, const PublicIdentity& impu) {
  return impu.ifc.empty() ? view.subscription->profile.ifc : impu.ifc;
}

const SharedIfc* shared_set(const ports::View& view, const std::string& name) {
  const auto found =
      std::find_if(view.shared_ifc.begin(), view.shared_ifc.end(), [&](const SharedIfc& s) { return s.name == name; });
  return found == view.shared_ifc.end() ? nullptr : &*found;
}

/// IdentityType: 1 wildcarded PSI, 2 wildcarded IMPU; the latter lives in an Extension of the Extension since
/// Release 8.
void write_public_identity(Writer& out, const PublicIdentity& impu) {
  out.start("PublicIdentity");
  if (impu.barred) out.element("BarringIndication", "1");
  out.element("Identity", impu.impu.text());
  if (impu.kind == PublicIdentity::Kind::wildcarded_psi) {
    out.start("Extension");
    out.element("IdentityType", "2");
    out.element("WildcardedPSI", impu.impu.text());
    out.end();
  } else if (impu.kind == PublicIdentity::Kind::wildcarded_impu) {
    out.start("Extension");
    out.element("IdentityType", "3");
    out.start("Extension");
    out.start("Extension");
    out.element("WildcardedIMPU", impu.impu.text());
    out.end();
    out.end();
    out.end();
  }
  out.end();
}

/// A shared set goes as its number to an S-CSCF that holds shared sets, written out to any other (7.1.1, SiFC).
Result<void> write_criteria(Writer& out, const ports::View& view, const std::string& ifc, bool shared_sets) {
  if (ifc.empty()) return {};
  if (ifc.front() == '<') {
    out.raw(ifc);
    return {};
  }
  const SharedIfc* set = shared_set(view, ifc);
  if (set == nullptr) return unavailable("the shared iFC set " + ifc + " is not in the database");
  if (shared_sets) {
    out.start("Extension");
    out.element("SharedIFCSetID", std::to_string(set->id));
    out.end();
  } else {
    out.raw(set->xml);
  }
  return {};
}

/// The IMPUs of the set, the default one first: the first distinct one that is not barred.
std::vector<const PublicIdentity*> members(const Profile& profile, std::uint32_t irs) {
  std::vector<const PublicIdentity*> out;
  for (const auto& u : profile.impus) {
    if (u.irs == irs) out.push_back(&u);
  }
  const auto usable = std::find_if(out.begin(), out.end(), [](const PublicIdentity* u) {
    return !u->barred && u->kind == PublicIdentity::Kind::distinct;
  });
  if (usable != out.end()) std::rotate(out.begin(), usable, usable + 1);
  return out;
}

}  // namespace

Result<std::string> ImsSubscriptionWriter::user_data(const ports::View& view, const Impi& impi, std::uint32_t irs,
                                                     bool shared_sets) const {
  Writer out;
  out.start("IMSSubscription");
  out.element("PrivateID", impi.text());
  auto left = members(view.subscription->profile, irs);
  while (!left.empty()) {  // a service profile for each different set of criteria
    const std::string& criteria = criteria_of(view, *left.front());
    out.start("ServiceProfile");
    for (const auto* u : left) {
      if (criteria_of(view, *u) == criteria) write_public_identity(out, *u);
    }
    if (auto written = write_criteria(out, view, criteria, shared_sets); !written)
      return tl::unexpected<Error>(written.error());
    out.end();
    std::erase_if(left, [&](const PublicIdentity* u) {
      return &criteria_of(view, *u) == &criteria || criteria_of(view, *u) == criteria;
    });
  }
  out.end();
  return out.finish();
}

Result<bool> ImsSubscriptionWriter::has_unregistered_services(const ports::View& view,
                                                              const PublicIdentity& impu) const {
  const std::string& criteria = criteria_of(view, impu);
  if (criteria.empty()) return false;
  if (criteria.front() == '<') return serves_unregistered(criteria);
  const SharedIfc* set = shared_set(view, criteria);
  if (set == nullptr) return unavailable("the shared iFC set " + criteria + " is not in the database");
  return serves_unregistered(set->xml);
}

}  // namespace vouchsafe::profile
