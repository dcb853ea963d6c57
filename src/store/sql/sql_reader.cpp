#include "store/sql/sql_reader.hpp"

#include "domain/text.hpp"
#include "domain/wildcard.hpp"
#include "store/sql/document.hpp"
#include "store/sql/find_statements.hpp"
#include "store/sql/prefix_walk.hpp"
#include "store/sql/sql_grants.hpp"
#include "store/sql/wildcard_ends.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/mapped_reads.hpp"
#include "store/sqlite/sql_error.hpp"

#include <algorithm>
#include <functional>
#include <random>
#include <utility>

namespace vouchsafe::store {

namespace {

bool by_identity(std::string_view table) { return table == "impi" || table == "impu"; }

/// \param table impi or impu, whose key is asked for; "id" for the subscription's own number, "near" for one with
/// that number or the next
std::string select_from(const char* table, const char* more_columns, const char* more_tables) {
  const std::string from =
      by_identity(table)
          ? " FROM " + std::string(table) +
                " i JOIN subscription s ON s.id = i.subscription_id LEFT JOIN state t ON t.subscription_id = s.id"
          : " FROM subscription s LEFT JOIN state t ON t.subscription_id = s.id";
  std::string where = " WHERE i." + std::string(table) + " = :key";
  if (std::string_view(table) == "id") where = " WHERE s.id = :id";
  if (std::string_view(table) == "near") {
    // One that granted something, where many do: reading grants takes its time too.
    where =
        " WHERE s.id = coalesce((SELECT subscription_id FROM grants WHERE subscription_id BETWEEN :id AND :id + 64 "
        "LIMIT 1), (SELECT id FROM subscription WHERE id >= :id ORDER BY id LIMIT 1))";
  }
  return std::string(
             "SELECT s.id, s.version, s.profile, t.state, (SELECT version FROM registry), s.watched, "
             "s.grants_sequence") +
         more_columns + from + more_tables + where;
}

}  // namespace

soci::statement FindStatements::subscription(soci::session& sql, const char* table) {
  return (sql.prepare << select_from(table, "", ""), soci::into(row.id), soci::into(row.version),
          soci::into(row.profile), soci::into(row.state, row.state_null), soci::into(row.registry_version),
          soci::into(row.watched), soci::into(row.grants_sequence), soci::use(key));
}

soci::statement FindStatements::subscription_with_grants(soci::session& sql, const char* table) {
  auto prepared =
      (sql.prepare << select_from(table, ", g.kind, g.subject, g.authorizer_id, g.not_before, g.not_after, g.wwsf",
                                  " LEFT JOIN grants g ON g.subscription_id = s.id"),
       soci::into(row.id), soci::into(row.version), soci::into(row.profile), soci::into(row.state, row.state_null),
       soci::into(row.registry_version), soci::into(row.watched), soci::into(row.grants_sequence),
       soci::into(grant.kind, grant.kind_null), soci::into(grant.subject, grant.subject_null),
       soci::into(grant.authorizer, grant.authorizer_null), soci::into(grant.not_before, grant.not_before_null),
       soci::into(grant.not_after, grant.not_after_null), soci::into(grant.wwsf, grant.wwsf_null));
  if (std::string_view(table) == "id") return (prepared, soci::use(id));
  if (std::string_view(table) == "near") return (prepared, soci::use(id, "id"));
  return (prepared, soci::use(key));
}

FindStatements::FindStatements(soci::session& sql)
    : by_impu(subscription(sql, "impu")),
      by_impi(subscription(sql, "impi")),
      by_impu_with_grants(subscription_with_grants(sql, "impu")),
      by_impi_with_grants(subscription_with_grants(sql, "impi")),
      by_id_with_grants(subscription_with_grants(sql, "id")),
      near_id_with_grants(subscription_with_grants(sql, "near")),
      greatest_id((sql.prepare << "SELECT max(id) FROM subscription", soci::into(greatest, greatest_null))),
      last_prefix((sql.prepare << last_prefix_sql, soci::into(prefix), soci::use(key))),
      last_ending((sql.prepare << last_ending_sql, soci::into(ending), soci::use(prefix), soci::use(key))),
      wildcards((sql.prepare << wildcards_sql, soci::into(wildcard), soci::use(prefix), soci::use(key))),
      impi_exists(
          (sql.prepare << "SELECT subscription_id FROM impi WHERE impi = :key", soci::into(id), soci::use(key))),
      shared_ifc((sql.prepare << "SELECT set_id, xml FROM shared_ifc WHERE name = :key", soci::into(set_id),
                  soci::into(xml), soci::use(key))),
      repository((sql.prepare << "SELECT sequence, data FROM repository WHERE impu = :key AND service = :service",
                  soci::into(sequence), soci::into(data), soci::use(key), soci::use(service))) {}

namespace {

/// One find() on a connection's statements. Throws soci::soci_error.
class Search {
 public:
  Search(Connection& connection, const Lookup& lookup, bool in_transaction)
      : connection_(connection), st_(connection.find()), lookup_(lookup), in_transaction_(in_transaction) {}

