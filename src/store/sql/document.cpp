#include "store/sql/document.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace vouchsafe::store {
namespace {

using nlohmann::json;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// ---- writing

json to_json(const PrivateIdentity& identity) {
  json out{{"impi", identity.impi.text()}, {"scheme", name_of(identity.scheme)}};
  out["way"] = name_of(identity.way);
  if (!identity.digest_realm.empty()) out["realm"] = identity.digest_realm;
  if (!identity.sealed.empty()) out["sealed"] = identity.sealed;
  return out;
}

json to_json(const PublicIdentity& identity) {
  json out{{"impu", identity.impu.text()}};
  if (identity.irs != 1) out["irs"] = identity.irs;
  if (identity.barred) out["barred"] = true;
  if (identity.kind == PublicIdentity::Kind::wildcarded_impu) out["wildcard"] = "impu";
  if (identity.kind == PublicIdentity::Kind::wildcarded_psi) out["wildcard"] = "psi";
  if (identity.psi != PublicIdentity::Psi::no)
    out["psi"] = identity.psi == PublicIdentity::Psi::active ? "active" : "inactive";
  if (!identity.ifc.empty()) out["ifc"] = identity.ifc;
  return out;
}

json to_json(const Scscf& s) {
  json out{{"name", s.name}, {"host", s.host}, {"realm", s.realm}};
  if (s.peer != s.host) out["peer"] = s.peer;
  return out;
}

json to_json(const VerifiedToken& token) {
  json out{{"kid", token.kid},
           {"until", token.until.time_since_epoch().count()},
           {"at", token.at.time_since_epoch().count()}};
  if (!token.jti.empty()) out["jti"] = token.jti;
  return out;
}

json to_json(const Basis& b, const Impu& first) {
  json out{{"since", b.since.time_since_epoch().count()}};
  if (!b.monitored.empty()) out["monitored"] = names_in(b.monitored);
  if (std::holds_alternative<Direct>(b.ground)) return out;
  out["by"] = name_of(b.ground);
  if (const auto* vouched = std::get_if<Vouched>(&b.ground)) {
    out["authorizer"] = vouched->authorizer.text();
    out["client"] = vouched->client;
    if (vouched->wwsf) out["wwsf"] = vouched->wwsf->text();
    if (vouched->impu != first) out["impu"] = vouched->impu.text();
    if (const auto* token = std::get_if<VerifiedToken>(&vouched->evidence)) out["token"] = to_json(*token);
  }
  return out;
}

/// The S-CSCF is written where it is not the one that serves the subscription.
json to_json(const Registration& r, const State& state) {
  json out{{"impi", r.impi.text()}, {"irs", r.irs}, {"impu", r.impu.text()}, {"bases", json::array()}};
  for (const auto& basis : r.bases) out["bases"].push_back(to_json(basis, r.impu));
  if (!state.scscf || r.scscf != *state.scscf) out["scscf"] = to_json(r.scscf);
  if (r.leaving) out["leaving"] = true;
  return out;
}

json to_json(const State::Authentication& a) {
  json out{{"impi", a.impi.text()}};
  if (a.sqn != 0) out["sqn"] = a.sqn;
  for (const auto& c : a.challenges) {
    out["challenges"].push_back({{"impu", c.impu.text()},
                                 {"irs", c.irs},
                                 {"scscf", to_json(c.scscf)},
                                 {"until", c.until.time_since_epoch().count()},
                                 {"vectors", c.vectors}});
  }
  return out;
}

json to_json(const Charging& c) {
  json out = json::object();
  if (!c.primary_event.empty()) out["primary_event"] = c.primary_event;
  if (!c.secondary_event.empty()) out["secondary_event"] = c.secondary_event;
  if (!c.primary_collection.empty()) out["primary_collection"] = c.primary_collection;
  if (!c.secondary_collection.empty()) out["secondary_collection"] = c.secondary_collection;
  return out;
}

// ---- reading: simdjson throws for what is not there or of another type; the two entry points turn that into an Error

std::string text_or_empty(const element& from, const char* key) {
  std::string_view value;
  return from[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string{};
}

std::uint64_t number_or(const element& from, const char* key, std::uint64_t otherwise) {
  std::uint64_t value = 0;
  return from[key].get(value) == simdjson::SUCCESS ? value : otherwise;
}

bool flag(const element& from, const char* key) {
  bool value = false;
  return from[key].get(value) == simdjson::SUCCESS && value;
}

template <class Each>
void each_in(const element& from, const char* key, Each each) {
  array items;
  if (from[key].get(items) != simdjson::SUCCESS) return;
  for (const element item : items) each(item);
}

std::string text(const element& value) { return std::string(std::string_view(value)); }
std::string text_at(const element& from, const char* key) { return std::string(std::string_view(from[key])); }

/// In schema 2 every IMPI registered either way, unless its policy was to trust the edge; one without secrets could
/// only be vouched for.
WayToRegister way_of(const element& from) {
  const std::string way = text_or_empty(from, "way");
  if (!way.empty()) return way_named(way).value();
  if (text_or_empty(from, "policy") == name_of(WayToRegister::trusted_node)) return WayToRegister::trusted_node;
  const std::string scheme = text_at(from, "scheme");
  const bool challenged =
      scheme == name_of(AuthenticationScheme::digest_akav1_md5) || scheme == name_of(AuthenticationScheme::sip_digest);
  return challenged && text_or_empty(from, "sealed").empty() ? WayToRegister::delegated
                                                             : WayToRegister::direct_or_delegated;
}

PrivateIdentity private_identity(const element& from) {
  PrivateIdentity out{Impi::trusted(text_at(from, "impi"))};
  const std::string scheme = text_at(from, "scheme");
  out.scheme =
      scheme == name_of(AuthenticationScheme::none) ? AuthenticationScheme::none : scheme_named(scheme).value();
  out.way = way_of(from);
  out.digest_realm = text_or_empty(from, "realm");
  out.sealed = text_or_empty(from, "sealed");
  return out;
}

PublicIdentity public_identity(const element& from) {
  PublicIdentity out{Impu::trusted(text_at(from, "impu"))};
  out.irs = static_cast<std::uint32_t>(number_or(from, "irs", 1));
  out.barred = flag(from, "barred");
  const std::string wildcard = text_or_empty(from, "wildcard");
  if (wildcard == "impu") out.kind = PublicIdentity::Kind::wildcarded_impu;
  if (wildcard == "psi") out.kind = PublicIdentity::Kind::wildcarded_psi;
  const std::string psi = text_or_empty(from, "psi");
  if (!psi.empty()) out.psi = psi == "active" ? PublicIdentity::Psi::active : PublicIdentity::Psi::inactive;
  out.ifc = text_or_empty(from, "ifc");
  return out;
}

Time time_at(const element& from, const char* key) {
  return Time{std::chrono::seconds{static_cast<std::int64_t>(number_or(from, key, 0))}};
}

Scscf scscf(const element& from) {
  Scscf out{text_at(from, "name"), text_or_empty(from, "host"), text_or_empty(from, "realm"),
            text_or_empty(from, "peer")};
  if (out.peer.empty()) out.peer = out.host;
  return out;
}

/// Until schema 4 no token was verified.
Evidence evidence(const element& from) {
  element token;
  if (from["token"].get(token) != simdjson::SUCCESS) return ClientsWord{};
  return VerifiedToken{text_at(token, "kid"), text_or_empty(token, "jti"), time_at(token, "until"),
                       time_at(token, "at")};
}

/// \param client the name of the member that holds who carried a vouching: "relay" in a row of schema 2
Basis basis(const element& from, const Impu& first, const char* client) {
  Basis out{Direct{}, time_at(from, "since")};
  const std::string by = text_or_empty(from, "by");
  if (by == "trusted-node") out.ground = TrustedNode{};
  if (by == "vouched") {
    const std::string wwsf = text_or_empty(from, "wwsf");
    const std::string impu = text_or_empty(from, "impu");
    out.ground = Vouched{AuthorizerName::trusted(text_at(from, "authorizer")),
                         wwsf.empty() ? std::nullopt : std::optional(AuthorizerName::trusted(wwsf)),
                         text_or_empty(from, client), impu.empty() ? first : Impu::trusted(impu), evidence(from)};
  }
  if (element monitored; from["monitored"].get(monitored) == simdjson::SUCCESS) {
    each_in(from, "monitored",
            [&](const element& one) { out.monitored.add(reason_named(std::string_view(one)).value()); });
  }
  return out;
}

Registration registration(const element& from, const std::optional<Scscf>& serving) {
  const Impu impu = Impu::trusted(text_at(from, "impu"));
  Registration out{Impi::trusted(text_at(from, "impi")),
                   static_cast<std::uint32_t>(std::uint64_t(from["irs"])),
                   impu,
                   {},
                   serving.value_or(Scscf{})};
  if (element own; from["scscf"].get(own) == simdjson::SUCCESS) out.scscf = scscf(own);
  if (element bases; from["bases"].get(bases) == simdjson::SUCCESS) {
    each_in(from, "bases", [&](const element& b) { out.bases.push_back(basis(b, impu, "client")); });
  } else {
    out.bases.push_back(basis(from, impu, "relay"));  // schema 2: the members stand in the registration itself
  }
  out.leaving = flag(from, "leaving");
  return out;
}

/// What was pending in schema 2 had no end and no S-CSCF: it is over.
State::Authentication authentication(const element& from) {
  State::Authentication out{Impi::trusted(text_at(from, "impi")), number_or(from, "sqn", 0), {}};
  each_in(from, "challenges", [&](const element& c) {
    out.challenges.push_back({Impu::trusted(text_at(c, "impu")), static_cast<std::uint32_t>(number_or(c, "irs", 0)),
                              scscf(c["scscf"]), time_at(c, "until"),
                              static_cast<std::uint32_t>(number_or(c, "vectors", 0))});
  });
  return out;
}

element parse(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size());
}

template <class T, class Read>
Result<T> guarded(const char* what, Read read) {
  try {
    return read();
  } catch (const std::exception& e) {
    return unavailable(std::string("a stored ") + what + " cannot be read: " + e.what());
  }
}

}  // namespace

