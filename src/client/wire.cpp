#include "client/wire.hpp"

namespace vouchsafe::client {
namespace {

void put(std::string& out, std::uint32_t value, unsigned octets) {
  for (unsigned i = octets; i > 0; --i) out += static_cast<char>(value >> (8U * (i - 1)));
}

std::uint32_t get(std::string_view octets, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + count; ++i) value = (value << 8U) | static_cast<unsigned char>(octets[i]);
  return value;
}

constexpr std::size_t message_header = 20;

}  // namespace

std::uint32_t Avp::number() const { return data.size() == 4 ? get(data, 0, 4) : 0; }

Avp text_avp(std::uint32_t code, std::string_view text, std::uint32_t vendor, bool mandatory) {
  return {code, vendor, mandatory, std::string(text)};
}

Avp number_avp(std::uint32_t code, std::uint32_t number, std::uint32_t vendor, bool mandatory) {
  Avp avp{code, vendor, mandatory};
  put(avp.data, number, 4);
  return avp;
}

Avp group_avp(std::uint32_t code, const std::vector<Avp>& members, std::uint32_t vendor, bool mandatory) {
  Avp avp{code, vendor, mandatory};
  for (const auto& member : members) avp.data += encode(member);
  return avp;
}

std::string encode(const Avp& avp) {
  std::string out;
  const std::uint32_t header = avp.vendor != 0 ? 12 : 8;
  const std::uint32_t flags = (avp.vendor != 0 ? 0x80U : 0U) | (avp.mandatory ? 0x40U : 0U);
  put(out, avp.code, 4);
  put(out, flags, 1);
  put(out, avp.announced.value_or(header + static_cast<std::uint32_t>(avp.data.size())), 3);
  if (avp.vendor != 0) put(out, avp.vendor, 4);
  out += avp.data;
  out.append((4 - out.size() % 4) % 4, '\0');
  return out;
}

std::optional<std::vector<Avp>> decode_avps(std::string_view octets) {
  std::vector<Avp> out;
  while (!octets.empty()) {
    if (octets.size() < 8) return std::nullopt;
    Avp avp{get(octets, 0, 4)};
    const std::uint32_t flags = get(octets, 4, 1);
    const std::size_t length = get(octets, 5, 3);
    const std::size_t header = (flags & 0x80U) != 0 ? 12 : 8;
    if (length < header || length > octets.size()) return std::nullopt;
    if (header == 12) avp.vendor = get(octets, 8, 4);
    avp.mandatory = (flags & 0x40U) != 0;
    avp.data = std::string(octets.substr(header, length - header));
    out.push_back(std::move(avp));
    octets.remove_prefix(std::min(octets.size(), (length + 3) & ~std::size_t{3}));
  }
  return out;
}

const Avp* find_in(const std::vector<Avp>& avps, std::uint32_t code, std::uint32_t vendor) {
  for (const auto& avp : avps) {
    if (avp.code == code && avp.vendor == vendor) return &avp;
  }
  return nullptr;
}

const Avp* Message::find(std::uint32_t code, std::uint32_t vendor) const { return find_in(avps, code, vendor); }

std::vector<Avp> Message::all(std::uint32_t code, std::uint32_t vendor) const {
  std::vector<Avp> out;
  for (const auto& avp : avps) {
    if (avp.code == code && avp.vendor == vendor) out.push_back(avp);
  }
  return out;
}

std::vector<Avp> Message::members(std::uint32_t code, std::uint32_t vendor) const {
  const Avp* group = find(code, vendor);
  return group == nullptr ? std::vector<Avp>{} : decode_avps(group->data).value_or(std::vector<Avp>{});
}

std::string Message::text(std::uint32_t code, std::uint32_t vendor) const {
  const Avp* avp = find(code, vendor);
  return avp == nullptr ? std::string{} : avp->data;
}

std::uint32_t Message::result() const {
  if (const Avp* code = find(268)) return code->number();
  const auto group = members(297);
  const Avp* code = find_in(group, 298);
  return code == nullptr ? 0 : experimental + code->number();
}

std::string encode(const Message& message) {
  std::string body;
  for (const auto& avp : message.avps) body += encode(avp);
  std::string out;
  put(out, 1, 1);
  put(out, static_cast<std::uint32_t>(message_header + body.size()), 3);
  put(out, message.flags, 1);
  put(out, message.command, 3);
  put(out, message.application, 4);
  put(out, message.hop_by_hop, 4);
  put(out, message.end_to_end, 4);
  return out + body;
}

std::size_t announced_length(std::string_view octets) { return get(octets, 1, 3); }

std::optional<Message> decode(std::string_view octets) {
  if (octets.size() < message_header || octets[0] != 1 || announced_length(octets) != octets.size())
    return std::nullopt;
  Message out;
  out.flags = static_cast<std::uint8_t>(get(octets, 4, 1));
  out.command = get(octets, 5, 3);
  out.application = get(octets, 8, 4);
  out.hop_by_hop = get(octets, 12, 4);
  out.end_to_end = get(octets, 16, 4);
  auto avps = decode_avps(octets.substr(message_header));
  if (!avps) return std::nullopt;
  out.avps = std::move(*avps);
  return out;
}

}  // namespace vouchsafe::client
