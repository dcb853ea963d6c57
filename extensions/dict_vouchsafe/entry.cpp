#include "config/config.hpp"
#include "diameter/dictionary.hpp"
#include "diameter/guarded.hpp"

namespace {

/// Adds Cx and the project's AVPs to the dictionary. The argument of LoadExtension is vouchsafe.conf, for its
/// vendor_id; without one the default is used.
int entry(char* conffile) noexcept {
  const vouchsafe::diameter::CancellationOff off;
  try {
    std::uint32_t vendor = vouchsafe::diameter::default_vendor_id;
    if (conffile != nullptr) {
      const auto config = vouchsafe::config::load(conffile);
      if (!config) {
        fd_log(FD_LOG_ERROR, "dict_vouchsafe: %s", config.error().detail.c_str());
        return EINVAL;
      }
      vendor = config->vendor_id;
    }
    const auto dictionary = vouchsafe::diameter::Dictionary::define(fd_g_config->cnf_dict, vendor);
    if (dictionary) return 0;
    fd_log(FD_LOG_ERROR, "dict_vouchsafe: %s", dictionary.error().detail.c_str());
  } catch (const std::exception& e) {
    fd_log(FD_LOG_ERROR, "dict_vouchsafe: %s", e.what());
  }
  return EINVAL;
}

}  // namespace

// 1.2.1's macro neither exports its symbols nor is clean under clang -Wpedantic; later versions do export them.
#pragma GCC visibility push(default)
extern "C" {
EXTENSION_ENTRY("dict_vouchsafe", entry)
}
#pragma GCC visibility pop
