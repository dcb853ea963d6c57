#include "client/cx.hpp"

namespace vouchsafe::client {

Avp delegated_authorization(const Delegation& delegation) {
  std::vector<Avp> members{text_avp(657, delegation.waf, tgpp, false)};
  if (delegation.wwsf) members.push_back(text_avp(658, *delegation.wwsf, tgpp, false));
  if (delegation.token) members.push_back(text_avp(1002, *delegation.token, ours, false));
  return group_avp(1001, members, ours, false);
}

Avp supported_features(std::uint32_t vendor, std::uint32_t list, std::uint32_t bits, bool mandatory) {
  return group_avp(628,
                   {number_avp(266, vendor), number_avp(629, list, tgpp, false), number_avp(630, bits, tgpp, false)},
                   tgpp, mandatory);
}

Message uar(Peer& peer, const std::string& impi, const std::string& impu, const std::optional<Delegation>& delegation,
            const std::string& visited) {
  Message out = peer.request(300);
  out.avps.push_back(text_avp(1, impi));
  out.avps.push_back(text_avp(601, impu, tgpp));
  out.avps.push_back(text_avp(600, visited, tgpp));
  if (delegation) out.avps.push_back(delegated_authorization(*delegation));
  return out;
}

Message mar(Peer& peer, const std::string& impi, const std::string& impu, const std::string& server,
            const std::string& scheme, std::uint32_t items, const std::string& authorization) {
  Message out = peer.request(303);
  std::vector<Avp> item{text_avp(608, scheme, tgpp)};
  if (!authorization.empty()) item.push_back(text_avp(610, authorization, tgpp));
  out.avps.push_back(text_avp(1, impi));
  out.avps.push_back(text_avp(601, impu, tgpp));
  out.avps.push_back(group_avp(612, item, tgpp));
  out.avps.push_back(number_avp(607, items, tgpp));
  out.avps.push_back(text_avp(602, server, tgpp));
  return out;
}

Message sar(Peer& peer, const std::string& impi, const std::vector<std::string>& impus, const std::string& server,
            std::uint32_t type, bool data_available) {
  Message out = peer.request(301);
  if (!impi.empty()) out.avps.push_back(text_avp(1, impi));
  for (const auto& impu : impus) out.avps.push_back(text_avp(601, impu, tgpp));
  out.avps.push_back(text_avp(602, server, tgpp));
  out.avps.push_back(number_avp(614, type, tgpp));
  out.avps.push_back(number_avp(624, data_available ? 1 : 0, tgpp));
  return out;
}

Message lir(Peer& peer, const std::string& impu) {
  Message out = peer.request(302);
  out.avps.push_back(text_avp(601, impu, tgpp));
  return out;
}

std::string result_text(std::uint32_t result) {
  return result >= experimental ? "3GPP " + std::to_string(result - experimental) : std::to_string(result);
}

}  // namespace vouchsafe::client
