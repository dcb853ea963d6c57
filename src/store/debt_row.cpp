#include "store/debt_row.hpp"

#include <sstream>

namespace vouchsafe::store {
namespace {

enum Flag : int { user_data = 1, charging = 2, credentials = 4, allowed = 8 };
constexpr int reason_shift = 4;  ///< the Reason-Code of an RTR stands above the flags

int flags_of(const Debt& debt) {
  return (debt.user_data ? Flag::user_data : 0) | (debt.charging ? Flag::charging : 0) |
         (debt.credentials ? Flag::credentials : 0) | (debt.allowed ? Flag::allowed : 0) |
         (static_cast<int>(debt.reason) << reason_shift);
}

}  // namespace

DebtRow DebtRow::from(const Debt& debt) {
  DebtRow row;
  row.id = debt.id;
  row.kind = static_cast<int>(debt.kind);
  row.subscription = debt.subscription;
  row.host = debt.host;
  row.realm = debt.realm;
  row.impi = debt.impi;
  for (const auto& impu : debt.impus) row.impus += (row.impus.empty() ? "" : "\n") + impu;
  for (const auto irs : debt.sets) row.sets += (row.sets.empty() ? "" : " ") + std::to_string(irs);
  row.authorizer = debt.authorizer;
  row.cursor = debt.cursor;
  row.flags = flags_of(debt);
  row.reference = static_cast<int>(debt.reference);
  row.service = debt.service_indication;
  row.cause = debt.cause;
  row.created = debt.created.time_since_epoch().count();
  row.due = debt.due.count();
  row.tries = debt.tries;
  row.given_up = debt.given_up ? 1 : 0;
  row.error = debt.error;
  row.origin = debt.origin;
  return row;
}

Debt DebtRow::debt() const {
  Debt out;
  out.id = id;
  out.kind = static_cast<Debt::Kind>(kind);
  out.subscription = subscription;
  out.host = host;
  out.realm = realm;
  out.impi = impi;
  std::istringstream lines(impus);
  for (std::string line; std::getline(lines, line);) out.impus.push_back(line);
  std::istringstream numbers(sets);
  for (std::uint32_t irs = 0; numbers >> irs;) out.sets.push_back(irs);
  out.authorizer = authorizer;
  out.cursor = cursor;
  out.user_data = (flags & Flag::user_data) != 0;
  out.charging = (flags & Flag::charging) != 0;
  out.credentials = (flags & Flag::credentials) != 0;
  out.allowed = (flags & Flag::allowed) != 0;
  out.reason = static_cast<TerminationReason>((flags >> reason_shift) & 3);
  out.reference = static_cast<DataReference>(reference);
  out.service_indication = service;
  out.cause = cause;
  out.created = Time{std::chrono::seconds{created}};
  out.due = std::chrono::milliseconds{due};
  out.tries = tries;
  out.given_up = given_up != 0;
  out.error = error;
  out.origin = origin;
  return out;
}

}  // namespace vouchsafe::store
