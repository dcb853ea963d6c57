#include "memory_store.hpp"

#include "domain/text.hpp"
#include "domain/wildcard.hpp"
#include "fakes.hpp"
#include "ports/notification.hpp"
#include "ports/state_writes.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <tuple>

namespace vouchsafe::testing {

const Subscription* MemoryStore::find_subscription(const store::Lookup& lookup, ports::View& view) const {
  const Subscription* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& s : subscriptions_) {
    if (lookup.subscription != 0) {
      if (s.id == lookup.subscription) return &s;
      continue;
    }
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

Result<ports::DataView> MemoryStore::find(const store::Lookup& lookup) const {
  ports::DataView view;
  if (lookup.grants) view.authorizers = std::make_shared<const Authorizers>(authorizers_);
  if (lookup.application_server != nullptr) {
    for (const auto& p : permissions_) {
      if (host_matches(p.host, *lookup.application_server)) view.permissions.push_back(p);
    }
  }
  const Subscription* subscription = find_subscription(lookup, view);
  if (lookup.impi != nullptr) {
    view.impi_known = std::any_of(subscriptions_.begin(), subscriptions_.end(),
                                  [&](const auto& s) { return s.find(*lookup.impi) != nullptr; });
  }
  if (subscription == nullptr) return view;
  view.impu_known = lookup.impu != nullptr;
  view.subscription = *subscription;
  for (const auto& n : notifications) {
    if (n.subscription == subscription->id) view.watched |= ports::watch_bit(n.reference);
  }
  if (const auto n = sequences_.find(subscription->id); n != sequences_.end()) view.grants_sequence = n->second;
  if (lookup.services != nullptr && lookup.impu != nullptr) find_repository(lookup, view);
  if (lookup.shared_ifc) view.shared_ifc = shared_;
  if (!lookup.grants) return view;
  find_grants(*subscription, view);
  return view;
}

void MemoryStore::find_grants(const Subscription& subscription, ports::View& view) const {
  if (const auto own = grants_.find(subscription.id); own != grants_.end()) {
    for (const auto& grant : own->second) view.grants.push_back({grant});
  }
  for (const auto& pool : pools_) {
    const auto wildcard = WildcardedIdentity::parse(Impu::trusted(pool.subject));
    const auto& impus = subscription.profile.impus;
    if (std::any_of(impus.begin(), impus.end(),
                    [&](const auto& u) { return u.impu.text() == pool.subject || wildcard->matches(u.impu); }))
      view.grants.push_back({pool, true});
  }
}

void MemoryStore::find_repository(const store::Lookup& lookup, ports::DataView& view) const {
  const Impu& impu = view.matched_wildcard ? *view.matched_wildcard : *lookup.impu;
  for (const auto& service : *lookup.services) {
    const auto found = repository_.find({impu.text(), service});
    if (found != repository_.end()) view.repository.push_back(found->second);
  }
}

namespace {

/// Applies writes to the members of a MemoryStore.
struct Applier {
  MemoryStore& store;
  void operator()(const ports::StateChange& c) const {
    store.set_state(c.state, static_cast<std::size_t>(c.subscription - 1));
  }
  void operator()(const ports::ProfileChange& c) const { store.set_profile(c); }
  void operator()(const ports::IdentitiesChange&) const {}  // the profile that follows has them
  void operator()(const ports::SubscriptionRemoved& c) const { store.remove(c.subscription); }
  void operator()(const ports::SealedBy&) const {}  // nothing here is sealed
  void operator()(const ports::GrantAddition& c) const {
    (*this)(ports::GrantRemoval{c.subscription, c.grant.kind, c.grant.subject, c.grant.authorizer, c.sequence});
    store.put_grant(c.subscription, c.grant);
  }
  void operator()(const ports::GrantRemoval& c) const {
    store.take_grant(c.subscription, c.kind, c.subject, c.authorizer);
    store.set_sequence(c.subscription, c.sequence);
  }
  void operator()(const ports::GrantsRemoval& c) const {
    store.take_grants(c.subscription, c.authorizer);
    store.set_sequence(c.subscription, c.sequence);
  }
  void operator()(const ports::PoolAddition& c) const {
    store.take_pool(c.grant.subject, c.grant.authorizer);
    store.add_pool(c.grant);
  }
  void operator()(const ports::PoolRemoval& c) const { store.take_pool(c.subject, c.authorizer); }
  void operator()(const ports::AuthorizerAddition& c) const { store.put_authorizer(c.authorizer); }
  void operator()(const ports::SuspensionChange& c) const { store.set_suspension(c.name, c.suspension); }
  void operator()(const ports::SuspensionEnd& c) const { store.end_suspension(c.name, c.scope); }
  void operator()(const ports::AuthorizerTokensChange& c) const { store.set_tokens(c); }
  void operator()(const ports::AuthorizerKeyChange& c) const { store.put_key(c.name, c.key); }
  void operator()(const ports::AuthorizerRemoval& c) const { store.remove_authorizer(c.name); }
  void operator()(const ports::PermissionChange& c) const { store.set_permission(c.permission); }
  void operator()(const ports::SharedSetChange& c) const { store.set_shared(c.set.name, c.set); }
  void operator()(const ports::SharedSetRemoval& c) const { store.set_shared(c.name, std::nullopt); }
  void operator()(const ports::GrantsChange& c) const { store.set_grants(c); }
  void operator()(const ports::RepositoryChange& c) const { store.set_repository(c); }
  void operator()(const ports::NotificationSubscription& c) const {
    (*this)(ports::NotificationUnsubscription{c.subscription, c.host, c.impu, c.reference, c.service_indication});
    store.notifications.push_back(c);
  }
  void operator()(const ports::NotificationUnsubscription& c) const {
    std::erase_if(store.notifications, [&](const auto& n) {
      return n.subscription == c.subscription && n.host == c.host && n.impu == c.impu && n.reference == c.reference &&
             n.service_indication == c.service_indication;
    });
  }
  void operator()(const ports::DataChanged& c) const {
    const auto hears = [&](const ports::NotificationSubscription& n) {
      return n.subscription == c.subscription && ports::hears_of(n, c);
    };
    for (const auto& n : store.notifications) {
      if (hears(n)) (*this)(ports::OutboxAddition{ports::notification_of(n, c)});
    }
    std::erase_if(store.notifications, [&](const auto& n) { return n.one_time && hears(n); });
  }
  void operator()(const ports::OutboxAddition& c) const {
    store.entries.push_back(c.entry);
    store.entries.back().id = ++store.last_entry;
  }
  void operator()(const ports::OutboxRemoval& c) const {
    std::erase_if(store.entries, [&](const OutboxEntry& e) { return e.id == c.id; });
  }
  void operator()(const ports::OutboxChange& c) const {
    for (auto& e : store.entries) {
      if (e.id == c.entry.id) e = c.entry;
    }
  }
};

}  // namespace

void MemoryStore::apply(const ports::Writes& writes) {
  for (const auto& write : writes) std::visit(Applier{*this}, write);
}

void MemoryStore::submit(std::unique_ptr<ports::Work> work) {
  apply(work->prepare(*this));
  work->finish({});
}

void MemoryStore::set_profile(const ports::ProfileChange& change) {
  subscriptions_.at(static_cast<std::size_t>(change.subscription - 1)).profile = change.profile;
}

void MemoryStore::remove(std::int64_t subscription) {
  auto& gone = subscriptions_.at(static_cast<std::size_t>(subscription - 1));
  gone.profile = {};
  gone.state = {};
  grants_.erase(subscription);
}

void MemoryStore::put_grant(std::int64_t subscription, const Grant& grant) { grants_[subscription].push_back(grant); }

void MemoryStore::take_grant(std::int64_t subscription, Grant::Subject kind, const std::string& subject,
                             const AuthorizerName& authorizer) {
  std::erase_if(grants_[subscription],
                [&](const Grant& g) { return g.kind == kind && g.subject == subject && g.authorizer == authorizer; });
}

void MemoryStore::take_grants(std::int64_t subscription, const AuthorizerName& authorizer) {
  std::erase_if(grants_[subscription], [&](const Grant& g) { return g.authorizer == authorizer; });
}

void MemoryStore::remove_authorizer(const AuthorizerName& name) {
  Authorizers left;
  for (const auto& [text, authorizer] : authorizers_.by_name()) {
    if (text != name.text()) left.put(authorizer);
  }
  authorizers_ = std::move(left);
  for (auto& [subscription, grants] : grants_)
    std::erase_if(grants, [&](const Grant& g) { return g.authorizer == name; });
  std::erase_if(pools_, [&](const Grant& g) { return g.authorizer == name; });
}

void MemoryStore::set_permission(const AsPermission& permission) {
  std::erase_if(permissions_, [&](const AsPermission& p) {
    return p.host == permission.host && p.reference == permission.reference &&
           p.service_indication == permission.service_indication;
  });
  if (!permission.operations.empty()) permissions_.push_back(permission);
}

void MemoryStore::set_shared(const std::string& name, const std::optional<SharedIfc>& set) {
  std::erase_if(shared_, [&](const SharedIfc& s) { return s.name == name; });
  if (set) shared_.push_back(*set);
}

void MemoryStore::take_pool(const std::string& subject, const AuthorizerName& authorizer) {
  std::erase_if(pools_, [&](const Grant& g) { return g.subject == subject && g.authorizer == authorizer; });
}

void MemoryStore::set_tokens(const ports::AuthorizerTokensChange& change) {
  Authorizer changed = *authorizers_.find(change.name);
  TokenRules rules = change.rules;
  rules.keys = changed.token_rules().keys;
  changed.token_required = change.token_required;
  changed.tokens = std::make_shared<const TokenRules>(std::move(rules));
  authorizers_.put(std::move(changed));
}

void MemoryStore::put_key(const AuthorizerName& name, const TokenKey& key) {
  Authorizer changed = *authorizers_.find(name);
  TokenRules rules = changed.token_rules();
  std::erase_if(rules.keys, [&](const TokenKey& known) { return known.kid == key.kid; });
  rules.keys.push_back(key);
  std::sort(rules.keys.begin(), rules.keys.end(),
            [](const auto& a, const auto& b) { return std::tie(a.added, a.kid) < std::tie(b.added, b.kid); });
  changed.tokens = std::make_shared<const TokenRules>(std::move(rules));
  authorizers_.put(std::move(changed));
}

void MemoryStore::set_suspension(const AuthorizerName& name, const Suspension& suspension) {
  end_suspension(name, suspension.scope);
  Authorizer changed = *authorizers_.find(name);
  auto& all = changed.suspensions;
  all.push_back(suspension);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.scope < b.scope; });
  authorizers_.put(std::move(changed));
}

