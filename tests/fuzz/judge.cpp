#include "hardening/judge.hpp"

#include "fuzz.hpp"
#include "hardening/base_avps.hpp"
#include "hardening/refusal.hpp"
#include "sound.hpp"
#include "support/judged.hpp"

#include <algorithm>
#include <optional>
#include <vector>

// A message as the wire brings it: judged, and rewritten where something is found. The input is the message.
namespace vouchsafe::fuzz {
namespace {

using hardening::Rule;
using testing::judged::Bytes;

const hardening::Node& node() { return testing::judged::node(); }

/// Without the rules that what the guard itself makes need not keep.
const hardening::Node& lenient() {
  static const hardening::Node instance = [] {
    hardening::Node out = node();
    for (const Rule rule : {Rule::own_command, Rule::session_missing, Rule::origin_missing}) out.without.add(rule);
    return out;
  }();
  return instance;
}

/// Texts that the core takes for names of hosts, and looks up.
void names_are_sound(const client::Message& message) {
  for (const std::uint32_t code : {264U, 296U, 293U, 283U, 282U}) {
    for (const auto& avp : message.all(code)) {
      holds(!avp.data.empty() && avp.data.size() < 256, "a DiameterIdentity has a length", avp.data);
      holds(std::all_of(avp.data.begin(), avp.data.end(), [](char c) { return c > ' ' && c < 0x7F; }),
            "a DiameterIdentity is made of visible characters", avp.data);
    }
  }
}

void request_is_sound(const client::Message& message) {
  holds((message.flags & 0x20U) == 0, "no request has the E bit");
  holds(message.command != hardening::own_command, "nobody sends the guard's command");
  names_are_sound(message);
  for (const auto& name : message.all(1)) {
    const auto mark = name.data.find('!');
    holds(mark == std::string::npos || name.data.find('@', mark) == std::string::npos, "no decorated NAI", name.data);
  }
  const bool routed = message.application != 0 || (message.flags & client::proxiable_flag) != 0;
  holds(message.all(263).size() <= 1, "one Session-Id at most");
  if (!routed) return;
  holds(message.application == testing::judged::cx_id || message.application == testing::judged::cx_id + 1,
        "an application that is served");
  holds(!message.text(263).empty(), "a Session-Id");
  holds(message.text(263).find('\0') == std::string::npos, "no NUL in a Session-Id");
  holds(message.find(264) != nullptr && message.find(296) != nullptr && message.find(283) != nullptr,
        "origin and destination");
}

void what_is_let_on_is_sound(const Bytes& octets) {
  const std::string whole(octets.begin(), octets.end());
  const std::string fault = fault_in_avps(std::string_view(whole).substr(hardening::header_size), node().avps);
  holds(fault.empty(), "what is let on has sound AVPs", fault);
  const auto message = client::decode(whole);
  holds(message.has_value(), "what is let on can be read");
  if (message->is_request()) return request_is_sound(*message);
  names_are_sound(*message);
}

/// The answer to a request that was refused, by what it became.
void is_answered(const Bytes& rewritten, const hardening::Finding& finding, const hardening::Header& asked) {
  const auto inside = client::decode(std::string(rewritten.begin(), rewritten.end()));
  holds(inside.has_value() && inside->command == hardening::own_command, "a refused request is the guard's command");
  const auto* made = inside->find(testing::judged::own.code, testing::judged::own.vendor);
  holds(made != nullptr, "it holds the guard's AVP");
  const Bytes value = testing::judged::bytes(made->data);
  const auto refusal = hardening::refusal_in(value, testing::judged::own);
  holds(refusal.has_value() && refusal->rule == finding.rule, "the AVP can be read");
  const auto octets = hardening::answer_to(*refusal, inside->hop_by_hop, inside->end_to_end, node());
  const auto answer = client::decode(std::string(octets.begin(), octets.end()));
  holds(answer.has_value() && !answer->is_request(), "the answer can be read");
  holds(answer->command == asked.command && answer->application == asked.application, "it is the request's answer");
  holds(answer->hop_by_hop == asked.hop_by_hop && answer->end_to_end == asked.end_to_end, "with its identifiers");
  holds(answer->result() == hardening::row_of(finding.rule).result, "and the rule's result");
  for (const auto& failed : answer->all(hardening::base::failed_avp)) {
    const auto inside_failed = client::decode_avps(failed.data);
    holds(inside_failed && inside_failed->size() == 1, "Failed-AVP holds one AVP");
  }
}

void is_rewritten(Bytes octets, const hardening::Finding& finding) {
  const std::size_t length = octets.size();
  const auto asked = hardening::header_of(octets);
  const bool heard = hardening::rewrite(octets, finding, node(), testing::judged::own);
  holds(octets.size() == length, "a message that is rewritten keeps its length");
  const std::size_t rest = length - hardening::header_size;
  if (rest > 0 && rest < 8) return;  // no AVP fits, and the core ends the connection by itself
  holds(!hardening::judge(octets, lenient()).has_value(), "what was rewritten is harmless");
  if (heard && asked.is_request()) return is_answered(octets, finding, asked);
  holds(!hardening::header_of(octets).is_request(), "what is no request of the guard's is an answer");
}

void judge_one(Bytes octets) {
  if (octets.size() < hardening::header_size)
    return holds(!hardening::judge(octets, node()), "there is no message to judge");
  // The core reads messages of version 1 by the length in their header.
  octets[0] = 1;
  for (std::size_t i = 0; i < 3; ++i) octets[1 + i] = static_cast<std::uint8_t>(octets.size() >> (8 * (2 - i)));
  const auto finding = hardening::judge(octets, node());
  finding ? is_rewritten(octets, *finding) : what_is_let_on_is_sound(octets);
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::judge_one({data, data + size});
  return 0;
}
