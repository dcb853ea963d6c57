#pragma once

#include <cstdint>

namespace vouchsafe::store {

// SQLite maps the database and the index of its log into memory. Where somebody makes such a file shorter, the next
// look at what is gone is SIGBUS, which ends a process. A thread that says that it reads sees zeros instead, which
// SQLite takes for damage, and the process knows that it happened: nothing that was read meanwhile counts.
namespace mapped_reads {

/// Takes SIGBUS over from whoever has it: what is not of a database goes to them.
void install();
/// The calling thread reads from now on; begin() and end() come in pairs.
void begin();
void end();
/// How often a thread of this process has met with a file that was too short.
std::uint64_t faults();

}  // namespace mapped_reads

}  // namespace vouchsafe::store
