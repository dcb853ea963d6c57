#include "crypto/key_file.hpp"

#include "domain/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace vouchsafe::crypto {
namespace {

constexpr mode_t others = 077;

std::string why(int error) { return std::generic_category().message(error); }

Result<void> parse_line(const std::string& line, Keys& keys) {
  const auto blank = line.find(' ');
  std::uint32_t number = 0;
  std::string octets;
  const bool good = blank != std::string::npos &&
                    std::from_chars(line.data(), line.data() + blank, number).ptr == line.data() + blank &&
                    number > 0 && from_hex(std::string_view(line).substr(blank + 1), octets) && octets.size() == 32;
  if (!good) return unavailable("not a key: a number from 1, a blank and 64 hexadecimal digits");
  std::copy(octets.begin(), octets.end(), keys[number].begin());
  return {};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<Keys> read_key_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return unavailable("key file " + path + ": " + why(errno) +
                       "; vouchctl init makes one, or restore it from a backup");
  }
  if ((info.st_mode & others) != 0)
    return unavailable("key file " + path + " can be read by others: chmod 0600 " + path);
  std::ifstream file(path);
  Keys keys;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    if (auto parsed = parse_line(line, keys); !parsed) {
      return unavailable("key file " + path + ", line " + std::to_string(number) + ": " + parsed.error().detail);
    }
  }
  if (keys.empty()) return unavailable("key file " + path + " holds no key");
  return keys;
}

Result<void> write_key_file(const std::string& path, const Keys& keys, bool exclusive) {
  if (exclusive && ::access(path.c_str(), F_OK) == 0)
    return fail(Error::Kind::conflict, "key file " + path + " exists already");
  std::string text = "# Keys that seal subscribers' secrets at rest. Losing this file loses the secrets.\n";
  for (const auto& [number, key] : keys) {
    text += std::to_string(number) + " " + to_hex({reinterpret_cast<const char*>(key.data()), key.size()}) + "\n";
  }
  const std::string temporary = path + ".new";
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return unavailable("key file " + temporary + ": " + why(errno));
    const auto written = ::write(file.get(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size()) || ::fsync(file.get()) != 0) {
      return unavailable("key file " + temporary + ": " + why(errno));
    }
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return unavailable("key file " + path + ": " + why(errno));
  return {};
}

}  // namespace vouchsafe::crypto
