#include "profile/sh_documents.hpp"

#include "fuzz.hpp"

// User-Data of a PUR. The input is the document.
namespace vouchsafe::fuzz {
namespace {

void read(std::string_view xml) {
  const profile::XmlShDocuments documents;
  const auto update = documents.read(xml);
  if (!update) return holds(!update.error().detail.empty(), "what is refused is explained");
  if (update->kind == ports::ShUpdate::Kind::psi_activation) return;
  holds(!update->service_indication.empty() && update->service_indication.size() <= 255, "a Service-Indication");
  if (!update->service_data) return;
  // What is stored is given back, in a UDA or a PNR, and that is read by the same rules.
  ports::ShData data;
  data.repository = {{update->service_indication, update->sequence, *update->service_data}};
  const auto written = documents.write(data);
  holds(written.has_value(), "what was read can be written");
  const auto again = documents.read(*written);
  holds(again.has_value(), "what was written can be read", again ? "" : again.error().detail);
  holds(again->service_indication == update->service_indication, "the Service-Indication stays",
        again->service_indication);
  holds(again->sequence == update->sequence, "the Sequence-Number stays");
  holds(again->service_data == update->service_data, "the Service-Data stays", again->service_data.value_or(""));
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::read(vouchsafe::fuzz::text(data, size));
  return 0;
}
