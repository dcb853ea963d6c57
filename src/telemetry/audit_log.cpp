#include "telemetry/audit_log.hpp"

#include <chrono>
#include <utility>

namespace vouchsafe::telemetry {
namespace {

/// What happens in so short a time is written, and brought to the disk, at once.
constexpr std::chrono::milliseconds gathered{50};

}  // namespace

AuditLog::AuditLog(AuditFile file, Options options, ports::Log& log)
    : file_(std::move(file)), options_(std::move(options)), log_(log), thread_([this] { run(); }) {}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool AuditLog::is_sampled(const ports::Event& event) noexcept {
  const auto* decided = std::get_if<ports::Decided>(&event);
  if (decided == nullptr || !decided->decision.allowed() || decided->decision.monitored) return true;
  return options_.accepted_every > 0 && !decided->authorizer.empty() &&
         accepted_.fetch_add(1, std::memory_order_relaxed) % options_.accepted_every == 0;
}

void AuditLog::happened(const ports::Event& event, const ports::Occasion& occasion) noexcept {
  try {
    if (!is_sampled(event)) return;
    auto record = audit_record(event, occasion, options_.identity, options_.accepted_every > 0);
    if (!record) return;
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting) return leave_out(1);
    waiting_.push_back(std::move(*record));
    if (waiting_.size() == 1) wake_.notify_one();
  } catch (const std::exception&) {
    const std::lock_guard lock(mutex_);
    leave_out(1);
  }
}

void AuditLog::leave_out(std::uint64_t records) {
  left_out_ += records;
  dropped_.fetch_add(records, std::memory_order_relaxed);
}

void AuditLog::write(const std::vector<nlohmann::ordered_json>& records) {
  const auto written = file_.append(records);
  if (written && failing_) log_.write(ports::message::audit_works{});
  if (!written && !failing_) log_.write(ports::message::audit_fails{.why = written.error().detail});
  failing_ = !written;
}

void AuditLog::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (!stopping_) wake_.wait_for(lock, gathered, [this] { return stopping_; });
    auto records = std::exchange(waiting_, {});
    const auto left_out = std::exchange(left_out_, 0);
    if (records.empty()) return;
    lock.unlock();
    const auto own = records.size();
    try {
      if (left_out > 0) {
        nlohmann::ordered_json missing = {{"time", records.front()["time"]}, {"event", "left out"}};
        missing["records"] = left_out;
        records.insert(records.begin(), std::move(missing));
      }
      write(records);
    } catch (const std::exception& e) {
      log_.write(ports::message::audit_fails{.why = e.what()});
      failing_ = true;
    }
    lock.lock();
    if (!failing_) continue;
    left_out_ += left_out;  // nobody has been told of these
    leave_out(own);
  }
}

}  // namespace vouchsafe::telemetry
