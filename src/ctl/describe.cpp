#include "ctl/describe.hpp"

#include <fmt/format.h>

namespace vouchsafe::ctl {
namespace {

using nlohmann::json;

json time_or_null(const std::optional<Time>& time) { return time ? json(to_rfc3339(*time)) : json(nullptr); }

const char* subject_name(Grant::Subject kind) { return kind == Grant::Subject::impi ? "impi" : "impu"; }

json impi_json(const PrivateIdentity& i, const State& state) {
  json auth{{"scheme", name_of(i.scheme)}};
  if (!i.digest_realm.empty()) auth["realm"] = i.digest_realm;
  if (i.scheme == AuthenticationScheme::digest_akav1_md5) auth["sqn"] = fmt::format("{:012x}", state.sqn(i.impi));
  return {{"impi", i.impi.text()}, {"auth", auth}, {"policy", name_of(i.policy)}};
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

json to_json(const Registration& r, const State& state) {
  json out{{"impi", r.impi.text()},
           {"impu", r.impu.text()},
           {"irs", r.irs},
           {"provenance", name_of(r.provenance.kind)},
           {"since", to_rfc3339(r.provenance.since)},
           {"scscf", state.scscf ? json(state.scscf->name) : json(nullptr)}};
  if (r.leaving) out["leaving"] = true;
  if (!r.provenance.authorizer.empty()) out["authorizer"] = r.provenance.authorizer;
  if (!r.provenance.wwsf.empty()) out["wwsf"] = r.provenance.wwsf;
  if (!r.provenance.relay.empty()) out["relay"] = r.provenance.relay;
  return out;
}

std::string to_line(const Registration& r, const State& state) {
  return fmt::format("{}  {}  {}{}  {}  since {}{}", r.impi.text(), r.impu.text(), name_of(r.provenance.kind),
                     r.provenance.authorizer.empty() ? "" : " by " + r.provenance.authorizer,
                     state.scscf ? state.scscf->name : "-", to_rfc3339(r.provenance.since),
                     r.leaving ? "  leaving" : "");
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
  for (const auto& r : s.state.registrations) out["registrations"].push_back(to_json(r, s.state));
  if (!p.ifc.empty()) out["ifc"] = p.ifc;
  if (s.state.scscf) out["scscf"] = s.state.scscf->name;
  return out;
}

}  // namespace vouchsafe::ctl
