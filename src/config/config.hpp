#pragma once

#include "domain/policy.hpp"
#include "domain/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace vouchsafe::config {

/// vouchsafe.conf. The defaults here are those of the shipped sample.
struct Config {
  std::uint32_t vendor_id = 32473;
  struct {
    std::string path = "/var/lib/vouchsafe/hss.db";
    std::string key_file = "/var/lib/vouchsafe/hss.keys";
    std::size_t cache_kib = 16384;
    std::size_t mmap_mib = 1024;
    std::chrono::milliseconds deadline{2000};
    std::size_t queue = 20000;
    std::size_t batch = 512;
  } database;
  struct {
    std::chrono::seconds vouching_lifetime{32};  ///< SIP Timer B (RFC 3261, 17.1.1.2)
    std::size_t vouching_limit = 1'000'000;
  } delegation;
  struct {
    std::size_t window = 32;
    std::size_t rate = 500;  ///< a second
    std::chrono::milliseconds timeout{5000};
    int tries = 8;
    std::chrono::milliseconds first_retry{1000};
    std::chrono::seconds longest_retry{300};
    std::chrono::hours keep{24};
  } outbox;
  std::uint32_t max_vectors = 5;
  std::chrono::seconds challenge_lifetime{60};
  std::size_t sh_largest_update = 32768;  ///< octets
  bool wire_guard = true;
  bool core_dumps = false;
  Policy policy;
};

/// Reads a file. \return malformed with "file:line: key: what is wrong; what would be right", for an unknown key, a
/// wrong type, a value out of range, or a file that libconfig cannot parse; unavailable for one that cannot be read
Result<Config> load(const std::string& path);

/// \return malformed where the configuration lets nobody ask anything, which no HSS is started for
Result<void> serves_somebody(const Config& config, const std::string& path);

}  // namespace vouchsafe::config
