#include "client/sh.hpp"

#include "client/cx.hpp"

namespace vouchsafe::client {
namespace {

/// TBCD: two digits an octet, the first in the low half, F fills up.
std::string tbcd(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const unsigned low = static_cast<unsigned>(digits[i] - '0');
    const unsigned high = i + 1 < digits.size() ? static_cast<unsigned>(digits[i + 1] - '0') : 0xF;
    out += static_cast<char>(low | (high << 4U));
  }
  return out;
}

Avp user_identity(const std::string& user) {
  const bool uri = user.find(':') != std::string::npos;
  return group_avp(700, {uri ? text_avp(601, user, tgpp) : text_avp(701, tbcd(user), tgpp)}, tgpp);
}

Message request(Peer& peer, std::uint32_t command, const std::string& user,
                const std::vector<std::uint32_t>& references, const std::vector<std::string>& services) {
  Message m = peer.request(command, sh_application);
  m.avps.push_back(user_identity(user));
  for (const auto& service : services) m.avps.push_back(text_avp(704, service, tgpp));
  for (const auto reference : references) m.avps.push_back(number_avp(703, reference, tgpp));
  return m;
}

}  // namespace

Message udr(Peer& peer, const std::string& user, const std::vector<std::uint32_t>& references,
            const std::vector<std::string>& services) {
  return request(peer, 306, user, references, services);
}

Message pur(Peer& peer, const std::string& user, const std::string& user_data, std::uint32_t reference) {
  Message m = request(peer, 307, user, {reference}, {});
  m.avps.push_back(text_avp(702, user_data, tgpp));
  return m;
}

Message snr(Peer& peer, const std::string& user, std::uint32_t reference, const std::vector<std::string>& services,
            bool subscribe) {
  Message m = request(peer, 308, user, {reference}, services);
  m.avps.push_back(number_avp(705, subscribe ? 0 : 1, tgpp));
  return m;
}

std::string repository_data(const std::string& service, unsigned sequence, const std::optional<std::string>& data) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Sh-Data><RepositoryData><ServiceIndication>" + service +
         "</ServiceIndication><SequenceNumber>" + std::to_string(sequence) + "</SequenceNumber>" +
         (data ? "<ServiceData>" + *data + "</ServiceData>" : "") + "</RepositoryData></Sh-Data>";
}

PeerOptions as_options(PeerOptions options, const std::string& host) {
  options.host = host;
  options.applications = {sh_application};
  return options;
}

}  // namespace vouchsafe::client
