#include "store/sql/sql_outbox.hpp"

#include "store/sql/outbox_row.hpp"
#include "store/sqlite/with_connection.hpp"

namespace vouchsafe::store {
namespace {

std::vector<std::int64_t> numbers(soci::statement& st, const long long& number) {
  std::vector<std::int64_t> out;
  for (bool more = st.execute(true); more; more = st.fetch()) out.push_back(number);
  return out;
}

}  // namespace

Result<std::vector<std::string>> SqlOutbox::hosts() const {
  return with_connection<std::vector<std::string>>(database_, [&](Connection& connection) {
    // One step of the index a host, however much is owed to it.
    std::vector<std::string> out;
    std::string host;
    soci::indicator null = soci::i_null;
    std::string last;
    soci::session& sql = connection.sql();
    sql << "SELECT min(host) FROM outbox WHERE given_up = 0", soci::into(host, null);
    while (null == soci::i_ok) {
      out.push_back(host);
      last = host;
      sql << "SELECT min(host) FROM outbox WHERE given_up = 0 AND host > :last", soci::into(host, null),
          soci::use(last);
    }
    return out;
  });
}

Result<std::vector<OutboxEntry>> SqlOutbox::due(const std::string& host, std::chrono::milliseconds now,
                                                std::chrono::milliseconds horizon, std::size_t limit) const {
  return with_connection<std::vector<OutboxEntry>>(database_, [&](Connection& connection) {
    std::vector<OutboxEntry> out;
    const auto read = [&](const char* range, long long bound) {
      OutboxRow row;
      const auto most = static_cast<long long>(limit - out.size());
      const std::string query = std::string("SELECT ") + outbox_columns +
                                " FROM outbox WHERE given_up = 0 AND host = :h AND due " + range +
                                " :bound ORDER BY due, id LIMIT :n";
      soci::statement st =
          (into_row(connection.sql().prepare << query, row), soci::use(host), soci::use(bound), soci::use(most));
      for (bool more = st.execute(true); more; more = st.fetch()) {
        // One that cannot be read holds no other one up; all() says which it is.
        if (auto entry = row.entry()) out.push_back(std::move(*entry));
      }
    };
    read("<=", now.count());
    if (out.size() < limit) read(">", (now + horizon).count());
    return out;
  });
}

Result<std::vector<std::int64_t>> SqlOutbox::to_review(Time now, std::size_t limit) const {
  return with_connection<std::vector<std::int64_t>>(database_, [&](Connection& connection) {
    long long id = 0;
    const long long until = now.time_since_epoch().count();
    const auto most = static_cast<long long>(limit);
    soci::statement st = (connection.sql().prepare << "SELECT subscription_id FROM state WHERE review_at <= :now ORDER "
                                                      "BY review_at LIMIT :n",
                          soci::into(id), soci::use(until), soci::use(most));
    return numbers(st, id);
  });
}

Result<std::vector<std::int64_t>> SqlOutbox::concerned(const std::string& authorizer, std::int64_t after,
                                                       std::size_t limit) const {
  return with_connection<std::vector<std::int64_t>>(database_, [&](Connection& connection) {
    long long id = 0;
    const long long from = after;
    const auto most = static_cast<long long>(limit);
    // The authorizer's number is -1 where it is in the registry no more: then only what the S-CSCF knows and what rests
    // on it count.
    soci::statement st =
        (connection.sql().prepare
             << "SELECT s.subscription_id FROM state s WHERE s.served = 1 AND s.subscription_id > :after AND (:all = "
                "'' "
                "OR s.told = 1 OR EXISTS (SELECT 1 FROM grants g WHERE g.subscription_id = s.subscription_id AND "
                "g.authorizer_id = coalesce((SELECT a.id FROM authorizer a WHERE a.name = :name), -1)) OR EXISTS "
                "(SELECT 1 FROM vouched_registration v WHERE v.authorizer = :rest AND v.subscription_id = "
                "s.subscription_id)) ORDER BY s.subscription_id LIMIT :n",
         soci::into(id), soci::use(from), soci::use(authorizer), soci::use(authorizer), soci::use(authorizer),
         soci::use(most));
    return numbers(st, id);
  });
}

Result<std::vector<std::int64_t>> SqlOutbox::monitored(std::int64_t after, std::size_t limit) const {
  return with_connection<std::vector<std::int64_t>>(database_, [&](Connection& connection) {
    long long id = 0;
    const long long from = after;
    const auto most = static_cast<long long>(limit);
    soci::statement st = (connection.sql().prepare << "SELECT subscription_id FROM state WHERE monitored = 1 AND "
                                                      "subscription_id > :after ORDER BY subscription_id LIMIT :n",
                          soci::into(id), soci::use(from), soci::use(most));
    return numbers(st, id);
  });
}

Result<std::vector<OutboxEntry>> SqlOutbox::all(bool given_up, std::size_t limit) const {
  return with_connection<std::vector<OutboxEntry>>(
      database_, [&](Connection& connection) -> Result<std::vector<OutboxEntry>> {
        std::vector<OutboxEntry> out;
        OutboxRow row;
        const int given = given_up ? 1 : 0;
        const auto most = static_cast<long long>(limit);
        soci::statement st = (into_row(connection.sql().prepare << std::string("SELECT ") + outbox_columns +
                                                                       " FROM outbox WHERE given_up = :g ORDER BY id "
                                                                       "LIMIT :n",
                                       row),
                              soci::use(given), soci::use(most));
        for (bool more = st.execute(true); more; more = st.fetch()) {
          auto entry = row.entry();
          if (!entry) return tl::unexpected<Error>(entry.error());
          out.push_back(std::move(*entry));
        }
        return out;
      });
}

Result<std::vector<SqlOutbox::Count>> SqlOutbox::counts() const {
  return with_connection<std::vector<Count>>(database_, [&](Connection& connection) {
    std::vector<Count> out;
    Count count;
    long long owed = 0;
    long long tried = 0;
    long long given_up = 0;
    soci::statement st =
        (connection.sql().prepare << "SELECT host, sum(given_up = 0), sum(given_up = 0 AND tries > 0), sum(given_up) "
                                     "FROM outbox GROUP BY host ORDER BY host",
         soci::into(count.host), soci::into(owed), soci::into(tried), soci::into(given_up));
    for (bool more = st.execute(true); more; more = st.fetch()) out.push_back({count.host, owed, tried, given_up});
    return out;
  });
}

Result<SqlOutbox::Depth> SqlOutbox::depth() const {
  return with_connection<Depth>(database_, [&](Connection& connection) -> Result<Depth> {
    long long fresh = 0;
    long long retried = 0;
    long long given_up = 0;
    long long oldest = 0;
    // What a change of the schema has put there says nothing of when it did: created is 0.
    connection.sql()
        << "SELECT coalesce(sum(given_up = 0 AND tries = 0), 0), coalesce(sum(given_up = 0 AND tries > 0), "
           "0), coalesce(sum(given_up), 0), coalesce(min(CASE WHEN given_up = 0 AND created > 0 THEN created "
           "END), 0) FROM outbox",
        soci::into(fresh), soci::into(retried), soci::into(given_up), soci::into(oldest);
    Depth out{fresh, retried, given_up};
    if (oldest > 0) out.oldest = Time{std::chrono::seconds{oldest}};
    return out;
  });
}

Result<SqlOutbox::Left> SqlOutbox::left(std::int64_t origin) const {
  return with_connection<Left>(database_, [&](Connection& connection) -> Result<Left> {
    const long long id = origin;
    long long owed = 0;
    long long given_up = 0;
    connection.sql()
        << "SELECT coalesce(sum(given_up = 0), 0), coalesce(sum(given_up), 0) FROM outbox WHERE id = :i OR "
           "origin = :o",
        soci::into(owed), soci::into(given_up), soci::use(id), soci::use(id);
    return Left{owed, given_up};
  });
}

Result<std::int64_t> SqlOutbox::retry(std::int64_t id) {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    const long long which = id;
    soci::statement st = (connection.sql().prepare << "UPDATE outbox SET given_up = 0, tries = 0, due = 0 WHERE "
                                                      "given_up = 1 AND (:all = 0 OR id = :id)",
                          soci::use(which), soci::use(which));
    st.execute(true);
    return st.get_affected_rows();
  });
}

Result<std::int64_t> SqlOutbox::forget(std::int64_t id) {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    const long long which = id;
    soci::statement st = (connection.sql().prepare << "DELETE FROM outbox WHERE given_up = 1 AND (:all = 0 OR id = "
                                                      ":id)",
                          soci::use(which), soci::use(which));
    st.execute(true);
    return st.get_affected_rows();
  });
}

}  // namespace vouchsafe::store
