#include "diameter/guarded.hpp"
#include "hss.hpp"

#include <csignal>

namespace {

/// The one thing that outlives fd_ext_init: freeDiameter gives the extension no place to keep it.
std::unique_ptr<vouchsafe::Hss>& hss() {
  static std::unique_ptr<vouchsafe::Hss> instance;
  return instance;
}

void on_reload() {
  const vouchsafe::diameter::CancellationOff off;
  if (hss()) hss()->reload();
}

int entry(char* conffile) noexcept {
  const vouchsafe::diameter::CancellationOff off;
  try {
    if (conffile == nullptr) {
      fd_log(FD_LOG_ERROR,
             "vouchsafe: name its configuration: LoadExtension = \"vouchsafe.fdx\" : "
             "\"/etc/freeDiameter/vouchsafe.conf\";");
      return EINVAL;
    }
    auto started = vouchsafe::Hss::start(conffile);
    if (!started) {
      fd_log(FD_LOG_ERROR, "vouchsafe: %s", started.error().detail.c_str());
      return EINVAL;
    }
    hss() = std::move(*started);
    const int rc = fd_event_trig_regcb(SIGUSR1, "vouchsafe", on_reload);
    if (rc != 0) fd_log(FD_LOG_ERROR, "vouchsafe: SIGUSR1 is taken by another extension: no reload by it");
    return 0;
  } catch (const std::exception& e) {
    fd_log(FD_LOG_ERROR, "vouchsafe: %s", e.what());
  }
  hss().reset();
  return EINVAL;
}

}  // namespace

// 1.2.1's macro neither exports its symbols nor is clean under clang -Wpedantic; later versions do export them.
#pragma GCC visibility push(default)
extern "C" {
EXTENSION_ENTRY("vouchsafe", entry, "dict_vouchsafe")

void fd_ext_fini(void) {
  const vouchsafe::diameter::CancellationOff off;
  hss().reset();
}
}
#pragma GCC visibility pop
