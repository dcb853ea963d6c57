#include "store/sql/provisioning.hpp"

#include "domain/wildcard.hpp"
#include "store/sql/document.hpp"
#include "store/sql/notifications.hpp"
#include "store/sql/sealing_keys.hpp"
#include "store/sql/sql_grants.hpp"
#include "store/sql/wildcard_ends.hpp"
#include "store/sqlite/sql_error.hpp"
#include "store/sqlite/with_connection.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace vouchsafe::store {
namespace {

/// The prepared inserts of a batch, with the variables that they are bound to.
class Inserter {
 public:
  /// \param most how many are added at most: so many numbers are taken
  Inserter(soci::session& sql, std::size_t most)
      : sql_(sql),
        subscription_((sql.prepare << "INSERT INTO subscription (id, version, profile) VALUES (:id, 1, :profile)",
                       soci::use(id_), soci::use(text_))),
        add_state_((sql.prepare << "INSERT INTO state (subscription_id, state) VALUES (:id, :state)", soci::use(id_),
                    soci::use(state_))),
        impi_((sql.prepare << "INSERT INTO impi (impi, subscription_id) VALUES (:impi, :id)", soci::use(text_),
               soci::use(id_))),
        impu_((sql.prepare << "INSERT INTO impu (impu, subscription_id) VALUES (:impu, :id)", soci::use(text_),
               soci::use(id_))),
        wildcard_((sql.prepare << "INSERT INTO wildcard (impu, prefix, ending) VALUES (:impu, :prefix, :ending)",
                   soci::use(text_), soci::use(prefix_), soci::use(ending_))),
        grant_((sql.prepare
                    << "INSERT INTO grants (subscription_id, authorizer_id, kind, subject, not_before, not_after, wwsf)"
                       " VALUES (:id, :authorizer, :kind, :subject, :nb, :na, :wwsf)",
                soci::use(id_), soci::use(authorizer_), soci::use(columns_.kind), soci::use(text_),
                soci::use(columns_.not_before, columns_.not_before_null),
                soci::use(columns_.not_after, columns_.not_after_null), soci::use(columns_.wwsf, columns_.wwsf_null))) {
    const auto taken = static_cast<long long>(most);
    sql << "UPDATE counter SET next = next + :n WHERE name = 'subscription'", soci::use(taken);
    sql << "SELECT next - :n - 1 FROM counter WHERE name = 'subscription'", soci::into(id_), soci::use(taken);
    read_authorizers();
  }

  std::optional<std::string> add(const NewSubscription& subscription) {
    for (const auto& grant : subscription.grants) {
      if (authorizers_.contains(grant.authorizer.text())) continue;
      return "authorizer " + grant.authorizer.text() + " is not in the registry; vouchctl authorizer add " +
             grant.authorizer.text();
    }
    ++id_;
    text_ = to_document(subscription.profile);
    state_ = to_document(subscription.state);
    subscription_.execute(true);
    if (!state_.empty()) add_state_.execute(true);
    std::string at;
    try {
      add_identities(subscription.profile, at);
      add_grants(subscription.grants, at);
      return std::nullopt;
    } catch (const soci::soci_error& e) {
      if (!breaks_constraint(e)) throw;
      sql_ << "DELETE FROM subscription WHERE id = :id", soci::use(id_);
      return at + " is there already";
    }
  }

 private:
  void read_authorizers() {
    soci::rowset<soci::row> rows = (sql_.prepare << "SELECT name, id FROM authorizer");
    for (const auto& row : rows) authorizers_[row.get<std::string>(0)] = row.get<int>(1);
  }

  void add_identities(const Profile& profile, std::string& at) {
    for (const auto& i : profile.impis) {
      at = text_ = i.impi.text();
      impi_.execute(true);
    }
    for (const auto& u : profile.impus) {
      at = text_ = u.impu.text();
      impu_.execute(true);
      if (u.kind == PublicIdentity::Kind::distinct) continue;
      prefix_ = prefix_of(text_);
      ending_ = ending_of(text_);
      wildcard_.execute(true);
    }
  }

