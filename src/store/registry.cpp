#include "store/registry.hpp"

#include "store/connection.hpp"
#include "store/sql_grants.hpp"

namespace vouchsafe::store {
namespace {

/// One write transaction; `body` gives its result, and an Error rolls it back.
template <class T, class Body>
Result<T> write(Database& database, Body body) {
  auto lease = database.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  soci::session& sql = (*lease)->sql();
  try {
    Transaction transaction(sql, Transaction::Kind::write);
    Result<T> result = body(sql);
    if (!result) return result;
    sql << "UPDATE registry SET version = version + 1";
    transaction.commit();
    return result;
  } catch (const std::exception& e) {
    (*lease)->broken = true;
    return unavailable(e.what());
  }
}

template <class T, class Body>
Result<T> read(Database& database, Body body) {
  auto lease = database.lease();
  if (!lease) return tl::unexpected<Error>(lease.error());
  try {
    return body((*lease)->sql());
  } catch (const std::exception& e) {
    (*lease)->broken = true;
    return unavailable(e.what());
  }
}

std::optional<int> id_of(soci::session& sql, const AuthorizerName& name) {
  int id = 0;
  sql << "SELECT id FROM authorizer WHERE name = :name", soci::into(id), soci::use(name.text());
  return sql.got_data() ? std::optional(id) : std::nullopt;
}

tl::unexpected<Error> unknown(const AuthorizerName& name) {
  return fail(Error::Kind::not_found,
              "authorizer " + name.text() + " is not in the registry; vouchctl authorizer add " + name.text());
}

std::optional<long long> subscription_of(soci::session& sql, Grant::Subject kind, const std::string& subject) {
  long long id = 0;
  if (kind == Grant::Subject::impi) {
    sql << "SELECT subscription_id FROM impi WHERE impi = :s", soci::into(id), soci::use(subject);
  } else {
    sql << "SELECT subscription_id FROM impu WHERE impu = :s", soci::into(id), soci::use(subject);
  }
  return sql.got_data() ? std::optional(id) : std::nullopt;
}

struct GrantColumns {
  explicit GrantColumns(const Grant& g) : wwsf(join_names(g.wwsf)) {
    if (g.not_before) not_before = g.not_before->time_since_epoch().count();
    if (g.not_after) not_after = g.not_after->time_since_epoch().count();
    not_before_null = g.not_before ? soci::i_ok : soci::i_null;
    not_after_null = g.not_after ? soci::i_ok : soci::i_null;
    wwsf_null = wwsf.empty() ? soci::i_null : soci::i_ok;
  }
  long long not_before = 0;
  long long not_after = 0;
  std::string wwsf;
  soci::indicator not_before_null = soci::i_null;
  soci::indicator not_after_null = soci::i_null;
  soci::indicator wwsf_null = soci::i_null;
};

void write_grant(soci::session& sql, const Grant& g, long long subscription, int authorizer) {
  GrantColumns c(g);
  const int kind = static_cast<int>(g.kind);
  sql << "DELETE FROM grants WHERE subscription_id = :id AND authorizer_id = :a AND kind = :k AND subject = :s",
      soci::use(subscription), soci::use(authorizer), soci::use(kind), soci::use(g.subject);
  sql << "INSERT INTO grants (subscription_id, authorizer_id, kind, subject, not_before, not_after, wwsf) VALUES (:id, "
         ":a, :k, :s, :nb, :na, :w)",
      soci::use(subscription), soci::use(authorizer), soci::use(kind), soci::use(g.subject),
      soci::use(c.not_before, c.not_before_null), soci::use(c.not_after, c.not_after_null),
      soci::use(c.wwsf, c.wwsf_null);
  sql << "UPDATE subscription SET version = version + 1 WHERE id = :id", soci::use(subscription);
}

void write_pool(soci::session& sql, const Grant& g, int authorizer) {
  GrantColumns c(g);
  sql << "DELETE FROM pool WHERE subject = :s AND authorizer_id = :a", soci::use(g.subject), soci::use(authorizer);
  sql << "INSERT INTO pool (subject, authorizer_id, not_before, not_after, wwsf) VALUES (:s, :a, :nb, :na, :w)",
      soci::use(g.subject), soci::use(authorizer), soci::use(c.not_before, c.not_before_null),
      soci::use(c.not_after, c.not_after_null), soci::use(c.wwsf, c.wwsf_null);
}

}  // namespace

Result<void> Registry::add_authorizer(const AuthorizerName& name, bool token_required) {
  return write<void>(database_, [&](soci::session& sql) -> Result<void> {
    if (id_of(sql, name)) return fail(Error::Kind::conflict, "authorizer " + name.text() + " is there already");
    const int token = token_required ? 1 : 0;
    sql << "INSERT INTO authorizer (name, suspended, token_required) VALUES (:n, 0, :t)", soci::use(name.text()),
        soci::use(token);
    return {};
  });
}

Result<void> Registry::set_suspended(const AuthorizerName& name, bool suspended) {
  return write<void>(database_, [&](soci::session& sql) -> Result<void> {
    if (!id_of(sql, name)) return unknown(name);
    const int value = suspended ? 1 : 0;
    sql << "UPDATE authorizer SET suspended = :s WHERE name = :n", soci::use(value), soci::use(name.text());
    return {};
  });
}

Result<std::size_t> Registry::remove_authorizer(const AuthorizerName& name) {
  return write<std::size_t>(database_, [&](soci::session& sql) -> Result<std::size_t> {
    const auto id = id_of(sql, name);
    if (!id) return unknown(name);
    std::size_t count = 0;
    for (const char* table : {"grants", "pool"}) {
      soci::statement st =
          (sql.prepare << std::string("DELETE FROM ") + table + " WHERE authorizer_id = :id", soci::use(*id));
      st.execute(true);
      count += static_cast<std::size_t>(st.get_affected_rows());
    }
    sql << "DELETE FROM authorizer WHERE id = :id", soci::use(*id);
    return count;
  });
}

Result<std::vector<Authorizer>> Registry::authorizers() {
  return read<std::vector<Authorizer>>(database_, [&](soci::session& sql) {
    std::vector<Authorizer> out;
    soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT name, suspended, token_required FROM authorizer ORDER BY name");
    for (const auto& row : rows) {
      out.push_back({AuthorizerName::trusted(row.get<std::string>(0)),
                     row.get<int>(1) != 0 ? Authorizer::State::suspended : Authorizer::State::active,
                     row.get<int>(2) != 0});
    }
    return out;
  });
}

Result<void> Registry::grant(const Grant& g) {
  return write<void>(database_, [&](soci::session& sql) -> Result<void> {
    const auto authorizer = id_of(sql, g.authorizer);
    if (!authorizer) return unknown(g.authorizer);
    const auto subscription = subscription_of(sql, g.kind, g.subject);
    if (subscription) {
      write_grant(sql, g, *subscription, *authorizer);
    } else if (g.kind == Grant::Subject::pool) {
      write_pool(sql, g, *authorizer);
    } else {
      return fail(Error::Kind::not_found, g.subject + " is not in the database");
    }
    return {};
  });
}

Result<void> Registry::revoke(Grant::Subject kind, const std::string& subject, const AuthorizerName& authorizer) {
  return write<void>(database_, [&](soci::session& sql) -> Result<void> {
    const auto id = id_of(sql, authorizer);
    if (!id) return unknown(authorizer);
    const int k = static_cast<int>(kind);
    const long long subscription = subscription_of(sql, kind, subject).value_or(-1);
    soci::statement own =
        (sql.prepare
             << "DELETE FROM grants WHERE subscription_id = :i AND authorizer_id = :a AND kind = :k AND subject = :s",
         soci::use(subscription), soci::use(*id), soci::use(k), soci::use(subject));
    own.execute(true);
    soci::statement pool = (sql.prepare << "DELETE FROM pool WHERE subject = :s AND authorizer_id = :a",
                            soci::use(subject), soci::use(*id));
    pool.execute(true);
    if (own.get_affected_rows() + pool.get_affected_rows() == 0) {
      return fail(Error::Kind::not_found,
                  subject + " grants " + authorizer.text() + " nothing; vouchctl grants shows what there is");
    }
    sql << "UPDATE subscription SET version = version + 1 WHERE id = :id", soci::use(subscription);
    return {};
  });
}

Result<std::vector<Grant>> Registry::grants(const std::optional<std::string>& subject,
                                            const std::optional<AuthorizerName>& authorizer) {
  return read<std::vector<Grant>>(database_, [&](soci::session& sql) {
    RegistryCache registry;
    registry.load(sql);
    std::vector<Grant> out;
    FindStatements::GrantRow row;
    const std::string s = subject.value_or("");
    soci::statement st =
        (sql.prepare << "SELECT kind, subject, authorizer_id, not_before, not_after, wwsf FROM"
                        " (SELECT authorizer_id, kind, subject, not_before, not_after, wwsf FROM grants UNION ALL"
                        "  SELECT authorizer_id, 2, subject, not_before, not_after, wwsf FROM pool)"
                        " WHERE (:s = '' OR subject = :s2) ORDER BY subject, authorizer_id",
         soci::into(row.kind), soci::into(row.subject), soci::into(row.authorizer),
         soci::into(row.not_before, row.not_before_null), soci::into(row.not_after, row.not_after_null),
         soci::into(row.wwsf, row.wwsf_null), soci::use(s, "s"), soci::use(s, "s2"));
    for (bool more = st.execute(true); more; more = st.fetch()) {
      const Authorizer* known = registry.by_id(row.authorizer);
      if (known != nullptr && (!authorizer || known->name == *authorizer)) out.push_back(to_grant(row, *known).grant);
    }
    return out;
  });
}

Result<void> Registry::put_shared_ifc(const SharedIfc& set) {
  return write<void>(database_, [&](soci::session& sql) -> Result<void> {
    const int id = static_cast<int>(set.id);
    sql << "DELETE FROM shared_ifc WHERE name = :n", soci::use(set.name);
    sql << "INSERT INTO shared_ifc (name, set_id, xml) VALUES (:n, :i, :x)", soci::use(set.name), soci::use(id),
        soci::use(set.xml);
    return {};
  });
}

Result<void> Registry::remove_shared_ifc(const std::string& name) {
  return write<void>(database_, [&](soci::session& sql) -> Result<void> {
    soci::statement st = (sql.prepare << "DELETE FROM shared_ifc WHERE name = :n", soci::use(name));
    st.execute(true);
    if (st.get_affected_rows() == 0) return fail(Error::Kind::not_found, "no shared iFC set is called " + name);
    return {};
  });
}

Result<std::vector<SharedIfc>> Registry::shared_ifcs() {
  return read<std::vector<SharedIfc>>(database_, [&](soci::session& sql) {
    std::vector<SharedIfc> out;
    soci::rowset<soci::row> rows = (sql.prepare << "SELECT name, set_id, xml FROM shared_ifc ORDER BY name");
    for (const auto& row : rows) {
      out.push_back({row.get<std::string>(0), static_cast<std::uint32_t>(row.get<int>(1)), row.get<std::string>(2)});
    }
    return out;
  });
}

}  // namespace vouchsafe::store
