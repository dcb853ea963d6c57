#include "store/document.hpp"

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
  if (identity.policy != RegistrationPolicy::direct_or_delegated) out["policy"] = name_of(identity.policy);
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

json to_json(const Registration& r) {
  json out{{"impi", r.impi.text()},
           {"irs", r.irs},
           {"impu", r.impu.text()},
           {"since", r.provenance.since.time_since_epoch().count()}};
  if (r.provenance.kind != Provenance::Kind::direct) out["by"] = name_of(r.provenance.kind);
  if (!r.provenance.authorizer.empty()) out["authorizer"] = r.provenance.authorizer;
  if (!r.provenance.wwsf.empty()) out["wwsf"] = r.provenance.wwsf;
  if (!r.provenance.relay.empty()) out["relay"] = r.provenance.relay;
  if (r.leaving) out["leaving"] = true;
  return out;
}

json to_json(const State::Authentication& a) {
  json out{{"impi", a.impi.text()}};
  if (a.sqn != 0) out["sqn"] = a.sqn;
  if (a.unused_vectors != 0) out["vectors"] = a.unused_vectors;
  for (const auto& impu : a.pending) out["pending"].push_back(impu.text());
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

PrivateIdentity private_identity(const element& from) {
  PrivateIdentity out{Impi::trusted(text_at(from, "impi"))};
  out.scheme = scheme_named(text_at(from, "scheme")).value();
  const std::string policy = text_or_empty(from, "policy");
  if (!policy.empty()) out.policy = policy_named(policy).value();
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

Provenance::Kind provenance_kind(const std::string& name) {
  if (name == "vouched") return Provenance::Kind::vouched;
  return name == "trusted-node" ? Provenance::Kind::trusted_node : Provenance::Kind::direct;
}

Registration registration(const element& from) {
  Registration out{Impi::trusted(text_at(from, "impi")),
                   static_cast<std::uint32_t>(std::uint64_t(from["irs"])),
                   Impu::trusted(text_at(from, "impu")),
                   {}};
  out.provenance.kind = provenance_kind(text_or_empty(from, "by"));
  out.provenance.authorizer = text_or_empty(from, "authorizer");
  out.provenance.wwsf = text_or_empty(from, "wwsf");
  out.provenance.relay = text_or_empty(from, "relay");
  out.provenance.since = Time{std::chrono::seconds{number_or(from, "since", 0)}};
  out.leaving = flag(from, "leaving");
  return out;
}

State::Authentication authentication(const element& from) {
  State::Authentication out{Impi::trusted(text_at(from, "impi")),
                            number_or(from, "sqn", 0),
                            {},
                            static_cast<std::uint32_t>(number_or(from, "vectors", 0))};
  each_in(from, "pending", [&](const element& impu) { out.pending.push_back(Impu::trusted(text(impu))); });
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
  if (state.scscf)
    out["scscf"] = {{"name", state.scscf->name}, {"host", state.scscf->host}, {"realm", state.scscf->realm}};
  for (const auto& r : state.registrations) out["registrations"].push_back(to_json(r));
  if (!state.unregistered.empty()) out["unregistered"] = state.unregistered;
  for (const auto& a : state.authentications) {
    if (a.sqn != 0 || a.unused_vectors != 0 || !a.pending.empty()) out["authentications"].push_back(to_json(a));
  }
  if (state.told != 0) out["told"] = state.told;
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
    if (element scscf; from["scscf"].get(scscf) == simdjson::SUCCESS) {
      out.scscf = Scscf{text_at(scscf, "name"), text_or_empty(scscf, "host"), text_or_empty(scscf, "realm")};
    }
    each_in(from, "registrations", [&](const element& r) { out.registrations.push_back(registration(r)); });
    each_in(from, "unregistered",
            [&](const element& u) { out.unregistered.push_back(static_cast<std::uint32_t>(std::uint64_t(u))); });
    each_in(from, "authentications", [&](const element& a) { out.authentications.push_back(authentication(a)); });
    out.told = number_or(from, "told", 0);
    if (const auto at = number_or(from, "review_at", 0); at != 0)
      out.review_at = Time{std::chrono::seconds{static_cast<std::int64_t>(at)}};
    return out;
  });
}

}  // namespace vouchsafe::store
