#include "fakes.hpp"

#include "domain/wildcard.hpp"

#include <algorithm>
#include <stdexcept>

namespace vouchsafe::testing {

const Subscription* MemoryStore::find_subscription(const ports::Lookup& lookup, ports::View& view) const {
  const Subscription* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& s : subscriptions_) {
    if (lookup.impu == nullptr) {
      if (s.find(*lookup.impi) != nullptr) return &s;
      continue;
    }
    if (s.find(*lookup.impu) != nullptr) {
      view.matched_wildcard.reset();
      return &s;
    }
    const auto* wildcard = s.match_wildcard(*lookup.impu);
    if (wildcard == nullptr) continue;
    const auto length = WildcardedIdentity::parse(wildcard->impu)->prefix().size();
    if (best != nullptr && length <= best_length) continue;
    best = &s;
    best_length = length;
    view.matched_wildcard = wildcard->impu;
  }
  return best;
}

Result<ports::View> MemoryStore::find(const ports::Lookup& lookup) const {
  ports::View view;
  if (lookup.authorizer != nullptr) {
    const auto found = authorizers_.find(lookup.authorizer->text());
    if (found != authorizers_.end()) view.authorizer = found->second;
  }
  const Subscription* subscription = find_subscription(lookup, view);
  if (lookup.impi != nullptr) {
    view.impi_known = std::any_of(subscriptions_.begin(), subscriptions_.end(),
                                  [&](const auto& s) { return s.find(*lookup.impi) != nullptr; });
  }
  if (subscription == nullptr) return view;
  view.impu_known = lookup.impu != nullptr;
  view.subscription = *subscription;
  if (lookup.shared_ifc) view.shared_ifc = shared_;
  if (!lookup.grants) return view;
  const auto add = [&](const Grant& g) { view.grants.push_back({g, authorizers_.at(g.authorizer.text()).state}); };
  if (const auto own = grants_.find(subscription->id); own != grants_.end())
    std::for_each(own->second.begin(), own->second.end(), add);
  for (const auto& pool : pools_) {
    const auto wildcard = WildcardedIdentity::parse(Impu::trusted(pool.subject));
    const auto& impus = subscription->profile.impus;
    if (std::any_of(impus.begin(), impus.end(),
                    [&](const auto& u) { return u.impu.text() == pool.subject || wildcard->matches(u.impu); }))
      add(pool);
  }
  return view;
}

void MemoryStore::submit(std::unique_ptr<ports::Work> work) {
  if (auto change = work->prepare(*this)) {
    for (auto& s : subscriptions_) {
      if (s.id == change->subscription) s.state = change->state;
    }
  }
  work->finish({});
}

void MemoryStore::add(Profile profile, State state, std::vector<Grant> grants) {
  const auto id = static_cast<std::int64_t>(subscriptions_.size()) + 1;
  subscriptions_.push_back({id, 1, std::move(profile), std::move(state)});
  grants_[id] = std::move(grants);
}

void MemoryStore::add_authorizer(const std::string& text, bool token_required) {
  authorizers_.insert_or_assign(text, Authorizer{name(text), Authorizer::State::active, token_required});
}

void MemoryStore::suspend(const std::string& text, bool suspended) {
  authorizers_.at(text).state = suspended ? Authorizer::State::suspended : Authorizer::State::active;
}

void MemoryStore::grant(Grant grant) { grants_[1].push_back(std::move(grant)); }

Result<ports::AkaVector> FakeAuthentication::aka_vector(const PrivateIdentity&, std::uint64_t sqn) const {
  if (broken) return unavailable("the test's key is gone");
  return ports::AkaVector{"rand-autn " + std::to_string(sqn), "xres", "ck", "ik"};
}

Result<std::uint64_t> FakeAuthentication::resynchronized_sqn(const PrivateIdentity&, std::string_view rand_auts) const {
  if (rand_auts != "good") return malformed("MAC-S is wrong");
  return 0x1000;
}

Result<std::string> FakeAuthentication::digest_ha1(const PrivateIdentity&) const { return std::string("ha1"); }

Result<std::string> FakeProfiles::user_data(const ports::View&, const Impi& impi, std::uint32_t irs,
                                            bool shared) const {
  return "<" + impi.text() + " " + std::to_string(irs) + (shared ? " shared" : "") + ">";
}

Result<bool> FakeProfiles::has_unregistered_services(const ports::View&, const PublicIdentity& impu) const {
  return impu.ifc == "unregistered";
}

Impi impi(const std::string& text) { return Impi::parse(text).value(); }
Impu impu(const std::string& text) { return Impu::parse(text).value(); }
AuthorizerName name(const std::string& text) { return AuthorizerName::parse(text).value(); }

Profile alice() {
  Profile p;
  p.impis.push_back({impi("alice@ims.example")});
  p.impus.push_back({impu("sip:alice@ims.example")});
  p.impus.push_back({impu("tel:+15550100")});
  p.visited_networks = {"ims.example"};
  return p;
}

Grant grant_to(const std::string& authorizer, const std::string& impu) {
  Grant g{Grant::Subject::impu, {}, name(authorizer), {}, {}, {}};
  if (!set_subject(g, Grant::Subject::impu, impu)) throw std::runtime_error("the test's IMPU is none");
  return g;
}

}  // namespace vouchsafe::testing
