#include "config/config.hpp"
#include "config/options.hpp"
#include "fuzz.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

// vouchsafe.conf. The input is the file.
namespace vouchsafe::fuzz {
namespace {

/// A file in memory, with a path to read it by.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : file_(::memfd_create("vouchsafe.conf", MFD_CLOEXEC)) {
    if (file_ < 0 || ::write(file_, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
      throw std::runtime_error("no file can be made in memory");
  }
  ~MemoryFile() { ::close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

void numbers_are_in_range(const config::Config& config) {
  for (const config::Option& option : config::options()) {
    if (option.is_list() || !option.is_number()) continue;
    const auto number = std::get<long long>(option.get(config));
    holds(number >= option.range.least && number <= option.range.most, "a number is in its range", option.name);
  }
}

void read(std::string_view content) {
  if (content.find("@include") != std::string_view::npos) return;  // any file of the machine
  const MemoryFile file(content);
  const auto config = config::load(file.path());
  if (config) {
    numbers_are_in_range(*config);
    (void)config::serves_somebody(*config, file.path());
    return;
  }
  holds(config.error().detail.starts_with(file.path() + ":"), "a mistake is told with the file", config.error().detail);
}

}  // namespace
}  // namespace vouchsafe::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vouchsafe::fuzz::read(vouchsafe::fuzz::text(data, size));
  return 0;
}
