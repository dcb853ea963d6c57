#pragma once

#include "cx/location_info.hpp"
#include "cx/multimedia_auth.hpp"
#include "cx/server_assignment.hpp"
#include "cx/user_authorization.hpp"
#include "delegation/vouching_memory.hpp"
#include "fakes.hpp"

namespace vouchsafe::testing {

inline constexpr const char* scscf = "sip:scscf.ims.example";

/// The procedures on the fakes, with the authorizers waf.example and other.example.
struct CxFixture {
  CxFixture() {
    store.add_authorizer("waf.example");
    store.add_authorizer("other.example");
  }

  FakeClock clock;
  MemoryStore store;
  FakeAuthentication authentication;
  FakeProfiles profiles;
  RecordingDecisions decisions;
  cx::LiveSettings settings{configured()};
  delegation::VouchingMemory memory{clock, std::chrono::seconds{32}, 1000};
  FakeTokens tokens;
  FakeThrottles throttles;
  cx::CxContext context{memory,   authentication, profiles,  clock,
                        settings, tokens,         throttles, supported_features(32473)};

  /// Settings in which a client's name says what it is.
  static cx::Settings configured() {
    cx::Settings out;
    for (const char* ep : {"epcscf.ims.example", "only.ims.example"})
      out.policy.clients.push_back({ep, {Role::ep_cscf}, std::string_view(ep).starts_with("only")});
    out.policy.clients.push_back({"scscf.ims.example", {Role::s_cscf}});
    return out;
  }

  /// A client whose name says what it is, with a Session-Id of its own.
  static cx::CxCommon common(const std::string& waf = {}, const std::string& host = "epcscf.ims.example") {
    static int sessions = 0;
    cx::CxCommon c{{host, host, "ims.example", {}}, {}, {}, "session " + std::to_string(++sessions)};
    if (host.starts_with("epcscf") || host.starts_with("only")) c.speaker.roles.add(Role::ep_cscf);
    if (host.starts_with("scscf")) c.speaker.roles.add(Role::s_cscf);
    c.speaker.vouching_only = host.starts_with("only");
    if (!waf.empty()) c.vouching = Vouching{name(waf), std::nullopt, {}};
    return c;
  }
  static cx::UaRequest ua(const std::string& waf = {}, const std::string& i = "alice@ims.example",
                          const std::string& u = "sip:alice@ims.example") {
    return {common(waf), impi(i), impu(u), "ims.example", cx::UserAuthorizationType::registration, false};
  }
  static cx::MaRequest ma(const std::string& i = "alice@ims.example", const std::string& u = "sip:alice@ims.example") {
    return {common({}, "scscf.ims.example"), impi(i), impu(u), "Digest-AKAv1-MD5", {}, 1, scscf};
  }
  static cx::SaRequest sa(cx::ServerAssignmentType type, const std::string& i = "alice@ims.example",
                          const std::string& u = "sip:alice@ims.example") {
    cx::SaRequest r{common({}, "scscf.ims.example")};
    r.server_name = scscf;
    if (!i.empty()) r.impi = impi(i);
    if (!u.empty()) r.impus = {impu(u)};
    r.type = type;
    return r;
  }

  cx::UaAnswer ask(const cx::UaRequest& r) { return end("UAR", cx::user_authorization(r, store, context)); }
  cx::LiAnswer ask(const cx::LiRequest& r) { return end("LIR", cx::location_info(r, store, context)); }
  cx::MaAnswer ask(const cx::MaRequest& r) { return end("MAR", cx::multimedia_auth(r, store, context)); }
  cx::SaAnswer ask(const cx::SaRequest& r) { return end("SAR", cx::server_assignment(r, store, context)); }

  /// Commits an outcome, and ends it as the server does.
  template <class Answer>
  Answer end(std::string_view command, ports::Outcome<Answer> outcome) {
    store.apply(outcome.writes);
    ports::settle(outcome, memory);
    for (const auto& event : outcome.events)
      decisions.publish(event, {command, {}, {}, {}, outcome.answer.verdict.code});
    return outcome.answer;
  }
};

}  // namespace vouchsafe::testing

namespace vouchsafe {
inline std::ostream& operator<<(std::ostream& out, const ResultCode& code) {
  return out << (code.experimental ? "3GPP " : "") << code.code;
}
inline std::ostream& operator<<(std::ostream& out, Reason reason) { return out << name_of(reason); }
}  // namespace vouchsafe
