#include "hardening/refusal.hpp"

#include "domain/result_code.hpp"
#include "hardening/avp_maker.hpp"
#include "hardening/base_avps.hpp"

#include <algorithm>

namespace vouchsafe::hardening {
namespace {

constexpr std::uint32_t registration_termination = 304;  ///< an answer's command that is always known (TS 29.229)
constexpr std::uint32_t unable_to_comply = result::unable_to_comply.code;
constexpr std::uint32_t first_error = 3000;

constexpr std::size_t base_header = 8;
constexpr std::size_t vendor_header = 12;

// Our AVP: the secret, flags and command, application, rule, whether an AVP failed, the length of what is kept, and
// those two. As short as can be: a watchdog has little room.
constexpr std::size_t fixed_size = 16;

std::size_t smallest(Kind kind) {
  if (kind == Kind::four) return 4;
  return kind == Kind::eight ? 8 : 0;
}

/// The offender in the groups that held it. One with a wrong length is shown by its header, and as much as its type
/// needs of zeros (RFC 6733, 7.5).
std::vector<std::uint8_t> failed_octets(Octets message, const Finding& finding, const Node& node) {
  if (finding.missing != 0) {
    AvpMaker example;
    example.avp_header(finding.missing, mandatory_flag, 0, 0);
    return std::move(example.octets());
  }
  if (finding.offender.length == 0) return {};
  AvpMaker out;
  const Octets whole = message.subspan(finding.offender.at, finding.offender.length);
  if (finding.rule == Rule::avp_length || finding.rule == Rule::avp_depth) {
    const std::uint32_t code = read32(whole, 0);
    const bool has_vendor = (whole[4] & vendor_flag) != 0 && whole.size() >= vendor_header;
    const std::uint32_t vendor = has_vendor ? read32(whole, base_header) : 0;
    const auto flags = static_cast<std::uint8_t>(has_vendor ? whole[4] : whole[4] & ~vendor_flag);
    const std::size_t size = smallest(node.avps.kind(vendor, code));
    out.avp_header(code, flags, vendor, size);
    out.octets().resize(out.size() + size);
  } else {
    out.add(whole);
    out.pad();
  }
  for (std::size_t i = finding.depth; i > 0; --i) {
    const RawAvp& group = finding.groups.at(i - 1);
    AvpMaker around;
    around.avp_header(group.code, group.flags, group.vendor, out.size());
    around.add(out.octets());
    out = std::move(around);
  }
  return std::move(out.octets());
}

/// Session-Id and Proxy-Infos that an answer gives back.
std::vector<std::uint8_t> kept_octets(Octets message) {
  AvpMaker out;
  bool has_session = false;
  AvpWalk walk(message, {header_size, message.size() - header_size});
  while (const auto avp = walk.next()) {
    if (!avp->is_base()) continue;
    const bool is_session =
        avp->code == base::session_id && !has_session && is_session_id(message.subspan(avp->data.at, avp->data.length));
    if (is_session) has_session = true;
    if (!is_session && avp->code != base::proxy_info) continue;
    out.add(message.subspan(avp->whole.at, avp->whole.length));
    out.pad();
  }
  return std::move(out.octets());
}

/// Those with that code of what is kept, as they came.
void add_kept(AvpMaker& out, Octets kept, std::uint32_t code) {
  AvpWalk walk(kept, {0, kept.size()});
  while (const auto avp = walk.next()) {
    if (avp->code == code) out.add(kept.subspan(avp->whole.at, padded(avp->whole.length)));
  }
}

void write_header(AvpMaker& out, std::size_t length, std::uint8_t flags, std::uint32_t command,
                  std::uint32_t application, std::uint32_t hop_by_hop, std::uint32_t end_to_end) {
  out.number8(1);
  out.number24(static_cast<std::uint32_t>(length));
  out.number8(flags);
  out.number24(command);
  out.number32(application);
  out.number32(hop_by_hop);
  out.number32(end_to_end);
}

/// Puts the octets into the message's place, which is as long or longer: zeros follow.
void put(Buffer message, AvpMaker& made) {
  made.octets().resize(message.size());
  std::copy(made.octets().begin(), made.octets().end(), message.begin());
}

bool rewrite_request(Buffer message, const Finding& finding, const Node& node, const OwnAvp& own) {
  const std::size_t needed = header_size + base_header + padded(node.realm.size()) + vendor_header + fixed_size;
  if (message.size() < needed) return false;
  const Header header = header_of(message);
  std::vector<std::uint8_t> kept = kept_octets(message);
  std::vector<std::uint8_t> failed = failed_octets(message, finding, node);
  const std::size_t room = message.size() - needed;
  if (kept.size() > room) kept.clear();
  if (kept.size() + failed.size() > room) failed.clear();
  AvpMaker out;
  write_header(out, message.size(), request_bit | proxiable_bit, own_command, own.application, header.hop_by_hop,
               header.end_to_end);
  out.avp(base::destination_realm, mandatory_flag, node.realm);
  out.avp_header(own.code, vendor_flag, own.vendor, message.size() - out.size() - vendor_header);
  out.number32(own.secret);
  out.number8(header.flags);
  out.number24(header.command);
  out.number32(header.application);
  out.number8(static_cast<std::uint8_t>(finding.rule));
  out.number8(failed.empty() ? 0 : 1);
  out.number16(static_cast<std::uint16_t>(kept.size()));
  out.add(kept);
  out.add(failed);
  put(message, out);
  return true;
}

/// The answer's own Result-Code, where it is an error's and can be read.
std::uint32_t error_in(Octets message) {
  AvpWalk walk(message, {header_size, message.size() - header_size});
  while (const auto avp = walk.next()) {
    if (avp->is_base() && avp->code == base::result_code && avp->data.length == 4) {
      const std::uint32_t result = read32(message, avp->data.at);
      return result < first_error ? unable_to_comply : result;
    }
  }
  return unable_to_comply;
}

}  // namespace

bool rewrite_answer(Buffer message, Rule rule, const Node& node, const OwnAvp& own) {
  const Header header = header_of(message);
  const bool of_connection = header.is_of_a_connection();
  const std::size_t origin = 2 * base_header + padded(node.host.size()) + padded(node.realm.size());
  const std::size_t with_result = header_size + base_header + 4;
  const auto fits = [&](std::size_t size) { return message.size() == size || message.size() >= size + base_header; };
  const bool complete = fits(with_result + origin);
  // Without an origin the core takes it for a faulty answer with an error in it, and that still reaches who waits.
  if (!complete && (of_connection || !fits(with_result))) {
    neutralize(message, own);
    return false;
  }
  const std::uint8_t error = complete ? error_bit : std::uint8_t{0};
  AvpMaker out;
  if (of_connection) {
    write_header(out, message.size(), error, header.command, 0, header.hop_by_hop, header.end_to_end);
  } else {
    write_header(out, message.size(), static_cast<std::uint8_t>(error | proxiable_bit), registration_termination,
                 own.application, header.hop_by_hop, header.end_to_end);
  }
  out.avp(base::result_code, mandatory_flag, error_in(message));
  if (complete) {
    out.avp(base::origin_host, mandatory_flag, node.host);
    out.avp(base::origin_realm, mandatory_flag, node.realm);
  }
  const std::size_t left = message.size() - out.size();
  constexpr std::size_t marked = vendor_header + 8;
  if (left >= marked) {
    out.avp_header(own.code, vendor_flag, own.vendor, left - vendor_header);
    out.number32(own.secret);
    out.number8(static_cast<std::uint8_t>(rule));
    out.number24(header.command);
  } else if (left > 0) {
    out.avp_header(base::error_message, 0, 0, left - base_header);
  }
  put(message, out);
  return true;
}

void neutralize(Buffer message, const OwnAvp& own) noexcept {
  if (message.size() < header_size) return;
  const auto write32 = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) message[at + i] = static_cast<std::uint8_t>(value >> (8 * (3 - i)));
  };
  constexpr std::size_t hop_by_hop = 12;
  const Header header = header_of(message);
  const std::size_t left = message.size() - header_size;
  message[4] = proxiable_bit;
  write32(hop_by_hop, header.hop_by_hop ^ own.secret);  // which no peer can aim
  std::fill(message.begin() + header_size, message.end(), std::uint8_t{0});
  if (left < base_header) return;
  write32(header_size, base::error_message);
  write32(header_size + 4, static_cast<std::uint32_t>(left));  // no flags
}