  /// \return false when the copy of the registry is not the snapshot's: load it inside a transaction and search again
  bool run(Result<ports::DataView>& out) {
    if (!find_subject()) {
      if (!asks_registry()) return finish(out);
      const bool other = tells_nothing() && find_another();
      if (!other) connection_.sql() << "SELECT version FROM registry", soci::into(st_.row.registry_version);
      if (!registry_fits()) return false;
      if (other) read_another();
      ask_registry();
      return finish(out);
    }
    if (asks_registry() && !registry_fits()) return false;
    ask_registry();
    if (auto read = read_subscription(); !read) {
      out = tl::unexpected<Error>(read.error());
      return true;
    }
    find_impi();
    add_grants();
    if (lookup_.shared_ifc) read_shared_ifc();
    if (tells_nothing() && !granted()) look_for_nobody();
    if (lookup_.services != nullptr && lookup_.impu != nullptr) read_repository();
    return finish(out);
  }

 private:
  bool finish(Result<ports::DataView>& out) {
    out = std::move(view_);
    return true;
  }

  // A subject who granted the authorizer nothing is refused as one that does not exist. What either costs is made
  // alike, as tests/bench/timing measures it: each looks for a subject that is there and for one that is not, walks
  // through the wildcards, looks for an IMPI in vain, and reads one subscription.

  /// \return whether the answer may not tell, by its time either, if the subject exists
  [[nodiscard]] bool tells_nothing() const { return lookup_.voucher != nullptr && lookup_.impu != nullptr; }

  [[nodiscard]] bool granted() const {
    return std::any_of(view_.grants.begin(), view_.grants.end(),
                       [&](const auto& g) { return g.grant.authorizer == *lookup_.voucher; });
  }

  /// Another's row in place of the subject's, always the same for an identity, and nobody outside knows which.
  bool find_another() {
    static const std::uint64_t seed = std::random_device{}();
    constexpr int seldom = 1000;  // what is added meanwhile counts later
    if (st_.until_reread-- <= 0) {
      fetch_one(st_.greatest_id);
      if (st_.greatest_null == soci::i_null) return false;
      st_.until_reread = seldom;
    }
    const auto hash = (std::hash<std::string>{}(lookup_.impu->text()) ^ seed) * 0x9E3779B97F4A7C15ULL;
    st_.id = static_cast<long long>((hash >> 32U) % static_cast<std::uint64_t>(st_.greatest)) + 1;
    return find_subscription(st_.near_id_with_grants, st_.near_id_with_grants);
  }

  /// Reads it as the subject's, and forgets it.
  void read_another() {
    const ports::DataView known = std::exchange(view_, {});
    if (read_subscription()) {
      add_grants();
      if (lookup_.shared_ifc) read_shared_ifc();
    }
    view_ = known;
  }

  void look_for_nobody() {
    (void)matched_in_snapshot();
    if (lookup_.impi != nullptr) (void)impi_exists(lookup_.impi->text() + '\x1f');  // no identity ends so
    st_.key = lookup_.impu->text() + '\x1f';
    (void)fetch_one(st_.by_impu_with_grants);
  }

  [[nodiscard]] bool asks_registry() const { return lookup_.grants || lookup_.application_server != nullptr; }

