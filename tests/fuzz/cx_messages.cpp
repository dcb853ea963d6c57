#include "core.hpp"
#include "diameter/cx_codec.hpp"
#include "fuzz.hpp"
#include "support/fd_library.hpp"

#include <utility>

// Requests of Cx, from octets to the procedures' structs and back to an answer. The input is the message.
namespace vouchsafe::fuzz {
namespace {

using diameter::OwnedMessage;

/// An answer with all that one can hold, of what the request brought.
cx::CxVerdict verdict(const cx::CxCommon& common) {
  cx::CxVerdict out;
  out.features = common.features;
  if (!common.vouching) return out;
  out.code = result::authorization_rejected;
  out.delegation_result = Reason::not_granted;
  out.offender = cx::Offender::delegated_authorization;
  return out;
}

OwnedMessage answer(OwnedMessage query, std::uint32_t command) {
  using diameter::Application;
  static const diameter::Dictionary& dictionary = testing::dictionary();
  static const diameter::CxDecoder decoder(dictionary);
  static const diameter::CxEncoder encoder(dictionary);
  Speaker speaker = testing::speaker();
  speaker.marks = true;
  msg* const request = query.get();
  const auto as = [&](const auto& parsed, const auto& make) {
    return answered(std::move(query), parsed, Application::cx, dictionary, make);
  };
  switch (command) {
    case 300:
      return as(decoder.user_authorization(request, speaker), [](OwnedMessage q, const cx::UaRequest& r) {
        cx::UaAnswer out;
        out.verdict = verdict(r.common);
        out.server_name = r.impu.text();
        return encoder.encode(std::move(q), out);
      });
    case 301:
      return as(decoder.server_assignment(request, speaker), [](OwnedMessage q, const cx::SaRequest& r) {
        cx::SaAnswer out;
        out.verdict = verdict(r.common);
        out.impi = r.impi;
        out.server_name = r.server_name;
        return encoder.encode(std::move(q), out);
      });
    case 302:
      return as(decoder.location_info(request, speaker), [](OwnedMessage q, const cx::LiRequest& r) {
        cx::LiAnswer out;
        out.verdict.offender = cx::Offender::public_identity;
        out.wildcarded = r.impu;
        return encoder.encode(std::move(q), out);
      });
    case 303:
      return as(decoder.multimedia_auth(request, speaker), [](OwnedMessage q, const cx::MaRequest& r) {
        cx::MaAnswer out;
        out.verdict = verdict(r.common);
        return encoder.encode(std::move(q), r, out);
      });
    default:
      return nullptr;
  }
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::receive(data, size, vouchsafe::fuzz::answer);
  return 0;
}
