#pragma once

#include "domain/policy.hpp"
#include "domain/result.hpp"
#include "domain/rule.hpp"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace vouchsafe::config {

/// vouchsafe.conf. dict/options.def says what each option means, its range and its default.
struct Config {
  /// The defaults.
  Config();

  std::uint32_t vendor_id{};
  struct {
    std::string path;
    std::string key_file;
    std::size_t cache_kib{};
    std::size_t mmap_mib{};
    std::chrono::milliseconds deadline{};
    std::size_t queue{};
    std::size_t batch{};
  } database;
  struct {
    std::chrono::seconds vouching_lifetime{};
    std::size_t vouching_limit{};
  } delegation;
  struct {
    std::size_t limit{};
    std::size_t cache{};
  } tokens;
  struct {
    std::size_t window{};
    std::size_t rate{};
    std::chrono::milliseconds timeout{};
    int tries{};
    std::chrono::milliseconds first_retry{};
    std::chrono::seconds longest_retry{};
    std::chrono::hours keep{};
  } outbox;
  std::uint32_t max_vectors{};
  std::chrono::seconds challenge_lifetime{};
  std::size_t sh_largest_update{};
  struct {
    bool judge{};
    bool keep_idle_peers{};
    bool no_delay{};
    std::chrono::milliseconds silent{};
    std::chrono::milliseconds hold{};
    std::uint32_t window{};
    std::chrono::seconds trim{};
    std::chrono::milliseconds stop{};
    std::set<std::string> without;  ///< keys of dict/guard.def
  } hardening;
  struct {
    std::string file;  ///< empty: there is no audit log
    std::uint32_t largest_mib{};
    std::uint32_t accepted_every{};
    std::string identity_key_file;  ///< empty: identities are written as they are
  } audit;
  struct {
    std::string listen;   ///< empty: there are no metrics
    std::string address;  ///< the same in full: 127.0.0.1:9464
    std::string place;    ///< where the file says it: vouchsafe.conf:210
  } metrics;
  bool core_dumps{};
  Policy policy;
  std::vector<Rule> rules;
};

/// Reads a file. \return malformed with "file:line: key: what is wrong; what would be right", for an unknown key, a
/// wrong type, a value out of range, or a file that libconfig cannot parse; malformed with "file: …" for one that is no
/// regular file or ends within a line; unavailable for one that cannot be read
Result<Config> load(const std::string& path);

/// \return malformed where the configuration lets nobody ask anything, which no HSS is started for
Result<void> serves_somebody(const Config& config, const std::string& path);

}  // namespace vouchsafe::config
