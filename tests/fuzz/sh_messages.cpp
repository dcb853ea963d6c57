#include "core.hpp"
#include "diameter/sh_codec.hpp"
#include "fuzz.hpp"
#include "support/fd_library.hpp"

#include <utility>

// Requests of Sh, from octets to the procedures' structs and back to an answer. The input is the message.
namespace vouchsafe::fuzz {
namespace {

using diameter::OwnedMessage;

OwnedMessage answer(OwnedMessage query, std::uint32_t command) {
  using diameter::Application;
  static const diameter::Dictionary& dictionary = testing::dictionary();
  static const diameter::ShDecoder decoder(dictionary);
  static const diameter::ShEncoder encoder(dictionary);
  const Speaker speaker = testing::speaker("as.ims.example");
  msg* const request = query.get();
  const auto as = [&](const auto& parsed, const auto& make) {
    return answered(std::move(query), parsed, Application::sh, dictionary, make);
  };
  switch (command) {
    case 306:
      return as(decoder.user_data(request, speaker), [](OwnedMessage q, const sh::UdRequest& r) {
        sh::UdAnswer out;
        out.verdict.features = r.common.features;
        return encoder.encode(std::move(q), out);
      });
    case 307:
      return as(decoder.profile_update(request, speaker), [](OwnedMessage q, const sh::PuRequest& r) {
        sh::PuAnswer out;
        out.verdict.features = r.common.features;
        return encoder.encode(std::move(q), out);
      });
    case 308:
      return as(decoder.subscribe_notifications(request, speaker), [](OwnedMessage q, const sh::SnRequest& r) {
        sh::SnAnswer out;
        out.verdict.features = r.common.features;
        return encoder.encode(std::move(q), out);
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
