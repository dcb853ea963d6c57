#include "store/sqlite/mapped_reads.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>

namespace vouchsafe::store {
namespace {

// A signal handler may not look a thread's variable up in a way that allocates.
thread_local __attribute__((tls_model("initial-exec"))) int readers = 0;
std::atomic<std::uint64_t> seen{0};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

struct sigaction before {};
const auto memory_page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));

void put_zeros(int, siginfo_t* info, void*) {
  auto* const address = static_cast<char*>(info->si_addr);
  void* const page = address - reinterpret_cast<std::uintptr_t>(address) % memory_page;
  const bool ours = readers > 0 && info->si_code == BUS_ADRERR;
  if (ours &&
      ::mmap(page, memory_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page) {
    seen.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  // Not of a database: what would have happened without us happens now, when the instruction is tried again.
  (void)::sigaction(SIGBUS, &before, nullptr);
}

}  // namespace

void mapped_reads::install() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  struct sigaction now {};
  if (::sigaction(SIGBUS, nullptr, &now) != 0 || now.sa_sigaction == put_zeros) return;
  before = now;
  struct sigaction action {};
  action.sa_sigaction = put_zeros;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  (void)::sigemptyset(&action.sa_mask);
  (void)::sigaction(SIGBUS, &action, nullptr);
}

void mapped_reads::begin() { ++readers; }

void mapped_reads::end() { --readers; }

std::uint64_t mapped_reads::faults() { return seen.load(std::memory_order_relaxed); }

}  // namespace vouchsafe::store