  void add_grants(const std::vector<Grant>& grants, std::string& at) {
    for (const auto& g : grants) {
      at = "the grant to " + g.authorizer.text() + " for " + g.subject;
      authorizer_ = authorizers_.at(g.authorizer.text());
      text_ = g.subject;
      columns_ = GrantColumns(g);
      grant_.execute(true);
    }
  }

  soci::session& sql_;
  std::map<std::string, int, std::less<>> authorizers_;
  long long id_ = 0;
  std::string text_;
  std::string state_;
  std::string prefix_;
  std::string ending_;
  int authorizer_ = 0;
  GrantColumns columns_;
  soci::statement subscription_;
  soci::statement add_state_;
  soci::statement impi_;
  soci::statement impu_;
  soci::statement wildcard_;
  soci::statement grant_;
};

bool has_secret(const Profile& profile) {
  return std::any_of(profile.impis.begin(), profile.impis.end(), [](const auto& i) { return !i.sealed.empty(); });
}

std::vector<Grant> grants_of(Connection& connection, long long subscription) {
  std::vector<Grant> out;
  FindStatements::GrantRow row;
  soci::statement st =
      (connection.sql().prepare << "SELECT kind, subject, authorizer_id, not_before, not_after, wwsf FROM grants"
                                   " WHERE subscription_id = :id",
       soci::into(row.kind), soci::into(row.subject), soci::into(row.authorizer),
       soci::into(row.not_before, row.not_before_null), soci::into(row.not_after, row.not_after_null),
       soci::into(row.wwsf, row.wwsf_null), soci::use(subscription));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    if (const Authorizer* authorizer = connection.registry().by_id(row.authorizer))
      out.push_back(to_grant(row, *authorizer).grant);
  }
  return out;
}

struct SubscriptionRow {
  long long id = 0;
  long long version = 0;
  std::string profile;
  std::string state;
  soci::indicator state_null = soci::i_null;
  [[nodiscard]] Result<Subscription> read() const {
    auto p = profile_from_document(profile);
    if (!p) return tl::unexpected<Error>(p.error());
    auto s = state_from_document(state_null == soci::i_null ? std::string_view{} : std::string_view(state));
    if (!s) return tl::unexpected<Error>(s.error());
    return Subscription{id, static_cast<std::uint64_t>(version), std::move(*p), std::move(*s)};
  }
};

Result<void> visit_rows(Connection& connection, const std::string& query, const std::string& parameter,
                        const SubscriptionLister::Visit& visit) {
  soci::session& sql = connection.sql();
  connection.renew_registry();
  SubscriptionRow row;
  soci::statement st = parameter.empty()
                           ? (sql.prepare << query, soci::into(row.id), soci::into(row.version),
                              soci::into(row.profile), soci::into(row.state, row.state_null))
                           : (sql.prepare << query, soci::into(row.id), soci::into(row.version),
                              soci::into(row.profile), soci::into(row.state, row.state_null), soci::use(parameter));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    const auto subscription = row.read();
    if (!subscription) return tl::unexpected<Error>(subscription.error());
    visit(*subscription, grants_of(connection, row.id));
  }
  return {};
}

}  // namespace

Result<std::vector<std::optional<std::string>>> SubscriptionWriter::add(std::span<const NewSubscription> batch,
                                                                        bool dry_run, std::uint32_t sealed_with) {
  using Outcome = std::vector<std::optional<std::string>>;
  return with_connection<Outcome>(database_, [&](Connection& connection) -> Result<Outcome> {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    const bool sealed =
        std::any_of(batch.begin(), batch.end(), [](const NewSubscription& s) { return has_secret(s.profile); });
    if (sealed) {
      if (auto current = check_current(connection.sql(), sealed_with); !current)
        return tl::unexpected<Error>(current.error());
    }
    Outcome outcome;
    outcome.reserve(batch.size());
    {
      Inserter inserter(connection.sql(), batch.size());
      for (const auto& subscription : batch) outcome.push_back(inserter.add(subscription));
    }
    if (!dry_run) transaction.commit();
    return outcome;
  });
}

