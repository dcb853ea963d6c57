#pragma once

#include <cstdint>

namespace vouchsafe {

/// The next SQN = SEQ || IND to be given out after this one (TS 33.102, annex C.1.1.1: IND in the low 5 bits): SEQ
/// moves by one and IND goes round, so that no two vectors ever share either.
std::uint64_t next_sqn(std::uint64_t sqn);

/// Whether a USIM whose highest accepted SQN is `sqn_ms` takes a vector of `sqn` (TS 33.102, annex C.2): SEQ is newer,
/// and not more than the limit of annex C.3 (2^28) ahead.
bool usim_accepts(std::uint64_t sqn, std::uint64_t sqn_ms);

/// SQN_HE after a synchronization failure whose AUTS was verified (TS 33.102, 6.3.5, steps 2 to 5): it moves to SQN_MS
/// only when the USIM would refuse the next one. A recorded AUTS that is sent again changes nothing.
std::uint64_t resynchronized(std::uint64_t sqn_he, std::uint64_t sqn_ms);

}  // namespace vouchsafe
