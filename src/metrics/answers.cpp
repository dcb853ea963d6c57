#include "metrics/answers.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace vouchsafe::metrics {
namespace {

namespace code {
#define COMMAND(application, code, enumerator, name) constexpr std::uint32_t enumerator = code;
#include "dict/all.def"
}  // namespace code

struct CommandRow {
  std::uint32_t code;
  const char* name;
};
/// What the HSS answers.
constexpr auto command_rows = std::to_array<CommandRow>({{code::user_authorization, "UAR"},
                                                         {code::server_assignment, "SAR"},
                                                         {code::location_info, "LIR"},
                                                         {code::multimedia_auth, "MAR"},
                                                         {code::user_data, "UDR"},
                                                         {code::profile_update, "PUR"},
                                                         {code::subscribe_notifications, "SNR"}});

constexpr auto result_rows = std::to_array<ResultCode>({
#define RESULT(number, name, whose, meaning) result::name,
#include "dict/results.def"
#undef RESULT
});

/// In nanoseconds, both ends of each bucket's range: a read takes some 100 us, a write an fsync more, and nothing
/// longer than the store's deadline.
constexpr auto bound_rows = std::to_array<std::int64_t>(
    {50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 25'000'000, 50'000'000,
     100'000'000, 250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000});

constexpr double in_a_second = 1e9;

/// What alerts look at has a series before it first happens.
constexpr bool is_watched(ResultCode result) {
  return result == result::too_busy || result == result::unable_to_comply;
}

std::string name_of(ResultCode result) { return (result.experimental ? "3GPP " : "") + std::to_string(result.code); }

template <class Rows, class Is>
constexpr std::size_t place_in(const Rows& rows, Is is) {
  return static_cast<std::size_t>(std::distance(rows.begin(), std::find_if(rows.begin(), rows.end(), is)));
}

void add(std::atomic<std::uint64_t>& counter, std::uint64_t what = 1) noexcept {
  counter.fetch_add(what, std::memory_order_relaxed);
}

}  // namespace

void Answers::answered(std::uint32_t command, ResultCode result, std::chrono::nanoseconds took) noexcept {
  static_assert(command_rows.size() == commands && result_rows.size() == results && bound_rows.size() == bounds);
  const auto which = place_in(command_rows, [&](const CommandRow& row) { return row.code == command; });
  if (which == commands) return;  // the HSS answers no other
  Counters& counters = counters_.at(which);
  const auto nanoseconds = std::max<std::int64_t>(0, took.count());
  add(counters.by_result.at(place_in(result_rows, [&](const ResultCode& row) { return row == result; })));
  add(counters.by_time.at(place_in(bound_rows, [&](std::int64_t bound) { return nanoseconds <= bound; })));
  add(counters.nanoseconds, static_cast<std::uint64_t>(nanoseconds));
}

void Answers::collect(Families& out) const {
  auto by_result = Family::counter("vouchsafe_answers_total",
                                   "Answers by command and result: a Result-Code, or an Experimental-Result-Code after "
                                   "3GPP.");
  auto by_time = Family::histogram("vouchsafe_answer_duration_seconds",
                                   "Time from when the HSS was given a request until it handed its answer over, in "
                                   "seconds.");
  std::vector<double> seconds(bounds);
  std::transform(bound_rows.begin(), bound_rows.end(), seconds.begin(),
                 [](std::int64_t bound) { return static_cast<double>(bound) / in_a_second; });
  for (std::size_t c = 0; c < commands; ++c) {
    const Counters& counters = counters_.at(c);
    const std::string command = command_rows.at(c).name;
    for (std::size_t r = 0; r < results; ++r) {
      const auto count = counters.by_result.at(r).load(std::memory_order_relaxed);
      if (count == 0 && !is_watched(result_rows.at(r))) continue;
      by_result.add({{"command", command}, {"result", name_of(result_rows.at(r))}}, static_cast<double>(count));
    }
    if (const auto others = counters.by_result.back().load(std::memory_order_relaxed); others > 0)
      by_result.add({{"command", command}, {"result", "other"}}, static_cast<double>(others));
    std::vector<std::uint64_t> counts(bounds + 1);
    std::transform(counters.by_time.begin(), counters.by_time.end(), counts.begin(),
                   [](const auto& counter) { return counter.load(std::memory_order_relaxed); });
    const auto sum = static_cast<double>(counters.nanoseconds.load(std::memory_order_relaxed)) / in_a_second;
    by_time.add({{"command", command}}, seconds, counts, sum);
  }
  by_result.to(out);
  by_time.to(out);
}

}  // namespace vouchsafe::metrics
