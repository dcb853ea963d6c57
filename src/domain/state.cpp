#include "domain/state.hpp"

#include "domain/text.hpp"

#include <algorithm>

namespace vouchsafe {
namespace {

constexpr std::size_t most_challenges = 16;  ///< of one IMPI: bounds the row; the oldest makes room

/// One that ends later than any can was given out before the clock was set back: it is over.
bool is_live(const State::Challenge& challenge, Time now) {
  constexpr std::chrono::hours longest{1};
  return challenge.vectors > 0 && now < challenge.until && challenge.until - now <= longest;
}

}  // namespace

std::string_view name_of(const Ground& ground) {
  if (std::holds_alternative<Direct>(ground)) return "direct";
  return std::holds_alternative<Vouched>(ground) ? "vouched" : "trusted-node";
}

bool Scscf::is(std::string_view server_name, std::string_view origin_host) const {
  return name == server_name && same_host(host, origin_host);
}

bool Registration::is_direct() const {
  return std::any_of(bases.begin(), bases.end(),
                     [](const Basis& b) { return std::holds_alternative<Direct>(b.ground); });
}

bool Registration::is_vouched() const {
  return std::any_of(bases.begin(), bases.end(),
                     [](const Basis& b) { return std::holds_alternative<Vouched>(b.ground); });
}

bool Registration::is_monitored() const {
  return std::any_of(bases.begin(), bases.end(), [](const Basis& b) { return !b.monitored.empty(); });
}

const Vouched* Registration::vouched_by(const AuthorizerName& authorizer) const {
  for (const auto& basis : bases) {
    const auto* vouched = std::get_if<Vouched>(&basis.ground);
    if (vouched != nullptr && vouched->authorizer == authorizer) return vouched;
  }
  return nullptr;
}

bool Vouched::is_like(const Vouched& other) const {
  return authorizer == other.authorizer && wwsf == other.wwsf && client == other.client && impu == other.impu;
}

bool Registration::is_renewed(const Vouched& vouched) const {
  const auto* mine = std::get_if<VerifiedToken>(&vouched.evidence);
  return std::any_of(bases.begin(), bases.end(), [&](const Basis& basis) {
    const auto* other = std::get_if<Vouched>(&basis.ground);
    if (other == nullptr || !other->is_like(vouched)) return false;
    const auto* token = std::get_if<VerifiedToken>(&other->evidence);
    return token != nullptr && (mine == nullptr || token->until > mine->until);
  });
}

void Registration::add(Basis basis) {
  const auto* fresh = std::get_if<Vouched>(&basis.ground);
  for (auto& known : bases) {
    if (auto* vouched = std::get_if<Vouched>(&known.ground); vouched != nullptr && fresh != nullptr) {
      const auto* before = std::get_if<VerifiedToken>(&vouched->evidence);
      const auto* now = std::get_if<VerifiedToken>(&fresh->evidence);
      if (vouched->is_like(*fresh) && before != nullptr && now != nullptr && before->kid == now->kid &&
          known.monitored == basis.monitored) {
        vouched->evidence = *now;
        return;
      }
    }
    if (known.ground != basis.ground) continue;
    if (known.monitored != basis.monitored) known = std::move(basis);
    return;
  }
  bases.push_back(std::move(basis));
}

bool State::registered(std::uint32_t irs) const {
  return std::any_of(registrations.begin(), registrations.end(), [&](const auto& r) {
    const bool here = !scscf || r.scscf.is(scscf->name, scscf->host);
    return r.irs == irs && (here || !r.leaving);
  });
}

bool State::registered_unregistered_services(std::uint32_t irs) const {
  return std::find(unregistered.begin(), unregistered.end(), irs) != unregistered.end();
}

const Registration* State::find(const Impi& impi, std::uint32_t irs) const {
  const auto found = std::find_if(registrations.begin(), registrations.end(),
                                  [&](const auto& r) { return r.irs == irs && r.impi == impi; });
  return found == registrations.end() ? nullptr : &*found;
}

bool State::anything_vouched() const {
  return std::any_of(registrations.begin(), registrations.end(), [](const auto& r) { return r.is_vouched(); });
}

bool State::anything_monitored() const {
  return std::any_of(registrations.begin(), registrations.end(), [](const auto& r) { return r.is_monitored(); });
}

std::uint64_t State::sqn(const Impi& impi) const {
  const auto found =
      std::find_if(authentications.begin(), authentications.end(), [&](const auto& a) { return a.impi == impi; });
  return found == authentications.end() ? 0 : found->sqn;
}

const State::Challenge* State::challenge(const Impi& impi, const Impu& impu, std::uint32_t irs, const Scscf& by,
                                         Time now) const {
  for (const auto& a : authentications) {
    if (a.impi != impi) continue;
    for (const auto& c : a.challenges) {
      if (c.impu == impu && c.irs == irs && c.scscf.is(by.name, by.host) && is_live(c, now)) return &c;
    }
  }
  return nullptr;
}

bool State::challenged(const Impu& impu, Time now) const {
  return std::any_of(authentications.begin(), authentications.end(), [&](const auto& a) {
    return std::any_of(a.challenges.begin(), a.challenges.end(),
                       [&](const Challenge& c) { return c.impu == impu && is_live(c, now); });
  });
}

const Scscf* State::challenging(Time now) const {
  const Challenge* latest = nullptr;
  for (const auto& a : authentications) {
    for (const auto& c : a.challenges) {
      if (is_live(c, now) && (latest == nullptr || c.until >= latest->until)) latest = &c;
    }
  }
  return latest == nullptr ? nullptr : &latest->scscf;
}

const Scscf* State::stored(Time now) const {
  if (const Scscf* challenging_one = challenging(now)) return challenging_one;
  return scscf ? &*scscf : nullptr;
}

State::Authentication& State::authentication(const Impi& impi) {
  const auto found =
      std::find_if(authentications.begin(), authentications.end(), [&](const auto& a) { return a.impi == impi; });
  if (found != authentications.end()) return *found;
  return authentications.emplace_back(Authentication{impi, 0, {}});
}

void State::add_challenge(const Impi& impi, Challenge challenge, Time now) {
  auto& all = authentication(impi).challenges;
  std::erase_if(all, [&](const Challenge& c) {
    return !is_live(c, now) || (c.impu == challenge.impu && c.scscf.is(challenge.scscf.name, challenge.scscf.host));
  });
  if (all.size() >= most_challenges) all.erase(all.begin());
  all.push_back(std::move(challenge));
}

void State::use_challenge(const Impi& impi, const Impu& impu, const Scscf& by) {
  for (auto& a : authentications) {
    if (a.impi != impi) continue;
    for (auto& c : a.challenges) {
      if (c.impu == impu && c.scscf.is(by.name, by.host) && c.vectors > 0) --c.vectors;
    }
    std::erase_if(a.challenges, [](const Challenge& c) { return c.vectors == 0; });
  }
}

void State::end_challenges(const Impi& impi, const Impu& impu, const Scscf& by) {
  for (auto& a : authentications) {
    if (a.impi != impi) continue;
    std::erase_if(a.challenges, [&](const Challenge& c) { return c.impu == impu && c.scscf.is(by.name, by.host); });
  }
}

void State::end_challenges(const Impi& impi, std::uint32_t irs, const Scscf* at) {
  for (auto& a : authentications) {
    if (a.impi != impi) continue;
    std::erase_if(a.challenges, [&](const Challenge& c) {
      return c.irs == irs && (at == nullptr || c.scscf.is(at->name, at->host));
    });
  }
}

void State::end_challenges(std::uint32_t irs) {
  for (auto& a : authentications) std::erase_if(a.challenges, [&](const Challenge& c) { return c.irs == irs; });
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

void State::release_scscf_if_idle() {
  if (!registrations.empty() || !unregistered.empty()) return;
  scscf.reset();
  announced_names = 0;
  review_at.reset();
}

}  // namespace vouchsafe
