#include "fd_library.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>
#include <vector>

// Exported by freeDiameter's libraries, and declared in no public header: a daemon starts by them.
extern "C" {
int fd_msg_init(void);
int fd_msg_parse_or_error(msg** message, msg** error);
}

namespace vouchsafe::testing {
namespace {

msg* parsed_octets(const client::Message& message) {
  (void)dictionary();
  const std::string octets = client::encode(message);
  auto* buffer = static_cast<std::uint8_t*>(std::malloc(octets.size()));  // freeDiameter frees it
  std::copy(octets.begin(), octets.end(), buffer);
  msg* out = nullptr;
  diameter::check("fd_msg_parse_buffer", fd_msg_parse_buffer(&buffer, octets.size(), &out));
  return out;
}

}  // namespace

const diameter::Dictionary& dictionary() {
  static const diameter::Dictionary instance = [] {
    diameter::check("fd_core_initialize", fd_core_initialize());
    diameter::check("fd_msg_init", fd_msg_init());
    static char host[] = "hss.ims.example";
    static char realm[] = "ims.example";
    fd_g_config->cnf_diamid = host;
    fd_g_config->cnf_diamid_len = sizeof host - 1;
    fd_g_config->cnf_diamrlm = realm;
    fd_g_config->cnf_diamrlm_len = sizeof realm - 1;
    return diameter::Dictionary::define(fd_g_config->cnf_dict, diameter::default_vendor_id).value();
  }();
  return instance;
}

client::Message with(client::Message message, client::Avp avp) {
  message.avps.push_back(std::move(avp));
  return message;
}

client::Message without(client::Message message, std::uint32_t code) {
  std::erase_if(message.avps, [&](const client::Avp& avp) { return avp.code == code; });
  return message;
}

client::Avp failed(const client::Message& answer) {
  auto members = answer.members(279);
  if (members.size() != 1) throw std::runtime_error("Failed-AVP holds " + std::to_string(members.size()) + " AVPs");
  return std::move(members.front());
}

client::Message request(std::uint32_t command, std::uint32_t application, const std::string& from) {
  static int sessions = 0;
  client::Message out;
  out.command = command;
  out.application = application;
  out.flags = static_cast<std::uint8_t>(client::request_flag | client::proxiable_flag);
  out.avps = {client::text_avp(263, from + ";1;" + std::to_string(++sessions)),
              client::group_avp(260, {client::number_avp(266, client::tgpp), client::number_avp(258, application)}),
              client::number_avp(277, 1),
              client::text_avp(264, from),
              client::text_avp(296, "ims.example"),
              client::text_avp(283, "ims.example")};
  return out;
}

diameter::OwnedMessage received(const client::Message& message) {
  diameter::OwnedMessage out(parsed_octets(message));
  diameter::check("fd_msg_parse_dict", fd_msg_parse_dict(out.get(), fd_g_config->cnf_dict, nullptr));
  return out;
}

void claim_vendor_0(const diameter::OwnedMessage& message, std::uint32_t code) {
  msg_or_avp* at = nullptr;
  diameter::check("fd_msg_browse", fd_msg_browse_internal(message.get(), MSG_BRW_FIRST_CHILD, &at, nullptr));
  while (at != nullptr) {
    avp_hdr* header = nullptr;
    diameter::check("fd_msg_avp_hdr", fd_msg_avp_hdr(static_cast<avp*>(at), &header));
    if (header->avp_code == code) header->avp_flags |= AVP_FLAG_VENDOR;
    diameter::check("fd_msg_browse", fd_msg_browse_internal(at, MSG_BRW_NEXT, &at, nullptr));
  }
}

diameter::OwnedMessage refusal_of_the_core(const client::Message& message) {
  msg* request = parsed_octets(message);
  msg* answer = nullptr;
  const int rc = fd_msg_parse_or_error(&request, &answer);
  const diameter::OwnedMessage owned(request);
  if (rc != 0 && rc != EBADMSG && rc != ENOTSUP)
    throw std::runtime_error("fd_msg_parse_or_error: " + std::to_string(rc));
  return diameter::OwnedMessage(answer);
}

client::Message sent(const diameter::OwnedMessage& message) {
  std::uint8_t* buffer = nullptr;
  std::size_t length = 0;
  diameter::check("fd_msg_bufferize", fd_msg_bufferize(message.get(), &buffer, &length));
  const std::string octets(reinterpret_cast<const char*>(buffer), length);
  std::free(buffer);
  return client::decode(octets).value();
}

Speaker speaker(const std::string& host) { return {host, host, "ims.example", {}}; }

}  // namespace vouchsafe::testing
