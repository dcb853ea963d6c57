#pragma once

#include "ports/committer.hpp"
#include "ports/outbox.hpp"
#include "store/sql/lookup.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vouchsafe::testing {

/// What the store holds, in memory: held to the same contract as the real one.
class MemoryStore : public store::LookupReader<>, public ports::Committer, public ports::Outbox {
 public:
  void submit(std::unique_ptr<ports::Work> work) override;
  [[nodiscard]] Result<std::vector<std::string>> hosts() const override;
  [[nodiscard]] Result<std::vector<OutboxEntry>> due(const std::string& host, std::chrono::milliseconds now,
                                                     std::chrono::milliseconds horizon,
                                                     std::size_t limit) const override;
  [[nodiscard]] Result<std::vector<std::int64_t>> to_review(Time now, std::size_t limit) const override;
  [[nodiscard]] Result<std::vector<std::int64_t>> concerned(const std::string& authorizer, std::int64_t after,
                                                            std::size_t limit) const override;
  [[nodiscard]] Result<std::vector<std::int64_t>> monitored(std::int64_t after, std::size_t limit) const override;

  void apply(const ports::Writes& writes);
  void add(Profile profile, State state = {}, std::vector<Grant> grants = {});
  void add_authorizer(const std::string& name, bool token_required = false);
  void put_authorizer(const Authorizer& authorizer) { authorizers_.put(authorizer); }
  void set_tokens(const ports::AuthorizerTokensChange& change);
  void put_key(const AuthorizerName& name, const TokenKey& key);
  void suspend(const std::string& name, bool suspended);
  void hold(const std::string& name);
  void add_pool(Grant grant) { pools_.push_back(std::move(grant)); }
  void revoke_all() { grants_.clear(); }
  void grant(Grant grant);
  void allow(AsPermission permission) { permissions_.push_back(std::move(permission)); }
  [[nodiscard]] const State& state(std::size_t index = 0) const { return subscriptions_.at(index).state; }
  void set_state(const State& state, std::size_t index = 0) { subscriptions_.at(index).state = state; }
  void set_profile(const ports::ProfileChange& change);
  /// Its number is no other one's later.
  void remove(std::int64_t subscription);
  void set_grants(const ports::GrantsChange& change);
  void put_grant(std::int64_t subscription, const Grant& grant);
  void take_grant(std::int64_t subscription, Grant::Subject kind, const std::string& subject,
                  const AuthorizerName& authorizer);
  void take_grants(std::int64_t subscription, const AuthorizerName& authorizer);
  void set_sequence(std::int64_t subscription, std::uint16_t sequence) { sequences_[subscription] = sequence; }
  void remove_authorizer(const AuthorizerName& name);
  void set_permission(const AsPermission& permission);
  /// \param set nothing: there is none of that name any more
  void set_shared(const std::string& name, const std::optional<SharedIfc>& set);
  void take_pool(const std::string& subject, const AuthorizerName& authorizer);
  void set_suspension(const AuthorizerName& name, const Suspension& suspension);
  void end_suspension(const AuthorizerName& name, const SuspensionScope& scope);
  void set_repository(const ports::RepositoryChange& change);
  Profile& profile(std::size_t index = 0) { return subscriptions_.at(index).profile; }

  std::vector<OutboxEntry> entries;  ///< of the outbox
  std::int64_t last_entry = 0;
  std::vector<ports::NotificationSubscription> notifications;

 private:
  [[nodiscard]] Result<ports::DataView> find(const store::Lookup& lookup) const override;
  [[nodiscard]] const Subscription* find_subscription(const store::Lookup& lookup, ports::View& view) const;
  [[nodiscard]] bool is_concerned(const Subscription& subscription, const AuthorizerName& authorizer) const;
  void find_grants(const Subscription& subscription, ports::View& view) const;
  void find_repository(const store::Lookup& lookup, ports::DataView& view) const;
  std::vector<Subscription> subscriptions_;
  std::map<std::int64_t, std::vector<Grant>> grants_;
  std::map<std::int64_t, std::uint16_t> sequences_;
  std::map<std::pair<std::string, std::string>, RepositoryData> repository_;
  std::vector<AsPermission> permissions_;
  std::vector<Grant> pools_;
  Authorizers authorizers_;
  std::vector<SharedIfc> shared_;
};

}  // namespace vouchsafe::testing
