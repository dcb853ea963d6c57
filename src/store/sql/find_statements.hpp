#pragma once

#include <soci/soci.h>

#include <string>

namespace vouchsafe::store {

/// The prepared reads of SqlReader, with the variables that they are bound to.
struct FindStatements {
  explicit FindStatements(soci::session& sql);

  struct Row {
    long long id = 0;
    long long version = 0;
    std::string profile;
    std::string state;
    soci::indicator state_null = soci::i_null;
    long long registry_version = 0;
    long long watched = 0;
    int grants_sequence = 0;
  };
  struct GrantRow {
    int kind = 0;
    std::string subject;
    int authorizer = 0;  ///< its id in the registry
    soci::indicator kind_null = soci::i_null;
    soci::indicator subject_null = soci::i_null;
    soci::indicator authorizer_null = soci::i_null;  ///< a subscription without grants gives a row of nulls
    long long not_before = 0;
    long long not_after = 0;
    std::string wwsf;
    soci::indicator not_before_null = soci::i_null;
    soci::indicator not_after_null = soci::i_null;
    soci::indicator wwsf_null = soci::i_null;
  };

  std::string key;
  long long id = 0;
  long long greatest = 0;
  soci::indicator greatest_null = soci::i_null;
  int until_reread = 0;  ///< of the greatest number
  Row row;
  GrantRow grant;
  std::string prefix;
  std::string ending;
  std::string wildcard;
  int set_id = 0;
  std::string xml;
  std::string service;
  int sequence = 0;
  std::string data;

  static constexpr const char* last_prefix_sql =
      "SELECT prefix FROM wildcard WHERE prefix <= :key ORDER BY prefix DESC LIMIT 1";
  static constexpr const char* last_ending_sql =
      "SELECT ending FROM wildcard WHERE prefix = :prefix AND ending <= :key ORDER BY ending DESC LIMIT 1";
  static constexpr const char* wildcards_sql =
      "SELECT impu FROM wildcard WHERE prefix = :prefix AND ending = :key ORDER BY impu";

  soci::statement by_impu;
  soci::statement by_impi;
  soci::statement by_impu_with_grants;  ///< one row a grant, at least one
  soci::statement by_impi_with_grants;
  soci::statement by_id_with_grants;    ///< of the subscription `id`
  soci::statement near_id_with_grants;  ///< of the subscription `id`, or the next
  soci::statement greatest_id;          ///< of all subscriptions
  soci::statement last_prefix;          ///< the greatest prefix of a wildcarded identity up to `key`
  soci::statement last_ending;          ///< the greatest ending up to `key` of those with exactly the prefix `prefix`
  soci::statement wildcards;            ///< with exactly the prefix `prefix` and the ending `key`
  soci::statement impi_exists;
  soci::statement shared_ifc;
  soci::statement repository;

 private:
  soci::statement subscription(soci::session& sql, const char* table);
  soci::statement subscription_with_grants(soci::session& sql, const char* table);
};

}  // namespace vouchsafe::store
