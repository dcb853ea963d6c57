#include "fakes.hpp"

#include <stdexcept>

namespace vouchsafe::testing {

Result<ports::AkaVector> FakeAuthentication::aka_vector(const PrivateIdentity&, std::uint64_t sqn) const {
  if (broken) return unavailable("the test's key is gone");
  return ports::AkaVector{"rand-autn " + std::to_string(sqn), "xres", "ck", "ik"};
}

Result<std::uint64_t> FakeAuthentication::resynchronized_sqn(const PrivateIdentity&, std::string_view rand_auts) const {
  if (rand_auts != "good") return malformed("MAC-S is wrong");
  return 0x1000;
}

Result<std::string> FakeAuthentication::digest_ha1(const PrivateIdentity&) const { return std::string("ha1"); }

Result<std::string> FakeProfiles::user_data(const ports::ServedView&, const Impi& impi, std::uint32_t irs,
                                            bool shared) const {
  return "<" + impi.text() + " " + std::to_string(irs) + (shared ? " shared" : "") + ">";
}

Result<bool> FakeProfiles::has_unregistered_services(const ports::ServedView&, const PublicIdentity& impu) const {
  return impu.ifc == "unregistered";
}

Result<void> remember(ports::Vouchings& vouchings, const Impi& impi, const Impu& impu,
                      ports::RememberedVouching vouching) {
  return vouchings.apply({ports::VouchingRemembered{impi, impu, std::move(vouching)}});
}

void forget(ports::Vouchings& vouchings, const Impi& impi) { (void)vouchings.apply({ports::VouchingForgotten{impi}}); }

Impi impi(const std::string& text) { return Impi::parse(text).value(); }
Impu impu(const std::string& text) { return Impu::parse(text).value(); }
AuthorizerName name(const std::string& text) { return AuthorizerName::parse(text).value(); }
Suspension suspension() { return {Suspension::Effect::deregisters, {}, {}, {}, "a breach"}; }
Suspension held() { return {Suspension::Effect::holds, {}, {}, {}, "a suspicion"}; }

Profile alice() {
  Profile p;
  p.impis.push_back({impi("alice@ims.example")});
  p.impis.back().way = WayToRegister::direct_or_delegated;
  p.impus.push_back({impu("sip:alice@ims.example")});
  p.impus.push_back({impu("tel:+15550100")});
  p.visited_networks = {"ims.example"};
  return p;
}

Profile subscriber(const std::string& user) {
  Profile p = alice();
  p.impis.front().impi = impi(user + "@ims.example");
  p.impus = {{impu("sip:" + user + "@ims.example")}};
  return p;
}

Grant grant_to(const std::string& authorizer, const std::string& impu) {
  Grant g{Grant::Subject::impu, {}, name(authorizer), {}, {}, {}};
  if (!set_subject(g, Grant::Subject::impu, impu)) throw std::runtime_error("the test's IMPU is none");
  return g;
}

Grant grant_of_impi(const std::string& authorizer, const std::string& impi) {
  Grant g{Grant::Subject::impi, {}, name(authorizer), {}, {}, {}};
  if (!set_subject(g, Grant::Subject::impi, impi)) throw std::runtime_error("the test's IMPI is none");
  return g;
}

Registration registration(const std::string& i, const std::string& u, const Ground& ground, const Scscf& scscf,
                          Time since) {
  return {impi(i), 1, impu(u), {Basis{ground, since, {}}}, scscf, false};
}

Vouched vouched_by(const std::string& authorizer, const std::string& u) {
  return {name(authorizer), std::nullopt, "epcscf.ims.example", impu(u), ClientsWord{}};
}

}  // namespace vouchsafe::testing