void MemoryStore::end_suspension(const AuthorizerName& name, const SuspensionScope& scope) {
  Authorizer changed = *authorizers_.find(name);
  std::erase_if(changed.suspensions, [&](const Suspension& s) { return s.scope == scope; });
  authorizers_.put(std::move(changed));
}

void MemoryStore::set_grants(const ports::GrantsChange& change) {
  auto& grants = grants_[change.subscription];
  std::erase_if(grants,
                [&](const Grant& g) { return g.subject == change.impu.text() || g.kind == Grant::Subject::impi; });
  grants.insert(grants.end(), change.grants.begin(), change.grants.end());
  sequences_[change.subscription] = change.sequence;
}

void MemoryStore::set_repository(const ports::RepositoryChange& change) {
  const std::pair key{change.impu.text(), change.service_indication};
  if (change.data) {
    repository_.insert_or_assign(key, *change.data);
  } else {
    repository_.erase(key);
  }
}

Result<std::vector<std::string>> MemoryStore::hosts() const {
  std::set<std::string> out;
  for (const auto& e : entries) {
    if (!e.given_up) out.insert(e.host);
  }
  return std::vector<std::string>(out.begin(), out.end());
}

Result<std::vector<OutboxEntry>> MemoryStore::due(const std::string& host, std::chrono::milliseconds now,
                                                  std::chrono::milliseconds horizon, std::size_t limit) const {
  std::vector<OutboxEntry> out;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(out), [&](const OutboxEntry& e) {
    return !e.given_up && e.host == host && (e.due <= now || e.due > now + horizon);
  });
  // What is due later than anything can be comes last.
  std::stable_sort(out.begin(), out.end(), [&](const OutboxEntry& a, const OutboxEntry& b) { return a.due < b.due; });
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(std::min(limit, out.size())), out.end());
  return out;
}

