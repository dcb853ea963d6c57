// Put before freeDiameter's own library. Its routing thread takes its time over each message that it writes by itself,
// as it does while a peer disconnects; and a connection that is freed while it is written to ends the process, where it
// would otherwise go on with a heap that is no longer right.
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr unsigned long pace_us = 200'000;
std::atomic<void*> written_to{nullptr};

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_routing_thread() {
  static const auto* const key = static_cast<const pthread_key_t*>(::dlsym(RTLD_DEFAULT, "fd_log_thname"));
  const auto* const name = key == nullptr ? nullptr : static_cast<const char*>(::pthread_getspecific(*key));
  return name != nullptr && std::strncmp(name, "Routing-OUT", 11) == 0;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int fd_cnx_send(void* connection, unsigned char* octets, std::size_t length) {
  static auto* const real = next<int(void*, unsigned char*, std::size_t)>("fd_cnx_send");
  if (!is_routing_thread()) return real(connection, octets, length);
  int before = 0;
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  written_to = connection;
  ::usleep(pace_us);
  const int out = real(connection, octets, length);
  written_to = nullptr;
  ::pthread_setcancelstate(before, nullptr);
  return out;
}

__attribute__((visibility("default"))) void fd_cnx_destroy(void* connection) {
  static auto* const real = next<void(void*)>("fd_cnx_destroy");
  real(connection);
  if (connection == nullptr || written_to != connection) return;
  std::fputs("a connection was freed while it was written to\n", stderr);
  std::abort();
}
}
