#include "store/sql_reader.hpp"

#include "domain/wildcard.hpp"
#include "store/connection.hpp"
#include "store/document.hpp"
#include "store/find_statements.hpp"
#include "store/sql_grants.hpp"

namespace vouchsafe::store {

#define SUBSCRIPTION_COLUMNS "s.id, s.version, s.profile, s.state, (SELECT version FROM registry)"

FindStatements::FindStatements(soci::session& sql)
    : begin(sql.prepare << "BEGIN"),
      commit(sql.prepare << "COMMIT"),
      by_impu((sql.prepare << "SELECT " SUBSCRIPTION_COLUMNS
                              " FROM impu u JOIN subscription s ON s.id = u.subscription_id WHERE u.impu = :key",
               soci::into(row.id), soci::into(row.version), soci::into(row.profile),
               soci::into(row.state, row.state_null), soci::into(row.registry_version), soci::use(key))),
      by_impi((sql.prepare << "SELECT " SUBSCRIPTION_COLUMNS
                              " FROM impi i JOIN subscription s ON s.id = i.subscription_id WHERE i.impi = :key",
               soci::into(row.id), soci::into(row.version), soci::into(row.profile),
               soci::into(row.state, row.state_null), soci::into(row.registry_version), soci::use(key))),
      wildcards((sql.prepare << "SELECT impu FROM wildcard WHERE substr(:key, 1, length(prefix)) = prefix",
                 soci::into(wildcard), soci::use(key))),
      impi_exists(
          (sql.prepare << "SELECT subscription_id FROM impi WHERE impi = :key", soci::into(id), soci::use(key))),
      grants((sql.prepare << "SELECT g.kind, g.subject, a.name, a.suspended, g.not_before, g.not_after, g.wwsf FROM "
                             "grants g JOIN authorizer a"
                             " ON a.id = g.authorizer_id WHERE g.subscription_id = :id",
              soci::into(grant.kind), soci::into(grant.subject), soci::into(grant.authorizer),
              soci::into(grant.suspended), soci::into(grant.not_before, grant.not_before_null),
              soci::into(grant.not_after, grant.not_after_null), soci::into(grant.wwsf, grant.wwsf_null),
              soci::use(id))),
      pools((sql.prepare << "SELECT 2, p.subject, a.name, a.suspended, p.not_before, p.not_after, p.wwsf FROM pool p "
                            "JOIN authorizer a"
                            " ON a.id = p.authorizer_id",
             soci::into(grant.kind), soci::into(grant.subject), soci::into(grant.authorizer),
             soci::into(grant.suspended), soci::into(grant.not_before, grant.not_before_null),
             soci::into(grant.not_after, grant.not_after_null), soci::into(grant.wwsf, grant.wwsf_null))),
      authorizer((sql.prepare << "SELECT suspended, token_required FROM authorizer WHERE name = :key",
                  soci::into(suspended), soci::into(token_required), soci::use(key))),
      shared_ifc((sql.prepare << "SELECT set_id, xml FROM shared_ifc WHERE name = :key", soci::into(set_id),
                  soci::into(xml), soci::use(key))) {}

#undef SUBSCRIPTION_COLUMNS

namespace {

/// One find() on a connection's statements. Throws soci::soci_error.
class Search {
 public:
  Search(FindStatements& statements, const ports::Lookup& lookup) : st_(statements), lookup_(lookup) {}

  Result<ports::View> run() {
    if (!find_subject()) return view_;
    if (auto read = read_subscription(); !read) return tl::unexpected<Error>(read.error());
    find_impi();
    if (lookup_.grants) read_grants();
    if (lookup_.shared_ifc) read_shared_ifc();
    return std::move(view_);
  }

  /// Asked even for an unknown subject: the checks on the speaker come before those on the subscriber.
  void read_authorizer() {
    if (lookup_.authorizer == nullptr) return;
    st_.key = lookup_.authorizer->text();
    if (!fetch_one(st_.authorizer)) return;
    view_.authorizer =
        Authorizer{*lookup_.authorizer, st_.suspended != 0 ? Authorizer::State::suspended : Authorizer::State::active,
                   st_.token_required != 0};
  }

