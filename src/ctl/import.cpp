#include "ctl/command.hpp"
#include "ctl/import_line.hpp"
#include "ctl/progress.hpp"
#include "ctl/sealing.hpp"
#include "ctl/useless_grant.hpp"

#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

namespace vouchsafe::ctl {
namespace {

constexpr std::size_t batch_lines = 5000;
constexpr std::size_t batches_ahead = 4;

struct BadLine {
  std::size_t number;
  std::string reason;
};

struct Batch {
  std::vector<store::NewSubscription> subscriptions;
  std::vector<std::size_t> numbers;  ///< the line that each came from
  std::vector<BadLine> bad;
  std::size_t octets = 0;
};

/// Parsed batches on their way from the reader's thread to the writer's.
class Pipe {
 public:
  void put(Batch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batches_.size() < batches_ahead || closed_; });
    if (!closed_) batches_.push_back(std::move(batch));
    changed_.notify_all();
  }
  std::optional<Batch> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !batches_.empty() || closed_; });
    if (batches_.empty()) return std::nullopt;
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    changed_.notify_all();
    return batch;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  bool closed_ = false;
};

void read_all(std::istream& in, const crypto::KeyRing& keys, Pipe& pipe) {
  Batch batch;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    batch.octets += line.size() + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto parsed = parse_import_line(line, keys);
    if (parsed) {
      batch.subscriptions.push_back(std::move(*parsed));
      batch.numbers.push_back(number);
    } else {
      batch.bad.push_back({number, parsed.error().detail});
    }
    if (batch.subscriptions.size() + batch.bad.size() < batch_lines) continue;
    pipe.put(std::move(batch));
    batch = {};
  }
  pipe.put(std::move(batch));
}

struct Totals {
  std::size_t imported = 0;
  std::size_t bad = 0;
};

void report(const Session& session, std::vector<BadLine>& bad) {
  std::sort(bad.begin(), bad.end(), [](const BadLine& a, const BadLine& b) { return a.number < b.number; });
  for (const auto& line : bad) {
    if (session.json) {
      std::cout << json_text({{"line", line.number}, {"error", line.reason}}) << '\n';
    } else {
      complain("line " + std::to_string(line.number) + ": " + line.reason);
    }
  }
}

/// Grants of a line that will never carry a registration.
void tell_useless(const Session& session, const store::NewSubscription& line, std::size_t number) {
  const Subscription subscription{0, 0, line.profile, {}};
  std::set<std::string> told;
  for (const auto& grant : line.grants) {
    for (auto& text : useless(subscription, grant, line.grants)) {
      if (told.insert(text).second) session.warn("line " + std::to_string(number) + ": " + text);
    }
  }
}

Totals write_all(Session& session, Pipe& pipe, bool dry_run, Progress& progress) {
  store::SubscriptionWriter writer(session.database());
  Totals totals;
  while (auto batch = pipe.take()) {
    const auto outcome = need(write_sealed(session, batch->subscriptions, [&](std::uint32_t sealed_with) {
      return writer.add(batch->subscriptions, dry_run, sealed_with);
    }));
    std::size_t refused = 0;
    for (std::size_t i = 0; i < outcome.size(); ++i) {
      if (!outcome[i]) continue;
      batch->bad.push_back({batch->numbers[i], *outcome[i]});
      ++refused;
    }
    totals.imported += outcome.size() - refused;
    for (std::size_t i = 0; i < outcome.size(); ++i) {
      if (!outcome[i]) tell_useless(session, batch->subscriptions[i], batch->numbers[i]);
    }
    totals.bad += batch->bad.size();
    report(session, batch->bad);
    progress.advance(batch->octets);
  }
  return totals;
}

void run(Session& session, const std::string& file, bool dry_run) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file);
    if (!opened) throw Failure(Exit::failed, file + " cannot be read");
  }
  std::istream& in = file == "-" ? std::cin : opened;
  std::ios::sync_with_stdio(false);
  session.database();
  const crypto::KeyRing& keys = session.keys();
  Progress progress("import", file == "-" ? 0 : std::filesystem::file_size(file));
  Pipe pipe;
  std::thread reader([&] {
    read_all(in, keys, pipe);
    pipe.close();
  });
  Totals totals;
  try {
    totals = write_all(session, pipe, dry_run, progress);
  } catch (...) {
    pipe.close();
    reader.join();
    throw;
  }
  reader.join();
  progress.end();
  const std::string verb = dry_run ? "would be imported" : "imported";
  session.print(std::to_string(totals.imported) + " " + verb + ", " + std::to_string(totals.bad) + " lines left out",
                {{"imported", totals.imported}, {"left_out", totals.bad}, {"dry_run", dry_run}});
  if (totals.bad > 0) session.exit = Exit::partly;
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("import", "read subscriptions, one JSON object a line; a batch is one transaction");
  auto file = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  command->add_option("file", *file, "JSON Lines, or - for standard input")->required();
  command->add_flag("--dry-run", *dry_run, "check every line against the database, and write nothing");
  command->callback([&session, file, dry_run] { run(session, *file, *dry_run); });
}

}  // namespace vouchsafe::ctl
