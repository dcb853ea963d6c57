#include "store/sql/sql_writer.hpp"

#include "domain/wildcard.hpp"
#include "ports/notification.hpp"
#include "ports/state_writes.hpp"
#include "store/sql/authorizer_rows.hpp"
#include "store/sql/document.hpp"
#include "store/sql/notifications.hpp"
#include "store/sql/outbox_writer.hpp"
#include "store/sql/sealing_keys.hpp"
#include "store/sql/sql_grants.hpp"
#include "store/sql/wildcard_ends.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sql_error.hpp"

namespace vouchsafe::store {

WriteStatements::WriteStatements(soci::session& sql)
    : write(
          (sql.prepare << "INSERT INTO state (subscription_id, state, served, told, review_at, monitored) VALUES (:id, "
                          ":state, :served, :told, :review, :monitored) ON CONFLICT (subscription_id) DO UPDATE SET "
                          "state = excluded.state, served = excluded.served, told = excluded.told, review_at = "
                          "excluded.review_at, monitored = excluded.monitored",
           soci::use(id), soci::use(state), soci::use(served), soci::use(told), soci::use(review_at, review_at_null),
           soci::use(monitored))),
      remove((sql.prepare << "DELETE FROM state WHERE subscription_id = :id", soci::use(id))),
      forget_vouched((sql.prepare << "DELETE FROM vouched_registration WHERE subscription_id = :id", soci::use(id))),
      add_vouched(
          (sql.prepare
               << "INSERT INTO vouched_registration (authorizer, subscription_id, impi, irs) VALUES (:authorizer, "
                  ":id, :impi, :irs) ON CONFLICT DO NOTHING",
           soci::use(authorizer), soci::use(id), soci::use(impi), soci::use(irs))) {}

void SqlWriter::apply(const ports::Writes& writes) {
  for (const auto& write : writes) std::visit(*this, write);
}

void SqlWriter::operator()(const ports::StateChange& change) {
  st_.id = change.subscription;
  st_.state = to_document(change.state);
  st_.served = change.state.scscf ? 1 : 0;
  st_.told = change.state.announced_names != 0 ? 1 : 0;
  st_.monitored = change.state.anything_monitored() ? 1 : 0;
  st_.review_at_null = change.state.review_at ? soci::i_ok : soci::i_null;
  if (change.state.review_at) st_.review_at = change.state.review_at->time_since_epoch().count();
  (st_.state.empty() ? st_.remove : st_.write).execute(true);
  if (change.was_vouched) st_.forget_vouched.execute(true);
  for (const auto& r : change.state.registrations) {
    for (const auto& basis : r.bases) {
      const auto* vouched = std::get_if<Vouched>(&basis.ground);
      if (vouched == nullptr) continue;
      st_.authorizer = vouched->authorizer.text();
      st_.impi = r.impi.text();
      st_.irs = static_cast<int>(r.irs);
      st_.add_vouched.execute(true);
    }
  }
}

void SqlWriter::operator()(const ports::ProfileChange& change) {
  const std::string document = to_document(change.profile);
  const long long id = change.subscription;
  sql_ << "UPDATE subscription SET profile = :p, version = version + 1 WHERE id = :id", soci::use(document),
      soci::use(id);
}

void SqlWriter::operator()(const ports::IdentitiesChange& change) {
  const long long id = change.subscription;
  for (const auto& impi : change.gone_impis) sql_ << "DELETE FROM impi WHERE impi = :text", soci::use(impi.text());
  for (const auto& impu : change.gone_impus) sql_ << "DELETE FROM impu WHERE impu = :text", soci::use(impu.text());
  try {
    for (const auto& impi : change.new_impis)
      sql_ << "INSERT INTO impi (impi, subscription_id) VALUES (:text, :id)", soci::use(impi.text()), soci::use(id);
    for (const auto& impu : change.new_impus)
      sql_ << "INSERT INTO impu (impu, subscription_id) VALUES (:text, :id)", soci::use(impu.text()), soci::use(id);
  } catch (const soci::soci_error& e) {
    if (!breaks_constraint(e)) throw;
    throw Contradiction({Error::Kind::conflict, "an identity is another subscription's"});
  }
  for (const auto& impu : change.new_impus) {  // the rows of those that are gone went with them
    if (!looks_wildcarded(impu.text())) continue;
    const std::string prefix = prefix_of(impu.text());
    const std::string ending = ending_of(impu.text());
    sql_ << "INSERT INTO wildcard (impu, prefix, ending) VALUES (:u, :p, :e)", soci::use(impu.text()),
        soci::use(prefix), soci::use(ending);
  }
}

void SqlWriter::operator()(const ports::SubscriptionRemoved& change) {
  const long long id = change.subscription;
  sql_ << "DELETE FROM subscription WHERE id = :id", soci::use(id);
}

void SqlWriter::operator()(const ports::SealedBy& precondition) {
  if (const auto current = check_current(sql_, precondition.key); !current) throw Contradiction(current.error());
}

/// A reader of before is out of date.
void SqlWriter::grants_change(long long subscription, int sequence) {
  sql_ << "UPDATE subscription SET version = version + 1, grants_sequence = :n WHERE id = :id", soci::use(sequence),
      soci::use(subscription);
}

void SqlWriter::operator()(const ports::GrantsChange& change) {
  const long long id = change.subscription;
  const int of_impi = static_cast<int>(Grant::Subject::impi);
  sql_ << "DELETE FROM grants WHERE subscription_id = :id AND (subject = :impu OR kind = :impi)", soci::use(id),
      soci::use(change.impu.text()), soci::use(of_impi);
  for (const auto& grant : change.grants) add_grant(id, grant);
  grants_change(id, change.sequence);
}

void SqlWriter::add_grant(long long subscription, const Grant& grant) {
  GrantColumns c(grant);
  sql_ << "INSERT INTO grants (subscription_id, authorizer_id, kind, subject, not_before, not_after, wwsf) SELECT "
          ":id, authorizer.id, :k, :s, :nb, :na, :w FROM authorizer WHERE name = :a",
      soci::use(subscription), soci::use(c.kind), soci::use(grant.subject), soci::use(c.not_before, c.not_before_null),
      soci::use(c.not_after, c.not_after_null), soci::use(c.wwsf, c.wwsf_null), soci::use(grant.authorizer.text());
}

void SqlWriter::take_grant(long long subscription, Grant::Subject kind, const std::string& subject,
                           const AuthorizerName& authorizer) {
  const int k = static_cast<int>(kind);
  sql_
      << "DELETE FROM grants WHERE subscription_id = :id AND kind = :k AND subject = :s AND authorizer_id = (SELECT id "
         "FROM authorizer WHERE name = :a)",
      soci::use(subscription), soci::use(k), soci::use(subject), soci::use(authorizer.text());
}

void SqlWriter::operator()(const ports::GrantAddition& change) {
  const Grant& g = change.grant;
  take_grant(change.subscription, g.kind, g.subject, g.authorizer);
  add_grant(change.subscription, g);
  grants_change(change.subscription, change.sequence);
}

void SqlWriter::operator()(const ports::GrantRemoval& change) {
  take_grant(change.subscription, change.kind, change.subject, change.authorizer);
  grants_change(change.subscription, change.sequence);
}

void SqlWriter::operator()(const ports::GrantsRemoval& change) {
  const long long id = change.subscription;
  sql_ << "DELETE FROM grants WHERE subscription_id = :id AND authorizer_id = (SELECT id FROM authorizer WHERE name = "
          ":a)",
      soci::use(id), soci::use(change.authorizer.text());
  grants_change(id, change.sequence);
}

void SqlWriter::move_registry() { sql_ << "UPDATE registry SET version = version + 1"; }

void SqlWriter::operator()(const ports::PoolAddition& change) {
  const Grant& g = change.grant;
  GrantColumns c(g);
  sql_ << "DELETE FROM pool WHERE subject = :s AND authorizer_id = (SELECT id FROM authorizer WHERE name = :a)",
      soci::use(g.subject), soci::use(g.authorizer.text());
  sql_ << "INSERT INTO pool (subject, authorizer_id, not_before, not_after, wwsf) SELECT :s, authorizer.id, :nb, :na, "
          ":w "
          "FROM authorizer WHERE name = :a",
      soci::use(g.subject), soci::use(c.not_before, c.not_before_null), soci::use(c.not_after, c.not_after_null),
      soci::use(c.wwsf, c.wwsf_null), soci::use(g.authorizer.text());
  move_registry();
}

void SqlWriter::operator()(const ports::PoolRemoval& change) {
  soci::statement pool = (sql_.prepare << "DELETE FROM pool WHERE subject = :s AND authorizer_id = (SELECT id FROM "
                                          "authorizer WHERE name = :a)",
                          soci::use(change.subject), soci::use(change.authorizer.text()));
  pool.execute(true);
  if (pool.get_affected_rows() == 0) {
    throw Contradiction({Error::Kind::not_found, change.subject + " grants " + change.authorizer.text() +
                                                     " nothing; vouchctl grants shows what there is"});
  }
  move_registry();
}

void SqlWriter::operator()(const ports::AuthorizerAddition& change) {
  add_authorizer(sql_, change.authorizer);
  move_registry();
}

void SqlWriter::operator()(const ports::AuthorizerTokensChange& change) {
  set_tokens(sql_, change);
  move_registry();
}

void SqlWriter::operator()(const ports::AuthorizerKeyChange& change) {
  put_key(sql_, change);
  move_registry();
}

void SqlWriter::operator()(const ports::SuspensionChange& change) {
  put_suspension(sql_, change);
  move_registry();
}

void SqlWriter::operator()(const ports::SuspensionEnd& change) {
  end_suspension(sql_, change);
  move_registry();
}

void SqlWriter::operator()(const ports::AuthorizerRemoval& change) {
  const std::string& name = change.name.text();
  const char* const of_it = " WHERE authorizer_id = (SELECT id FROM authorizer WHERE name = :n)";
  sql_ << std::string("DELETE FROM pool") + of_it, soci::use(name);
  sql_ << std::string("DELETE FROM grants") + of_it, soci::use(name);
  sql_ << std::string("DELETE FROM authorizer_key") + of_it, soci::use(name);
  sql_ << std::string("DELETE FROM suspension") + of_it, soci::use(name);
  sql_ << "DELETE FROM authorizer WHERE name = :n", soci::use(name);
  move_registry();
}

void SqlWriter::operator()(const ports::PermissionChange& change) {
  const AsPermission& p = change.permission;
  const int reference = static_cast<int>(p.reference);
  const int operations = static_cast<int>(p.operations.sum());
  if (p.operations.empty()) {
    sql_ << "DELETE FROM as_permission WHERE host = :h AND reference = :r AND service = :s", soci::use(p.host),
        soci::use(reference), soci::use(p.service_indication);
  } else {
    sql_ << "INSERT INTO as_permission (host, reference, service, operations) VALUES (:h, :r, :s, :o) ON CONFLICT "
            "(host, reference, service) DO UPDATE SET operations = excluded.operations",
        soci::use(p.host), soci::use(reference), soci::use(p.service_indication), soci::use(operations);
  }
  move_registry();
}

void SqlWriter::operator()(const ports::SharedSetChange& change) {
  const int id = static_cast<int>(change.set.id);
  sql_ << "INSERT INTO shared_ifc (name, set_id, xml) VALUES (:n, :i, :x) ON CONFLICT (name) DO UPDATE SET set_id = "
          "excluded.set_id, xml = excluded.xml",
      soci::use(change.set.name), soci::use(id), soci::use(change.set.xml);
}

void SqlWriter::operator()(const ports::SharedSetRemoval& change) {
  sql_ << "DELETE FROM shared_ifc WHERE name = :n", soci::use(change.name);
}

void SqlWriter::operator()(const ports::RepositoryChange& change) {
  const std::string& impu = change.impu.text();
  if (!change.data) {
    sql_ << "DELETE FROM repository WHERE impu = :u AND service = :s", soci::use(impu),
        soci::use(change.service_indication);
    return;
  }
  const int sequence = change.data->sequence;
  sql_ << "INSERT INTO repository (impu, service, sequence, data) VALUES (:u, :s, :n, :d) ON CONFLICT (impu, service) "
          "DO UPDATE SET sequence = excluded.sequence, data = excluded.data",
      soci::use(impu), soci::use(change.service_indication), soci::use(sequence), soci::use(change.data->service_data);
}

/// The bits of what is still subscribed to.
void SqlWriter::watch(long long subscription) {
  std::uint64_t bits = 0;
  int reference = 0;
  soci::statement st = (sql_.prepare << "SELECT DISTINCT reference FROM notification WHERE subscription_id = :id",
                        soci::into(reference), soci::use(subscription));
  for (bool more = st.execute(true); more; more = st.fetch())
    bits |= ports::watch_bit(static_cast<DataReference>(reference));
  const auto value = static_cast<long long>(bits);
  sql_ << "UPDATE subscription SET watched = :w WHERE id = :id", soci::use(value), soci::use(subscription);
}

void SqlWriter::operator()(const ports::NotificationSubscription& change) {
  const long long id = change.subscription;
  const int reference = static_cast<int>(change.reference);
  const long long expires = change.expires ? change.expires->time_since_epoch().count() : 0;
  soci::indicator null = change.expires ? soci::i_ok : soci::i_null;
  const int one_time = change.one_time ? 1 : 0;
  sql_ << "INSERT INTO notification (subscription_id, reference, host, impu, service, realm, expires, one_time) VALUES"
          " (:id, :r, :h, :u, :s, :realm, :e, :o) ON CONFLICT (subscription_id, reference, host, impu, service) DO "
          "UPDATE SET realm = excluded.realm, expires = excluded.expires, one_time = excluded.one_time",
      soci::use(id), soci::use(reference), soci::use(change.host), soci::use(change.impu.text()),
      soci::use(change.service_indication), soci::use(change.realm), soci::use(expires, null), soci::use(one_time);
  watch(id);
}

void SqlWriter::unsubscribe(const ports::NotificationUnsubscription& gone) {
  const long long id = gone.subscription;
  const int reference = static_cast<int>(gone.reference);
  sql_ << "DELETE FROM notification WHERE subscription_id = :id AND reference = :r AND host = :h AND impu = :u AND "
          "service = :s",
      soci::use(id), soci::use(reference), soci::use(gone.host), soci::use(gone.impu.text()),
      soci::use(gone.service_indication);
}

void SqlWriter::operator()(const ports::NotificationUnsubscription& change) {
  unsubscribe(change);
  watch(change.subscription);
}

void SqlWriter::operator()(const ports::DataChanged& change) {
  bool ended = false;
  for (const auto& s : read_notifications(sql_, change.subscription, change.reference)) {
    if (!ports::hears_of(s, change)) continue;
    add(ports::notification_of(s, change));
    if (!s.one_time) continue;
    unsubscribe({s.subscription, s.host, s.impu, s.reference, s.service_indication});
    ended = true;
  }
  if (ended) watch(change.subscription);
}

std::int64_t SqlWriter::add(const OutboxEntry& entry) { return OutboxWriter(sql_).add(entry); }
void SqlWriter::operator()(const ports::OutboxAddition& change) { OutboxWriter(sql_).add(change.entry); }
void SqlWriter::operator()(const ports::OutboxRemoval& change) { OutboxWriter(sql_).remove(change.id); }
void SqlWriter::operator()(const ports::OutboxChange& change) { OutboxWriter(sql_).change(change.entry); }

}  // namespace vouchsafe::store
