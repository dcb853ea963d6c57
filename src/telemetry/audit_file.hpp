#pragma once

#include "domain/result.hpp"
#include "telemetry/audit_chain.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

namespace vouchsafe::telemetry {

/// The audit log on disk, which the daemon and vouchctl write: one chain, in a file that is put aside when it is large
/// enough, as FILE.1, FILE.2 and on. Whoever writes holds the kernel's lock on FILE.lock.
class AuditFile {
 public:
  /// \param largest octets, beyond which the file is put aside
  AuditFile(std::filesystem::path path, std::uint64_t largest, Digest digest)
      : path_(std::move(path)), largest_(largest), digest_(digest) {}

  /// Adds records to the chain, all or none, and has them on disk.
  /// \return unavailable, with why: the disk is full, a file cannot be written, the last record is none
  [[nodiscard]] Result<void> append(const std::vector<nlohmann::ordered_json>& records) const;

  /// The files of the log, open and in the order of their records, as they are at one moment: what is put aside
  /// meanwhile is read as what it was.
  [[nodiscard]] Result<std::vector<std::pair<std::filesystem::path, std::ifstream>>> open_all() const;

  /// The files of a log, in the order of their records; those that are there.
  static std::vector<std::filesystem::path> files_of(const std::filesystem::path& path);

 private:
  [[nodiscard]] Result<off_t> find_end(Link& at, bool adds) const;
  /// \param alone nobody else reads or writes meanwhile \return unavailable where the lock cannot be had in two seconds
  [[nodiscard]] Result<void> with_lock(bool alone, const std::function<Result<void>()>& body) const;

  std::filesystem::path path_;
  std::uint64_t largest_;
  Digest digest_;
};

}  // namespace vouchsafe::telemetry
