#include "hardening/judge.hpp"

#include "domain/text.hpp"
#include "hardening/base_avps.hpp"

#include <algorithm>
#include <string_view>

namespace vouchsafe::hardening {
namespace {

constexpr std::uint32_t relay_application = 0xFFFFFFFF;
constexpr std::size_t longest_identity = 255;

std::string_view text(Octets octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

bool is_identity(Octets value) {
  return !value.empty() && value.size() <= longest_identity &&
         std::all_of(value.begin(), value.end(), [](std::uint8_t c) { return c > ' ' && c < 0x7F; });
}

/// realm!user@realm; with more of either after them. What the core takes for one is one here.
bool is_decorated(Octets user_name) {
  const auto mark = std::find(user_name.begin(), user_name.end(), '!');
  return std::find(mark, user_name.end(), '@') != user_name.end();
}

/// One message. Each check says whether it has found something, which is then in `finding_`.
class Case {
 public:
  Case(Octets message, const Node& node) : message_(message), node_(node), header_(header_of(message)) {}

  bool request() {
    return header_of_request() || avps({header_size, message_.size() - header_size}, true) || what_is_missing() ||
           destination();
  }
  bool answer() {
    if (!header_.is_routable() && !header_.is_of_a_connection() && found(Rule::answer_unrouted)) return true;
    return avps({header_size, message_.size() - header_size}, true);
  }
  [[nodiscard]] const Finding& finding() const { return finding_; }
  [[nodiscard]] bool is_request() const { return header_.is_request(); }

 private:
  bool found(Rule rule, Range offender = {}, std::uint32_t missing = 0) {
    if (node_.without.has(rule)) return false;
    finding_.rule = rule;
    finding_.offender = offender;
    finding_.missing = missing;
    return true;
  }

  bool header_of_request() {
    if ((header_.flags & error_bit) != 0 && found(Rule::header_bits)) return true;
    if (header_.command == own_command && found(Rule::own_command)) return true;
    if (!header_.is_routable()) return false;
    const auto& served = node_.applications;
    const bool is_served = header_.application != 0 && header_.application != relay_application &&
                           std::find(served.begin(), served.end(), header_.application) != served.end();
    return !is_served && found(Rule::application);
  }

  /// The AVPs of the message or of a group. \param mandatory whether the sender may insist on any of them
  bool avps(Range where, bool mandatory) {
    AvpWalk walk(message_, where);
    while (const auto avp = walk.next()) {
      if (avp_itself(*avp, mandatory)) return true;
    }
    if (!walk.broken()) return false;
    constexpr std::size_t header = 8;
    const Range rest = walk.rest();
    if (rest.length >= header) return found(Rule::avp_length, rest);
    if (finding_.depth == 0) return found(Rule::message_length);
    const Range around = finding_.groups.at(finding_.depth - 1).whole;
    if (!found(Rule::avp_length, around)) return false;
    --finding_.depth;
    return true;
  }

  bool avp_itself(const RawAvp& avp, bool mandatory) {
    if (avp.has(vendor_flag) && avp.vendor == 0 && found(Rule::avp_vendor, avp.whole)) return true;
    const Kind kind = node_.avps.kind(avp.vendor, avp.code);
    if (wrong_kind(avp, kind, mandatory)) return true;
    if (avp.is_base() && (finding_.depth == 0 ? value(avp) : value_in_group(avp))) return true;
    return kind == Kind::group && group(avp, mandatory);
  }

  bool wrong_kind(const RawAvp& avp, Kind kind, bool mandatory) {
    switch (kind) {
      case Kind::unknown:
        if (mandatory && avp.has(mandatory_flag) && found(Rule::avp_unknown, avp.whole)) return true;
        return avp.data.length == 0 && in_proxy_info() && found(Rule::proxy_info, avp.whole);
      case Kind::filled:
        if (avp.data.length == 0 && found(Rule::avp_length, avp.whole)) return true;
        return cannot_be_given_back(avp);
      case Kind::checked:
        return cannot_be_given_back(avp);
      case Kind::four:
        return avp.data.length != 4 && found(Rule::avp_length, avp.whole);
      case Kind::eight:
        return avp.data.length != 8 && found(Rule::avp_length, avp.whole);
      case Kind::octets:
      case Kind::group:
        return false;
    }
    return false;
  }

  /// The core checks what is in a Proxy-Info once more when it copies it, and then has no answer: what has no business
  /// there is not let in. The Proxy-Host has, and is judged by itself.
  bool cannot_be_given_back(const RawAvp& avp) {
    const bool is_proxy_host = avp.is_base() && avp.code == base::proxy_host;
    return in_proxy_info() && !is_proxy_host && found(Rule::proxy_info, avp.whole);
  }

  bool group(const RawAvp& avp, bool mandatory) {
    if (finding_.depth == deepest) {
      if (!found(Rule::avp_depth, finding_.groups.front().whole)) return false;
      finding_.depth = 0;
      return true;
    }
    finding_.groups.at(finding_.depth++) = avp;
    if (avps(avp.data, mandatory && avp.has(mandatory_flag))) return true;
    --finding_.depth;
    return false;
  }

  [[nodiscard]] bool in_proxy_info() const {
    return finding_.depth > 0 && finding_.groups.front().is_base() && finding_.groups.front().code == base::proxy_info;
  }

  [[nodiscard]] Octets data(const RawAvp& avp) const { return message_.subspan(avp.data.at, avp.data.length); }

  bool value(const RawAvp& avp) {
    switch (avp.code) {
      case base::session_id:
        if (!is_session_id(data(avp)) && found(Rule::session_id, avp.whole)) return true;
        return ++sessions_ > 1 && found(Rule::session_twice, avp.whole);
      case base::user_name:
        if (header_.is_request() && is_decorated(data(avp)) && found(Rule::decorated_nai, avp.whole)) return true;
        return !is_utf8(text(data(avp))) && found(Rule::user_name, avp.whole);
      case base::origin_host:
        has_origin_host_ = true;
        return bad_identity(avp);
      case base::origin_realm:
        has_origin_realm_ = true;
        return bad_identity(avp);
      case base::destination_host:
        (same_host(text(data(avp)), node_.host) ? is_for_us_ : is_for_another_) = true;
        return bad_identity(avp);
      case base::destination_realm:
        has_realm_ = true;
        if (!same_host(text(data(avp)), node_.realm)) is_other_realm_ = true;
        return bad_identity(avp);
      case base::route_record:
        if (same_host(text(data(avp)), node_.host)) is_loop_ = true;
        return bad_identity(avp);
      default:
        return false;
    }
  }

  bool value_in_group(const RawAvp& avp) {
    return avp.code == base::proxy_host && in_proxy_info() && bad_identity(avp);
  }

  bool bad_identity(const RawAvp& avp) { return !is_identity(data(avp)) && found(Rule::identity, avp.whole); }

  bool what_is_missing() {
    if (header_.is_routable() && sessions_ == 0 && found(Rule::session_missing, {}, base::session_id)) return true;
    if (!header_.is_routable() && header_.command == capabilities_exchange) return false;  // ends the connection
    if (!has_origin_host_ && found(Rule::origin_missing, {}, base::origin_host)) return true;
    return !has_origin_realm_ && found(Rule::origin_missing, {}, base::origin_realm);
  }

  bool destination() {
    if (!header_.is_routable()) return false;
    if (!has_realm_ && found(Rule::realm_missing, {}, base::destination_realm)) return true;
    if (is_loop_ && found(Rule::loop)) return true;
    if (is_for_another_ && found(Rule::other_host)) return true;
    return !is_for_us_ && is_other_realm_ && found(Rule::other_realm);
  }

  Octets message_;
  const Node& node_;
  Header header_;
  Finding finding_{};
  int sessions_ = 0;
  bool has_origin_host_ = false;
  bool has_origin_realm_ = false;
  bool has_realm_ = false;
  bool is_for_us_ = false;
  bool is_for_another_ = false;
  bool is_other_realm_ = false;
  bool is_loop_ = false;
};

}  // namespace

bool is_session_id(Octets value) {
  return !value.empty() &&
         std::all_of(value.begin(), value.end(), [](std::uint8_t c) { return c >= ' ' && c != 0x7F; });
}

std::optional<Finding> judge(Octets message, const Node& node) {
  if (message.size() < header_size) return std::nullopt;
  Case one(message, node);
  if (one.is_request() ? one.request() : one.answer()) return one.finding();
  return std::nullopt;
}

}  // namespace vouchsafe::hardening
