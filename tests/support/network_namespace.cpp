#include "support/network_namespace.hpp"

#include "support/hss_process.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vouchsafe::testing {
namespace {

void require(bool good, const char* what) {
  if (!good) throw std::system_error(errno, std::generic_category(), what);
}

void bring_up_loopback() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  require(socket >= 0, "socket");
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  const bool up = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
  ::close(socket);
  require(up, "the loopback interface of a network namespace");
}

}  // namespace

NetworkNamespace::NetworkNamespace() : before_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  require(before_ >= 0, "the network namespace");
  const bool made = ::unshare(CLONE_NEWNET) == 0;
  if (!made) ::close(before_);
  require(made, "unshare");
  bring_up_loopback();
}

NetworkNamespace::~NetworkNamespace() {
  (void)::setns(before_, CLONE_NEWNET);
  ::close(before_);
}

std::string what_nftables_lack() {
  try {
    const NetworkNamespace there;
    const auto tried = run(
        "nft 'table inet probe { set s { type ipv4_addr; size 9; flags dynamic; }; chain c { ct state new add @s { ip "
        "saddr ct count over 4 }; }; }'");
    return tried.exit == 0 ? "" : "nft cannot count connections here: " + tried.output;
  } catch (const std::system_error& e) {
    return std::string("no network namespace can be made here: ") + e.what();
  }
}

}  // namespace vouchsafe::testing