 private:
  bool find_subject() {
    read_authorizer();
    if (lookup_.impu == nullptr) {
      st_.key = lookup_.impi->text();
      return fetch_one(st_.by_impi);
    }
    st_.key = lookup_.impu->text();
    if (fetch_one(st_.by_impu) || find_wildcard()) {
      view_.impu_known = true;
      return true;
    }
    find_impi();
    return false;
  }

  bool find_wildcard() {
    std::size_t best = 0;
    st_.key = lookup_.impu->text();
    for (bool more = st_.wildcards.execute(true); more; more = st_.wildcards.fetch()) {
      const auto parsed = WildcardedIdentity::parse(Impu::trusted(st_.wildcard));
      if (!parsed || !parsed->matches(*lookup_.impu)) continue;
      if (view_.matched_wildcard && parsed->prefix().size() <= best) continue;
      view_.matched_wildcard = Impu::trusted(st_.wildcard);
      best = parsed->prefix().size();
    }
    if (!view_.matched_wildcard) return false;
    st_.key = view_.matched_wildcard->text();
    return fetch_one(st_.by_impu);
  }

  Result<void> read_subscription() {
    auto profile = profile_from_document(st_.row.profile);
    if (!profile) return tl::unexpected<Error>(profile.error());
    auto state =
        state_from_document(st_.row.state_null == soci::i_null ? std::string_view{} : std::string_view(st_.row.state));
    if (!state) return tl::unexpected<Error>(state.error());
    view_.subscription =
        Subscription{st_.row.id, static_cast<std::uint64_t>(st_.row.version), std::move(*profile), std::move(*state)};
    view_.registry_version = static_cast<std::uint64_t>(st_.row.registry_version);
    return {};
  }

  void find_impi() {
    if (lookup_.impi == nullptr) return;
    if (view_.subscription && view_.subscription->find(*lookup_.impi) != nullptr) {
      view_.impi_known = true;
      return;
    }
    st_.key = lookup_.impi->text();
    view_.impi_known = fetch_one(st_.impi_exists);
  }

  void read_grants() {
    st_.id = view_.subscription->id;
    for (bool more = st_.grants.execute(true); more; more = st_.grants.fetch())
      view_.grants.push_back(to_grant(st_.grant));
    for (bool more = st_.pools.execute(true); more; more = st_.pools.fetch()) {
      auto pool = to_grant(st_.grant);
      const auto wildcard = WildcardedIdentity::parse(Impu::trusted(pool.grant.subject));
      if (!wildcard) continue;
      for (const auto& u : view_.subscription->profile.impus) {
        if (u.impu.text() != pool.grant.subject && !wildcard->matches(u.impu)) continue;
        view_.grants.push_back(std::move(pool));
        break;
      }
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

  FindStatements& st_;
  const ports::Lookup& lookup_;
  ports::View view_;
};

/// A read transaction by statements that are prepared already.
class Snapshot {
 public:
  explicit Snapshot(FindStatements& statements) : st_(statements) { st_.begin.execute(true); }
  ~Snapshot() {
    try {
      st_.commit.execute(true);
    } catch (const std::exception&) {
      failed_ = true;  // a read that cannot end: the connection is thrown away by whoever sees the first error
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  FindStatements& st_;
  bool failed_ = false;
};

}  // namespace

Result<ports::View> ConnectionReader::find(const ports::Lookup& lookup) const {
  FindStatements& statements = connection_.find();
  Search search(statements, lookup);
  // A single statement is a snapshot by itself.
  const bool single = lookup.authorizer == nullptr && !lookup.grants && !lookup.shared_ifc;
  if (in_transaction_ || single) return search.run();
  const Snapshot snapshot(statements);
  return search.run();
}

Result<ports::View> SqlReader::find(const ports::Lookup& lookup) const {
  auto lease = database_.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  try {
    auto view = ConnectionReader(**lease, false).find(lookup);
    if (view) {
      database_.health().up();
    } else {
      database_.health().down(view.error().detail);
    }
    return view;
  } catch (const std::exception& e) {
    (*lease)->broken = true;
    database_.health().down(e.what());
    return unavailable(e.what());
  }
}

}  // namespace vouchsafe::store