namespace {

/// \return how many secrets of the profile were replaced
Result<std::size_t> reseal_profile(Profile& profile, const SubscriptionWriter::Reseal& reseal) {
  std::size_t replaced = 0;
  for (auto& impi : profile.impis) {
    auto box = reseal(impi);
    if (!box) return tl::unexpected<Error>(box.error());
    if (!*box) continue;
    impi.sealed = std::move(**box);
    ++replaced;
  }
  return replaced;
}

/// Reseals the batch of rows after `last`, in one transaction, and moves `last` to its end.
/// \return how many secrets were replaced; nothing when there was no row left
Result<std::optional<std::size_t>> reseal_batch(soci::session& sql, long long& last,
                                                const SubscriptionWriter::Reseal& reseal, std::uint32_t sealed_with) {
  constexpr long long batch = 2000;
  Transaction transaction(sql, Transaction::Kind::write);
  if (auto current = check_current(sql, sealed_with); !current) return tl::unexpected<Error>(current.error());
  std::vector<std::pair<long long, std::string>> rows;
  SubscriptionRow row;
  soci::statement st = (sql.prepare << "SELECT id, profile FROM subscription WHERE id > :last ORDER BY id LIMIT :n",
                        soci::into(row.id), soci::into(row.profile), soci::use(last), soci::use(batch));
  for (bool more = st.execute(true); more; more = st.fetch()) rows.emplace_back(row.id, row.profile);
  if (rows.empty()) return std::optional<std::size_t>{};
  std::size_t total = 0;
  for (const auto& [id, text] : rows) {
    auto profile = profile_from_document(text);
    if (!profile) return tl::unexpected<Error>(profile.error());
    const auto replaced = reseal_profile(*profile, reseal);
    if (!replaced) return tl::unexpected<Error>(replaced.error());
    total += *replaced;
    if (*replaced == 0) continue;
    const std::string document = to_document(*profile);
    sql << "UPDATE subscription SET profile = :p, version = version + 1 WHERE id = :id", soci::use(document),
        soci::use(id);
  }
  last = rows.back().first;
  transaction.commit();
  return std::optional(total);
}

}  // namespace

Result<std::size_t> SubscriptionWriter::reseal(const Reseal& reseal, std::uint32_t sealed_with) {
  return with_connection<std::size_t>(database_, [&](Connection& connection) -> Result<std::size_t> {
    std::size_t total = 0;
    long long last = 0;
    while (true) {
      const auto replaced = reseal_batch(connection.sql(), last, reseal, sealed_with);
      if (!replaced) return tl::unexpected<Error>(replaced.error());
      if (!*replaced) return total;
      total += **replaced;
    }
  });
}

Result<void> SubscriptionLister::all(const Visit& visit) const {
  return with_connection<void>(database_, [&](Connection& connection) {
    Transaction snapshot(connection.sql(), Transaction::Kind::read);
    return visit_rows(
        connection,
        "SELECT id, version, profile, state FROM subscription LEFT JOIN state ON subscription_id = id ORDER BY id", {},
        visit);
  });
}

Result<void> SubscriptionLister::registered(const std::optional<AuthorizerName>& authorizer, const Visit& visit) const {
  return with_connection<void>(database_, [&](Connection& connection) {
    Transaction snapshot(connection.sql(), Transaction::Kind::read);
    if (!authorizer) {
      return visit_rows(
          connection,
          "SELECT id, version, profile, state FROM state JOIN subscription ON id = subscription_id WHERE state LIKE "
          "'%\"registrations\"%' ORDER BY id",
          {}, visit);
    }
    return visit_rows(connection,
                      "SELECT id, version, profile, state FROM subscription JOIN state ON subscription_id = id WHERE "
                      "id IN (SELECT subscription_id FROM "
                      "vouched_registration"
                      " WHERE authorizer = :a) ORDER BY id",
                      authorizer->text(), visit);
  });
}

Result<std::int64_t> SubscriptionLister::count() const {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    long long count = 0;
    connection.sql() << "SELECT count(*) FROM subscription", soci::into(count);
    return count;
  });
}

Result<std::vector<ports::NotificationSubscription>> SubscriptionLister::notifications(const std::string& host) const {
  return with_connection<std::vector<ports::NotificationSubscription>>(database_, [&](Connection& connection) {
    auto out = read_notifications(connection.sql(), [&](const auto& s) { return host.empty() || s.host == host; });
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return std::tie(a.host, a.impu) < std::tie(b.host, b.impu); });
    return out;
  });
}

}  // namespace vouchsafe::store
