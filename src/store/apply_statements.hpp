#pragma once

#include <soci/soci.h>

#include <string>

namespace vouchsafe::store {

/// The prepared writes of SqlCommitter, with the variables that they are bound to.
struct ApplyStatements {
  explicit ApplyStatements(soci::session& sql);

  long long id = 0;
  std::string state;
  std::string authorizer;
  std::string impi;
  int irs = 0;

  soci::statement write;
  soci::statement remove;
  soci::statement forget_vouched;
  soci::statement add_vouched;
};

}  // namespace vouchsafe::store