  [[nodiscard]] bool registry_fits() const {
    return connection_.registry().version == static_cast<std::uint64_t>(st_.row.registry_version);
  }

  /// Asked even for an unknown subject: the checks on the speaker come before those on the subscriber.
  void ask_registry() {
    if (lookup_.grants) view_.authorizers = connection_.authorizers();
    if (lookup_.application_server == nullptr) return;
    for (const auto& permission : connection_.registry().permissions) {
      if (host_matches(permission.host, *lookup_.application_server)) view_.permissions.push_back(permission);
    }
  }

  bool find_subscription(soci::statement& plain, soci::statement& with_grants) {
    if (!lookup_.grants) return fetch_one(plain);
    bool more = with_grants.execute(true);
    const bool found = more;
    for (; more; more = with_grants.fetch()) {
      if (st_.grant.authorizer_null == soci::i_ok) grant_rows_.push_back(st_.grant);
    }
    return found;
  }

  bool find_subject() {
    if (lookup_.subscription != 0) {
      st_.id = lookup_.subscription;
      return find_subscription(st_.by_id_with_grants, st_.by_id_with_grants);
    }
    if (lookup_.impu == nullptr) {
      if (lookup_.impi == nullptr) return false;  // the registry alone is asked for
      st_.key = lookup_.impi->text();
      return find_subscription(st_.by_impi, st_.by_impi_with_grants);
    }
    st_.key = lookup_.impu->text();
    if (find_subscription(st_.by_impu, st_.by_impu_with_grants) || find_wildcard()) {
      view_.impu_known = true;
      return true;
    }
    find_impi();
    return false;
  }

  /// Puts the first, in the order of their texts, of those between the prefix and the ending `key` that mean the
  /// identity in the place of `out`, where that sorts after it or is empty.
  void match_between(std::optional<Impu>& out) {
    for (bool more = st_.wildcards.execute(true); more; more = st_.wildcards.fetch()) {
      if (out && out->text() <= st_.wildcard) continue;  // to its end, as fetch_one() does
      const Impu wildcard = Impu::trusted(st_.wildcard);
      const auto parsed = WildcardedIdentity::trusted(wildcard);
      if (parsed && parsed->matches(*lookup_.impu)) out = wildcard;
    }
  }

  /// The first in the order of the texts of those with the prefix `prefix` that mean the identity.
  std::optional<Impu> wildcard_with_prefix() {
    std::optional<Impu> out;
    const std::string_view rest = std::string_view(lookup_.impu->text()).substr(st_.prefix.size());
    const auto last_up_to = [&](std::string_view bound) {
      st_.key = bound;
      return fetch_one(st_.last_ending) ? std::optional(st_.ending) : std::nullopt;
    };
    walk_prefixes(backwards(rest), last_up_to, [&](const std::string& ending) {
      st_.key = ending;
      match_between(out);
      return false;
    });
    return out;
  }

  /// The wildcarded identity with the longest prefix that means the identity.
  std::optional<Impu> matching_wildcard() {
    std::optional<Impu> out;
    const auto last_up_to = [&](std::string_view bound) {
      st_.key = bound;
      return fetch_one(st_.last_prefix) ? std::optional(st_.prefix) : std::nullopt;
    };
    walk_prefixes(lookup_.impu->text(), last_up_to, [&](const std::string&) {
      out = wildcard_with_prefix();
      return out.has_value();
    });
    return out;
  }

  std::optional<Impu> matched_in_snapshot() {
    std::optional<Transaction> snapshot;
    if (!in_transaction_) snapshot.emplace(connection_.sql(), Transaction::Kind::read);
    auto out = matching_wildcard();
    if (snapshot) snapshot->commit();
    return out;
  }

  bool find_wildcard() {
    // Several statements: a transaction makes one snapshot of them, and of the row that they lead to.
    std::optional<Transaction> snapshot;
    if (!in_transaction_) snapshot.emplace(connection_.sql(), Transaction::Kind::read);
    view_.matched_wildcard = matching_wildcard();
    bool found = false;
    if (view_.matched_wildcard) {
      st_.key = view_.matched_wildcard->text();
      found = find_subscription(st_.by_impu, st_.by_impu_with_grants);
    }
    if (snapshot) snapshot->commit();
    return found;
  }

