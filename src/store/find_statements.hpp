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
  };
  struct GrantRow {
    int kind = 0;
    std::string subject;
    std::string authorizer;
    int suspended = 0;
    long long not_before = 0;
    long long not_after = 0;
    std::string wwsf;
    soci::indicator not_before_null = soci::i_null;
    soci::indicator not_after_null = soci::i_null;
    soci::indicator wwsf_null = soci::i_null;
  };

  std::string key;
  long long id = 0;
  Row row;
  GrantRow grant;
  std::string wildcard;
  int suspended = 0;
  int token_required = 0;
  int set_id = 0;
  std::string xml;

  soci::statement begin;
  soci::statement commit;
  soci::statement by_impu;
  soci::statement by_impi;
  soci::statement wildcards;
  soci::statement impi_exists;
  soci::statement grants;
  soci::statement pools;
  soci::statement authorizer;
  soci::statement shared_ifc;
};

}  // namespace vouchsafe::store
