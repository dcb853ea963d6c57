#include "diameter/core_log.hpp"
#include "diameter/guarded.hpp"
#include "diameter/listen_addresses.hpp"
#include "hss.hpp"

#include <csignal>
#include <mutex>

namespace {

/// What outlives fd_ext_init: freeDiameter gives the extension no place to keep it.
struct Extension {
  vouchsafe::diameter::CoreLog core_log;
  std::unique_ptr<vouchsafe::Hss> hss;
};
std::unique_ptr<Extension>& extension() {
  static std::unique_ptr<Extension> instance;
  return instance;
}

/// freeDiameter calls on_reload on a thread of its own, and waits for none of them.
std::mutex& one_at_a_time() {
  static std::mutex instance;
  return instance;
}

void on_reload() {
  const vouchsafe::diameter::CancellationOff off;
  const std::lock_guard lock(one_at_a_time());
  if (extension()) extension()->hss->reload();
}

/// What freeDiameter.conf must say before an HSS may start.
vouchsafe::Result<void> check_core() {
  if (fd_g_config->cnf_flags.no_fwd == 0)
    return vouchsafe::malformed(std::string(fd_g_config->cnf_file) +
                                ": add the line NoRelay; to it: without it, peers reach others over the HSS's "
                                "connections, and in its name");
  return vouchsafe::diameter::listen_where_configured();
}

vouchsafe::Result<std::unique_ptr<vouchsafe::Hss>> start(const char* conffile) {
  if (conffile == nullptr)
    return vouchsafe::malformed(
        "name its configuration: LoadExtension = \"vouchsafe.fdx\" : \"/etc/freeDiameter/vouchsafe.conf\";");
  if (const auto good = check_core(); !good) return tl::unexpected<vouchsafe::Error>(good.error());
  return vouchsafe::Hss::start(conffile);
}

int entry(char* conffile) noexcept {
  const vouchsafe::diameter::CancellationOff off;
  try {
    auto made = std::make_unique<Extension>();
    auto started = start(conffile);
    if (!started) {
      fd_log(FD_LOG_ERROR, "vouchsafe: %s", started.error().detail.c_str());
      return EINVAL;
    }
    made->hss = std::move(*started);
    extension() = std::move(made);
    extension()->core_log.when_stopping([] { extension()->hss->farewell(); });
    const int rc = fd_event_trig_regcb(SIGUSR1, "vouchsafe", on_reload);
    if (rc != 0) fd_log(FD_LOG_ERROR, "vouchsafe: SIGUSR1 is taken by another extension: no reload by it");
    return 0;
  } catch (const std::exception& e) {
    fd_log(FD_LOG_ERROR, "vouchsafe: %s", e.what());
  }
  extension().reset();
  return EINVAL;
}

}  // namespace

// 1.2.1's macro neither exports its symbols nor is clean under clang -Wpedantic; later versions do export them.
#pragma GCC visibility push(default)
extern "C" {
EXTENSION_ENTRY("vouchsafe", entry, "dict_vouchsafe")

void fd_ext_fini(void) {
  const vouchsafe::diameter::CancellationOff off;
  const std::lock_guard lock(one_at_a_time());
  if (extension()) extension()->core_log.when_stopping(nullptr);
  extension().reset();
}
}
#pragma GCC visibility pop
