#include "domain/sequence_number.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

// TS 33.102, 6.3.5 and annex C.
namespace vouchsafe::testing {
namespace {

constexpr std::uint64_t sqn(std::uint64_t seq, std::uint64_t ind = 0) { return seq << 5U | ind; }
constexpr std::uint64_t delta = std::uint64_t{1} << 28U;
constexpr std::uint64_t largest_seq = (std::uint64_t{1} << 43U) - 1;

BOOST_AUTO_TEST_SUITE(sequence_number)

BOOST_AUTO_TEST_CASE(the_next_sqn_moves_seq_by_one_and_ind_round) {
  BOOST_TEST(next_sqn(0) == sqn(1, 1));
  BOOST_TEST(next_sqn(sqn(7, 3)) == sqn(8, 4));
  BOOST_TEST(next_sqn(sqn(7, 31)) == sqn(8, 0));
  std::set<std::uint64_t> inds;
  std::uint64_t at = 0;
  for (int i = 0; i < 32; ++i) inds.insert((at = next_sqn(at)) & 31U);
  BOOST_TEST(inds.size() == 32U);
}

BOOST_AUTO_TEST_CASE(the_next_sqn_stays_within_48_bits) {
  BOOST_TEST(next_sqn(sqn(largest_seq, 31)) == 0U);
  BOOST_TEST(next_sqn(~std::uint64_t{0}) == 0U);
}

BOOST_AUTO_TEST_CASE(a_usim_takes_a_newer_seq_whatever_its_ind_and_none_that_is_too_far_ahead) {
  BOOST_TEST(usim_accepts(sqn(101, 0), sqn(100, 31)));
  BOOST_TEST(!usim_accepts(sqn(100, 31), sqn(100, 0)));  // IND does not make it newer
  BOOST_TEST(!usim_accepts(sqn(99, 0), sqn(100, 0)));
  BOOST_TEST(usim_accepts(sqn(100 + delta), sqn(100)));
  BOOST_TEST(!usim_accepts(sqn(101 + delta), sqn(100)));
  BOOST_TEST(!usim_accepts(0, sqn(largest_seq)));
}

BOOST_AUTO_TEST_CASE(sqn_moves_to_the_usims_when_the_next_one_would_be_refused) {
  BOOST_TEST(resynchronized(sqn(1, 1), sqn(500, 9)) == sqn(500, 9));
  BOOST_TEST(resynchronized(sqn(499, 30), sqn(500, 9)) == sqn(500, 9));      // the next is 500: not newer
  BOOST_TEST(resynchronized(sqn(500 + delta), sqn(500, 9)) == sqn(500, 9));  // the next is too far ahead
}

BOOST_AUTO_TEST_CASE(sqn_stays_when_the_usim_takes_the_next_one_so_that_a_replay_rolls_nothing_back) {
  BOOST_TEST(resynchronized(sqn(500), sqn(500, 9)) == sqn(500));
  BOOST_TEST(resynchronized(sqn(1000, 8), sqn(5)) == sqn(1000, 8));
  BOOST_TEST(resynchronized(sqn(5 + delta - 1), sqn(5)) == sqn(5 + delta - 1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