  Result<void> read_subscription() {
    auto profile = profile_from_document(st_.row.profile);
    if (!profile) return tl::unexpected<Error>(profile.error());
    auto state =
        state_from_document(st_.row.state_null == soci::i_null ? std::string_view{} : std::string_view(st_.row.state));
    if (!state) return tl::unexpected<Error>(state.error());
    view_.watched = static_cast<std::uint64_t>(st_.row.watched);
    view_.grants_sequence = static_cast<std::uint16_t>(st_.row.grants_sequence);
    view_.subscription =
        Subscription{st_.row.id, static_cast<std::uint64_t>(st_.row.version), std::move(*profile), std::move(*state)};
    return {};
  }

  void find_impi() {
    if (lookup_.impi == nullptr) return;
    if (view_.subscription && view_.subscription->find(*lookup_.impi) != nullptr) {
      view_.impi_known = true;
      return;
    }
    view_.impi_known = impi_exists(lookup_.impi->text());
  }

  bool impi_exists(const std::string& text) {
    st_.key = text;
    return fetch_one(st_.impi_exists);
  }

  void add_grants() {
    if (!lookup_.grants) return;
    for (const auto& row : grant_rows_) {
      if (const Authorizer* authorizer = connection_.registry().by_id(row.authorizer))
        view_.grants.push_back(to_grant(row, *authorizer));
    }
    connection_.registry().pools.add_to(view_.subscription->profile, view_.grants);
  }

  void read_repository() {
    const std::string impu = view_.matched_wildcard ? view_.matched_wildcard->text() : lookup_.impu->text();
    for (const auto& service : *lookup_.services) {
      st_.key = impu;
      st_.service = service;
      if (fetch_one(st_.repository))
        view_.repository.push_back({service, static_cast<std::uint16_t>(st_.sequence), st_.data});
    }
  }

  void read_shared_ifc() {
    const auto& profile = view_.subscription->profile;
    add_shared(profile.ifc);
    for (const auto& u : profile.impus) add_shared(u.ifc);
  }

  void add_shared(const std::string& ifc) {
    if (ifc.empty() || ifc.front() == '<') return;
    for (const auto& known : view_.shared_ifc) {
      if (known.name == ifc) return;
    }
    st_.key = ifc;
    if (fetch_one(st_.shared_ifc)) view_.shared_ifc.push_back({ifc, static_cast<std::uint32_t>(st_.set_id), st_.xml});
  }

  Connection& connection_;
  FindStatements& st_;
  const Lookup& lookup_;
  bool in_transaction_;
  std::vector<FindStatements::GrantRow> grant_rows_;
  ports::DataView view_;
};

}  // namespace

Result<ports::DataView> ConnectionReader::find(const Lookup& lookup) const {
  Result<ports::DataView> out = unavailable("not read");
  // What one statement reads is one snapshot, and the registry's copy is checked against it. Shared iFC sets are texts
  // of their own that change by themselves: no decision depends on them.
  if (Search(connection_, lookup, in_transaction_).run(out)) return out;
  std::optional<Transaction> snapshot;
  if (!in_transaction_) snapshot.emplace(connection_.sql(), Transaction::Kind::read);
  connection_.renew_registry();
  if (!Search(connection_, lookup, true).run(out)) out = unavailable("the registry moved within a transaction");
  return out;
}

Result<ports::DataView> SqlReader::find(const Lookup& lookup) const {
  auto lease = database_.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  try {
    const auto faults = mapped_reads::faults();
    auto view = ConnectionReader(**lease, false).find(lookup);
    if (mapped_reads::faults() != faults) throw std::runtime_error("the database file was made shorter");
    if (view) {
      database_.health().up(Health::Part::reads);
    } else {
      database_.health().down(Health::Part::reads, view.error().detail);
    }
    return view;
  } catch (const std::exception& e) {
    (*lease)->broken = true;
    const std::string why = text_of(e);
    database_.health().down(Health::Part::reads, why);
    return unavailable(why);
  }
}

}  // namespace vouchsafe::store
