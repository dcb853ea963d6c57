#include "store/sql/operation_runner.hpp"

#include "store/sql/sql_writer.hpp"
#include "store/sql/transaction_reader.hpp"
#include "store/sqlite/with_connection.hpp"

namespace vouchsafe::store {
namespace {

/// \return the number of the first entry of the outbox, 0 for none
std::int64_t write(SqlWriter& writer, ports::Writes writes) {
  std::int64_t origin = 0;
  for (auto& one : writes) {
    if (auto* addition = std::get_if<ports::OutboxAddition>(&one)) {
      addition->entry.origin = origin;
      const std::int64_t id = writer.add(addition->entry);
      if (origin == 0) origin = id;
    } else {
      std::visit(writer, one);
    }
  }
  return origin;
}

}  // namespace

Result<std::int64_t> OperationRunner::run(std::int64_t subscription, const Operation& operation) {
  return run([&](const ports::OperatorReader& reader) -> Result<ports::Writes> {
    const auto view = reader.by_number(subscription);
    if (!view) return tl::unexpected<Error>(view.error());
    if (!view->subscription) return fail(Error::Kind::not_found, "no such subscription");
    return operation(*view);
  });
}

Result<std::int64_t> OperationRunner::run(const Reading& operation) {
  return with_connection<std::int64_t>(database_, [&](Connection& connection) -> Result<std::int64_t> {
    Transaction transaction(connection.sql(), Transaction::Kind::write);
    auto writes = operation(TransactionReader(connection));
    if (!writes) return tl::unexpected<Error>(writes.error());
    SqlWriter writer(connection.sql(), connection.write());
    try {
      const std::int64_t origin = write(writer, std::move(*writes));
      transaction.commit();
      return origin;
    } catch (const Contradiction& e) {
      return tl::unexpected<Error>(e.error());
    }
  });
}

}  // namespace vouchsafe::store
