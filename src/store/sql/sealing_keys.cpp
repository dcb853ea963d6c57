#include "store/sql/sealing_keys.hpp"

#include "store/sql/document.hpp"
#include "store/sqlite/with_connection.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace vouchsafe::store {
namespace {

using Checks = ports::SealingRing::Checks;

constexpr const char* restore = ": restore the key file that belongs to this database, from a backup";

/// \return 0 when the database has no account of keys yet
std::uint32_t current_key(soci::session& sql) {
  long long number = 0;
  sql << "SELECT coalesce(max(number), 0) FROM sealing_key WHERE current = 1", soci::into(number);
  return static_cast<std::uint32_t>(number);
}

Checks account(soci::session& sql) {
  Checks out;
  soci::rowset<soci::row> rows = (sql.prepare << "SELECT number, check_value FROM sealing_key");
  for (const auto& row : rows) out[static_cast<std::uint32_t>(row.get<int>(0))] = row.get<std::string>(1);
  return out;
}

void add_row(soci::session& sql, std::uint32_t number, const std::string& check_value) {
  const long long n = number;
  sql << "INSERT INTO sealing_key (number, check_value, current) VALUES (:n, :c, 0)", soci::use(n),
      soci::use(check_value);
}

void make_current(soci::session& sql, std::uint32_t number) {
  const long long n = number;
  sql << "UPDATE sealing_key SET current = (number = :n)", soci::use(n);
}

/// Identities with a sealed secret, out of the first subscriptions that have any.
Result<std::vector<PrivateIdentity>> sealed_identities(soci::session& sql) {
  std::vector<PrivateIdentity> out;
  soci::rowset<std::string> profiles =
      (sql.prepare << "SELECT profile FROM subscription WHERE profile LIKE '%\"sealed\"%' LIMIT 16");
  for (const auto& text : profiles) {
    auto profile = profile_from_document(text);
    if (!profile) return tl::unexpected<Error>(profile.error());
    for (auto& impi : profile->impis) {
      if (!impi.sealed.empty()) out.push_back(std::move(impi));
    }
  }
  return out;
}

/// A database of a release that kept no account, or a new one.
Result<void> take_over(soci::session& sql, const Checks& in_file, const ports::SealingRing& ring) {
  const auto sealed = sealed_identities(sql);
  if (!sealed) return tl::unexpected<Error>(sealed.error());
  const bool opens = sealed->empty() || std::any_of(sealed->begin(), sealed->end(),
                                                    [&](const PrivateIdentity& impi) { return ring.opens(impi); });
  if (!opens) return unavailable(std::string("no key of the key file opens the database's secrets") + restore);
  for (const auto& [number, check_value] : in_file) add_row(sql, number, check_value);
  make_current(sql, in_file.rbegin()->first);
  return {};
}

Result<void> compare(const Checks& wanted, const Checks& in_file) {
  for (const auto& [number, check_value] : wanted) {
    const auto found = in_file.find(number);
    if (found == in_file.end())
      return unavailable("the key file has no key " + std::to_string(number) + ", which the database uses" + restore);
    if (found->second != check_value) {
      return unavailable("key " + std::to_string(number) + " of the key file is another one than the database's" +
                         restore);
    }
  }
  return {};
}

/// The keys that some secret is sealed with, and the current one; in one snapshot.
Result<std::set<std::uint32_t>> used_keys(soci::session& sql, const ports::SealingRing& ring) {
  std::set<std::uint32_t> out{current_key(sql)};
  std::string text;
  soci::statement st = (sql.prepare << "SELECT profile FROM subscription", soci::into(text));
  for (bool more = st.execute(true); more; more = st.fetch()) {
    const auto profile = profile_from_document(text);
    if (!profile) return tl::unexpected<Error>(profile.error());
    for (const auto& impi : profile->impis) {
      if (!impi.sealed.empty()) out.insert(ring.key_of(impi.sealed));
    }
  }
  return out;
}

}  // namespace

Result<void> SealingKeys::agree() {
  return with_connection<void>(database_, [&](Connection& connection) -> Result<void> {
    soci::session& sql = connection.sql();
    Transaction transaction(sql, Transaction::Kind::write);
    const auto in_file = ring_.read_again();
    if (!in_file) return tl::unexpected<Error>(in_file.error());
    const Checks wanted = account(sql);
    auto agreed = wanted.empty() ? take_over(sql, *in_file, ring_) : compare(wanted, *in_file);
    if (!agreed) return agreed;
    const std::uint32_t current = current_key(sql);
    if (current == 0) return unavailable("the database does not say which key seals: restore it from a backup");
    transaction.commit();
    ring_.seal_with(current);
    return {};
  });
}

Result<std::uint32_t> SealingKeys::rotate() {
  return with_connection<std::uint32_t>(database_, [&](Connection& connection) -> Result<std::uint32_t> {
    soci::session& sql = connection.sql();
    Transaction transaction(sql, Transaction::Kind::write);
    // The file first: the account must not name a key that is nowhere.
    const auto in_file = ring_.add_key();
    if (!in_file) return tl::unexpected<Error>(in_file.error());
    const auto& [number, check_value] = *in_file->rbegin();
    add_row(sql, number, check_value);
    make_current(sql, number);
    transaction.commit();
    ring_.seal_with(number);
    return number;
  });
}

/// What no secret is sealed with in one snapshot stays so: a secret is written with the current key, and the current
/// key of a later time is a new one. So the whole database is read without keeping its writers waiting.
Result<std::size_t> SealingKeys::prune() {
  return with_connection<std::size_t>(database_, [&](Connection& connection) -> Result<std::size_t> {
    soci::session& sql = connection.sql();
    Checks unused;
    {
      Transaction snapshot(sql, Transaction::Kind::read);
      const auto used = used_keys(sql, ring_);
      if (!used) return tl::unexpected<Error>(used.error());
      unused = account(sql);
      std::erase_if(unused, [&](const auto& key) { return used->contains(key.first); });
    }
    {
      Transaction transaction(sql, Transaction::Kind::write);
      for (const auto& [number, check_value] : unused) {
        const long long n = number;
        sql << "DELETE FROM sealing_key WHERE number = :n", soci::use(n);
      }
      transaction.commit();
    }
    // The account first: it must not name a key that is nowhere.
    const Transaction lock(sql, Transaction::Kind::write);
    return ring_.keep_only(account(sql));
  });
}

Result<void> needs_no_key_file(Database& database) {
  return with_connection<void>(database, [&](Connection& connection) -> Result<void> {
    const auto sealed = sealed_identities(connection.sql());
    if (!sealed) return tl::unexpected<Error>(sealed.error());
    if (sealed->empty() && account(connection.sql()).empty()) return {};
    return unavailable("the database " + database.options().path +
                       " belongs to a key file that is not there: restore the key file from a backup");
  });
}

Result<void> check_current(soci::session& sql, std::uint32_t sealed_with) {
  const std::uint32_t current = current_key(sql);
  if (current == sealed_with) return {};
  return fail(Error::Kind::conflict,
              "a rekey went on meanwhile, key " + std::to_string(current) + " seals by now: try again");
}

}  // namespace vouchsafe::store