std::string to_document(const Profile& profile) {
  json out{{"impis", json::array()}, {"impus", json::array()}};
  for (const auto& i : profile.impis) out["impis"].push_back(to_json(i));
  for (const auto& u : profile.impus) out["impus"].push_back(to_json(u));
  if (!profile.visited_networks.empty()) out["visited_networks"] = profile.visited_networks;
  if (!profile.capabilities.mandatory.empty()) out["mandatory_capabilities"] = profile.capabilities.mandatory;
  if (!profile.capabilities.optional.empty()) out["optional_capabilities"] = profile.capabilities.optional;
  if (!profile.ifc.empty()) out["ifc"] = profile.ifc;
  if (!profile.charging.empty()) out["charging"] = to_json(profile.charging);
  return out.dump();
}

std::string to_document(const State& state) {
  json out = json::object();
  if (state.scscf) out["scscf"] = to_json(*state.scscf);
  for (const auto& r : state.registrations) out["registrations"].push_back(to_json(r, state));
  if (!state.unregistered.empty()) out["unregistered"] = state.unregistered;
  for (const auto& a : state.authentications) {
    if (a.sqn != 0 || !a.challenges.empty()) out["authentications"].push_back(to_json(a));
  }
  if (state.announced_names != 0) out["told"] = state.announced_names;
  if (state.review_at) out["review_at"] = state.review_at->time_since_epoch().count();
  return out.empty() ? std::string{} : out.dump();
}

