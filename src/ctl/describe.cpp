#include "ctl/describe.hpp"

#include <fmt/format.h>

namespace vouchsafe::ctl {
namespace {

using nlohmann::json;

json time_or_null(const std::optional<Time>& time) { return time ? json(to_rfc3339(*time)) : json(nullptr); }

const char* subject_name(Grant::Subject kind) { return kind == Grant::Subject::impi ? "impi" : "impu"; }

json impi_json(const PrivateIdentity& i, const State& state) {
  json out{{"impi", i.impi.text()}, {"way", name_of(i.way)}};
  if (i.scheme == AuthenticationScheme::none) return out;
  json auth{{"scheme", name_of(i.scheme)}};
  if (!i.digest_realm.empty()) auth["realm"] = i.digest_realm;
  if (i.scheme == AuthenticationScheme::digest_akav1_md5) auth["sqn"] = fmt::format("{:012x}", state.sqn(i.impi));
  out["auth"] = auth;
  return out;
}

json impu_json(const PublicIdentity& u) {
  json out{{"impu", u.impu.text()}, {"irs", u.irs}, {"barred", u.barred}};
  if (u.kind == PublicIdentity::Kind::wildcarded_impu) out["wildcard"] = "impu";
  if (u.kind == PublicIdentity::Kind::wildcarded_psi) out["wildcard"] = "psi";
  if (u.psi != PublicIdentity::Psi::no) out["psi"] = u.psi == PublicIdentity::Psi::active ? "active" : "inactive";
  if (!u.ifc.empty()) out["ifc"] = u.ifc;
  return out;
}

}  // namespace

json to_json(const Grant& g) {
  json wwsf = json::array();
  for (const auto& name : g.wwsf) wwsf.push_back(name.text());
  return {{"waf", g.authorizer.text()},
          {subject_name(g.kind), g.subject},
          {"not_before", time_or_null(g.not_before)},
          {"not_after", time_or_null(g.not_after)},
          {"wwsf", wwsf}};
}

std::string to_line(const Grant& g) {
  std::string out = fmt::format("{}  {}  {} to {}", g.subject, g.authorizer.text(),
                                g.not_before ? to_rfc3339(*g.not_before) : "always",
                                g.not_after ? to_rfc3339(*g.not_after) : "no end");
  for (const auto& name : g.wwsf) out += "  through " + name.text();
  return out;
}

namespace {

json to_json(const Basis& b) {
  json out{{"basis", name_of(b.ground)}, {"since", to_rfc3339(b.since)}};
  if (!b.monitored.empty()) out["monitored"] = names_in(b.monitored);
  const auto* vouched = std::get_if<Vouched>(&b.ground);
  if (vouched == nullptr) return out;
  out["authorizer"] = vouched->authorizer.text();
  if (vouched->wwsf) out["wwsf"] = vouched->wwsf->text();
  out["client"] = vouched->client;
  out["impu"] = vouched->impu.text();
  if (const auto* token = std::get_if<VerifiedToken>(&vouched->evidence)) {
    out["token"] = {{"kid", token->kid},
                    {"jti", token->jti},
                    {"until", to_rfc3339(token->until)},
                    {"verified", to_rfc3339(token->at)}};
  }
  return out;
}

std::string to_text(const Basis& b) {
  std::string out{name_of(b.ground)};
  if (const auto* vouched = std::get_if<Vouched>(&b.ground)) {
    out += " by " + vouched->authorizer.text();
    if (const auto* token = std::get_if<VerifiedToken>(&vouched->evidence))
      out += " (key " + token->kid + ", until " + to_rfc3339(token->until) + ")";
  }
  if (!b.monitored.empty()) out += fmt::format(" (monitored: {})", fmt::join(names_in(b.monitored), ", "));
  return out + " since " + to_rfc3339(b.since);
}

}  // namespace

json to_json(const Registration& r) {
  json out{{"impi", r.impi.text()},
           {"impu", r.impu.text()},
           {"irs", r.irs},
           {"provenance", r.is_vouched() ? "vouched" : (r.is_direct() ? "direct" : "trusted-node")},
           {"bases", json::array()},
           {"scscf", r.scscf.name},
           {"scscf_host", r.scscf.host}};
  for (const auto& basis : r.bases) out["bases"].push_back(to_json(basis));
  for (const auto& basis : out["bases"]) {  // of the first vouching, beside the provenance
    if (basis["basis"] != "vouched") continue;
    out["authorizer"] = basis["authorizer"];
    out["client"] = basis["client"];
    break;
  }
  if (r.leaving) out["leaving"] = true;
  return out;
}

std::string to_line(const Registration& r) {
  std::string bases;
  for (const auto& basis : r.bases) bases += (bases.empty() ? "" : ", ") + to_text(basis);
  return fmt::format("{}  {}  {}  {}{}", r.impi.text(), r.impu.text(), bases, r.scscf.name,
                     r.leaving ? "  leaving" : "");
}

json to_json(const Suspension& s) {
  json out{{"effect", s.effect == Suspension::Effect::holds ? "hold" : "deregister"}};
  if (s.since != Time{}) out["since"] = to_rfc3339(s.since);  // of an earlier release: it did not write it down
  if (!s.scope.wwsf.empty()) out["wwsf"] = s.scope.wwsf;
  if (!s.scope.client.empty()) out["relay"] = s.scope.client;
  if (s.until) out["until"] = to_rfc3339(*s.until);
  if (!s.why.empty()) out["why"] = s.why;
  return out;
}

std::string to_line(const Suspension& s) {
  std::string out = s.effect == Suspension::Effect::holds ? "suspended (hold)" : "suspended (deregister)";
  if (!s.scope.wwsf.empty()) out += " for " + s.scope.wwsf;
  if (!s.scope.client.empty()) out += " by " + s.scope.client;
  if (s.until) out += " until " + to_rfc3339(*s.until);
  if (!s.why.empty()) out += ": " + s.why;
  return out;
}

json to_json(const Subscription& s, const std::vector<Grant>& grants) {
  const Profile& p = s.profile;
  json out{{"impis", json::array()},
           {"impus", json::array()},
           {"visited_networks", p.visited_networks},
           {"capabilities", {{"mandatory", p.capabilities.mandatory}, {"optional", p.capabilities.optional}}},
           {"authorizers", json::array()},
           {"registrations", json::array()}};
  for (const auto& i : p.impis) out["impis"].push_back(impi_json(i, s.state));
  for (const auto& u : p.impus) out["impus"].push_back(impu_json(u));
  for (const auto& g : grants) out["authorizers"].push_back(to_json(g));
  for (const auto& r : s.state.registrations) out["registrations"].push_back(to_json(r));
  if (!p.ifc.empty()) out["ifc"] = p.ifc;
  if (s.state.scscf) out["scscf"] = s.state.scscf->name;
  return out;
}

}  // namespace vouchsafe::ctl
