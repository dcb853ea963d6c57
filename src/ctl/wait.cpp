#include "ctl/wait.hpp"

#include "ctl/progress.hpp"
#include "store/sql/sql_outbox.hpp"

#include <algorithm>
#include <thread>

namespace vouchsafe::ctl {

void WaitOption::add_to(CLI::App& command) {
  command.add_flag("--wait", wanted_, "return when its effects are acknowledged by S-CSCFs and ASs");
  command.add_option("--wait-seconds", seconds_, "longest wait; then the exit code is 1")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
}

void WaitOption::wait(Session& session, std::int64_t origin) const {
  if (!wanted_ || origin == 0) return;
  const store::SqlOutbox outbox(session.database());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{seconds_};
  Progress progress("effects acknowledged", 0);
  std::int64_t most = 0;
  std::int64_t done = 0;
  while (true) {
    const auto left = need(outbox.left(origin));
    most = std::max(most, left.owed);
    if (most - left.owed > done) progress.advance(static_cast<std::size_t>(most - left.owed - done));
    done = std::max(done, most - left.owed);
    if (left.owed == 0) {
      progress.end();
      if (left.given_up == 0) return;
      throw Failure(Exit::failed, std::to_string(left.given_up) + " messages were given up; see vouchctl outbox");
    }
    if (std::chrono::steady_clock::now() > until) {
      progress.end();
      throw Failure(Exit::failed, std::to_string(left.owed) +
                                      " messages are still owed: is the HSS running? vouchctl outbox shows them");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

}  // namespace vouchsafe::ctl