namespace {

/// \return the numbers of the subscriptions that are wanted, at most `limit`
template <class Wanted>
std::vector<std::int64_t> numbers(const std::vector<Subscription>& subscriptions, std::size_t limit, Wanted wanted) {
  std::vector<std::int64_t> out;
  for (const auto& s : subscriptions) {
    if (out.size() < limit && wanted(s)) out.push_back(s.id);
  }
  return out;
}

}  // namespace

Result<std::vector<std::int64_t>> MemoryStore::to_review(Time now, std::size_t limit) const {
  std::vector<Subscription> by_time = subscriptions_;
  std::stable_sort(by_time.begin(), by_time.end(),
                   [](const auto& a, const auto& b) { return a.state.review_at < b.state.review_at; });
  return numbers(by_time, limit, [&](const auto& s) { return s.state.review_at && *s.state.review_at <= now; });
}

Result<std::vector<std::int64_t>> MemoryStore::concerned(const std::string& authorizer, std::int64_t after,
                                                         std::size_t limit) const {
  return numbers(subscriptions_, limit, [&](const auto& s) {
    return s.id > after && s.state.scscf && (authorizer.empty() || is_concerned(s, name(authorizer)));
  });
}

bool MemoryStore::is_concerned(const Subscription& subscription, const AuthorizerName& authorizer) const {
  const auto& registrations = subscription.state.registrations;
  const auto granted = grants_.find(subscription.id);
  return subscription.state.announced_names != 0 ||
         std::any_of(registrations.begin(), registrations.end(),
                     [&](const Registration& r) { return r.vouched_by(authorizer) != nullptr; }) ||
         (granted != grants_.end() && std::any_of(granted->second.begin(), granted->second.end(),
                                                  [&](const Grant& g) { return g.authorizer == authorizer; }));
}

Result<std::vector<std::int64_t>> MemoryStore::monitored(std::int64_t after, std::size_t limit) const {
  return numbers(subscriptions_, limit, [&](const auto& s) { return s.id > after && s.state.anything_monitored(); });
}

void MemoryStore::add(Profile profile, State state, std::vector<Grant> grants) {
  const auto id = static_cast<std::int64_t>(subscriptions_.size()) + 1;
  subscriptions_.push_back({id, 1, std::move(profile), std::move(state)});
  grants_[id] = std::move(grants);
}

void MemoryStore::add_authorizer(const std::string& text, bool token_required) {
  authorizers_.put({name(text), {}, token_required});
}

void MemoryStore::suspend(const std::string& text, bool suspended) {
  if (suspended) return set_suspension(name(text), suspension());
  end_suspension(name(text), {});
}

void MemoryStore::hold(const std::string& text) { set_suspension(name(text), held()); }

void MemoryStore::grant(Grant grant) { grants_[1].push_back(std::move(grant)); }

}  // namespace vouchsafe::testing