bool rewrite(Buffer message, const Finding& finding, const Node& node, const OwnAvp& own) {
  if (!header_of(message).is_request()) return rewrite_answer(message, finding.rule, node, own);
  if (rewrite_request(message, finding, node, own)) return true;
  neutralize(message, own);
  return false;
}

std::optional<Rule> rule_in(Octets value, const OwnAvp& own) {
  constexpr std::size_t least = 8;
  if (value.size() < least || read32(value, 0) != own.secret || value[4] >= rule_count) return std::nullopt;
  return static_cast<Rule>(value[4]);
}

std::optional<Refusal> refusal_in(Octets value, const OwnAvp& own) {
  if (value.size() < fixed_size || read32(value, 0) != own.secret || value[12] >= rule_count) return std::nullopt;
  const bool has_failed = value[13] != 0;
  const std::size_t kept = read24(value, 13) & 0xFFFFU;
  const std::size_t room = value.size() - fixed_size;
  if (kept > room || (has_failed && room - kept < base_header)) return std::nullopt;
  const std::size_t failed = has_failed ? padded(read24(value, fixed_size + kept + 5)) : 0;
  if (failed > room - kept) return std::nullopt;
  return Refusal{static_cast<Rule>(value[12]),
                 value[4],
                 read24(value, 5),
                 read32(value, 8),
                 value.subspan(fixed_size, kept),
                 value.subspan(fixed_size + kept, failed)};
}

std::vector<std::uint8_t> answer_to(const Refusal& refusal, std::uint32_t hop_by_hop, std::uint32_t end_to_end,
                                    const Node& node) {
  const RuleRow& row = row_of(refusal.rule);
  constexpr std::uint32_t first_failure = 4000;
  const auto flags = static_cast<std::uint8_t>((refusal.flags & proxiable_bit) |
                                               (row.result < first_failure ? error_bit : std::uint8_t{0}));
  AvpMaker out;
  write_header(out, 0, flags, refusal.command, refusal.application, hop_by_hop, end_to_end);
  add_kept(out, refusal.kept, base::session_id);  // comes first (RFC 6733, 8.8)
  out.avp(base::result_code, mandatory_flag, row.result);
  out.avp(base::origin_host, mandatory_flag, node.host);
  out.avp(base::origin_realm, mandatory_flag, node.realm);
  add_kept(out, refusal.kept, base::proxy_info);
  if (!refusal.failed.empty()) {
    out.avp_header(base::failed_avp, mandatory_flag, 0, refusal.failed.size());
    out.add(refusal.failed);
    out.pad();
  }
  out.avp(base::error_message, 0, row.text);
  auto& octets = out.octets();
  const std::size_t length = octets.size();
  for (std::size_t i = 1; i <= 3; ++i) octets[i] = static_cast<std::uint8_t>(length >> (8 * (3 - i)));
  return std::move(octets);
}

}  // namespace vouchsafe::hardening
