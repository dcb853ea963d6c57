#include "domain/state.hpp"

#include <algorithm>

namespace vouchsafe {

std::string_view name_of(Provenance::Kind kind) {
  switch (kind) {
    case Provenance::Kind::direct:
      return "direct";
    case Provenance::Kind::vouched:
      return "vouched";
    case Provenance::Kind::trusted_node:
      return "trusted-node";
  }
  return "";
}

bool State::registered(std::uint32_t irs) const {
  return std::any_of(registrations.begin(), registrations.end(), [&](const auto& r) { return r.irs == irs; });
}

bool State::registered_unregistered_services(std::uint32_t irs) const {
  return std::find(unregistered.begin(), unregistered.end(), irs) != unregistered.end();
}

const Registration* State::find(const Impi& impi, std::uint32_t irs) const {
  const auto found = std::find_if(registrations.begin(), registrations.end(),
                                  [&](const auto& r) { return r.irs == irs && r.impi == impi; });
  return found == registrations.end() ? nullptr : &*found;
}

bool State::pending(const Impi& impi, const Impu& impu) const {
  return std::any_of(authentications.begin(), authentications.end(), [&](const Authentication& a) {
    return a.impi == impi && std::find(a.pending.begin(), a.pending.end(), impu) != a.pending.end();
  });
}

bool State::anything_pending() const {
  return std::any_of(authentications.begin(), authentications.end(), [](const auto& a) { return !a.pending.empty(); });
}

bool State::anything_vouched() const {
  return std::any_of(registrations.begin(), registrations.end(),
                     [](const auto& r) { return r.provenance.kind == Provenance::Kind::vouched; });
}

std::uint32_t State::unused_vectors(const Impi& impi) const {
  const auto found =
      std::find_if(authentications.begin(), authentications.end(), [&](const auto& a) { return a.impi == impi; });
  return found == authentications.end() ? 0 : found->unused_vectors;
}

std::uint64_t State::sqn(const Impi& impi) const {
  const auto found =
      std::find_if(authentications.begin(), authentications.end(), [&](const auto& a) { return a.impi == impi; });
  return found == authentications.end() ? 0 : found->sqn;
}

State::Authentication& State::authentication(const Impi& impi) {
  const auto found =
      std::find_if(authentications.begin(), authentications.end(), [&](const auto& a) { return a.impi == impi; });
  if (found != authentications.end()) return *found;
  return authentications.emplace_back(Authentication{impi, 0, {}, 0});
}

void State::register_set(Registration registration) {
  clear_unregistered(registration.irs);
  for (auto& known : registrations) {
    if (known.irs == registration.irs && known.impi == registration.impi) {
      known = std::move(registration);
      return;
    }
  }
  registrations.push_back(std::move(registration));
}

void State::deregister(const Impi& impi, std::uint32_t irs) {
  std::erase_if(registrations, [&](const auto& r) { return r.irs == irs && r.impi == impi; });
}

void State::set_unregistered(std::uint32_t irs) {
  if (!registered_unregistered_services(irs)) unregistered.push_back(irs);
}

void State::clear_unregistered(std::uint32_t irs) { std::erase(unregistered, irs); }

void State::clear_pending(const Impi& impi, const Impu& impu) {
  for (auto& a : authentications) {
    if (a.impi == impi) std::erase(a.pending, impu);
  }
}

void State::release_scscf_if_idle() {
  if (!registrations.empty() || !unregistered.empty() || anything_pending()) return;
  scscf.reset();
  told = 0;
  review_at.reset();
}

}  // namespace vouchsafe