Result<Profile> profile_from_document(std::string_view text) {
  return guarded<Profile>("profile", [&] {
    const element from = parse(text);
    Profile out;
    each_in(from, "impis", [&](const element& i) { out.impis.push_back(private_identity(i)); });
    each_in(from, "impus", [&](const element& u) { out.impus.push_back(public_identity(u)); });
    each_in(from, "visited_networks", [&](const element& v) { out.visited_networks.push_back(store::text(v)); });
    each_in(from, "mandatory_capabilities", [&](const element& c) {
      out.capabilities.mandatory.push_back(static_cast<std::uint32_t>(std::uint64_t(c)));
    });
    each_in(from, "optional_capabilities", [&](const element& c) {
      out.capabilities.optional.push_back(static_cast<std::uint32_t>(std::uint64_t(c)));
    });
    out.ifc = text_or_empty(from, "ifc");
    if (element charging; from["charging"].get(charging) == simdjson::SUCCESS) {
      out.charging = {text_or_empty(charging, "primary_event"), text_or_empty(charging, "secondary_event"),
                      text_or_empty(charging, "primary_collection"), text_or_empty(charging, "secondary_collection")};
    }
    if (out.impis.empty() || out.impus.empty()) throw std::runtime_error("it has no identities");
    return out;
  });
}

Result<State> state_from_document(std::string_view text) {
  if (text.empty()) return State{};
  return guarded<State>("state", [&] {
    const element from = parse(text);
    State out;
    if (element serving; from["scscf"].get(serving) == simdjson::SUCCESS) out.scscf = scscf(serving);
    each_in(from, "registrations", [&](const element& r) { out.registrations.push_back(registration(r, out.scscf)); });
    each_in(from, "unregistered",
            [&](const element& u) { out.unregistered.push_back(static_cast<std::uint32_t>(std::uint64_t(u))); });
    each_in(from, "authentications", [&](const element& a) { out.authentications.push_back(authentication(a)); });
    out.announced_names = number_or(from, "told", 0);
    // In schema 2 an unanswered MAR stored its S-CSCF here, though nothing was registered.
    if (out.registrations.empty() && out.unregistered.empty()) out.scscf.reset();
    if (const auto at = number_or(from, "review_at", 0); at != 0)
      out.review_at = Time{std::chrono::seconds{static_cast<std::int64_t>(at)}};
    return out;
  });
}

}  // namespace vouchsafe::store
