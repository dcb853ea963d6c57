#include "domain/sequence_number.hpp"

namespace vouchsafe {
namespace {

constexpr std::uint64_t sqn_mask = (std::uint64_t{1} << 48U) - 1;
constexpr unsigned ind_bits = 5;
constexpr std::uint64_t ind_mask = (std::uint64_t{1} << ind_bits) - 1;
constexpr std::uint64_t most_ahead = std::uint64_t{1} << 28U;  // the delta of TS 33.102, annex C.3

std::uint64_t seq(std::uint64_t sqn) { return (sqn & sqn_mask) >> ind_bits; }

}  // namespace

std::uint64_t next_sqn(std::uint64_t sqn) {
  const std::uint64_t ind = (sqn + 1) & ind_mask;
  return (((seq(sqn) + 1) << ind_bits) | ind) & sqn_mask;
}

bool usim_accepts(std::uint64_t sqn, std::uint64_t sqn_ms) {
  return seq(sqn) > seq(sqn_ms) && seq(sqn) - seq(sqn_ms) <= most_ahead;
}

std::uint64_t resynchronized(std::uint64_t sqn_he, std::uint64_t sqn_ms) {
  return usim_accepts(next_sqn(sqn_he), sqn_ms) ? sqn_he : sqn_ms & sqn_mask;
}

}  // namespace vouchsafe
