#include "crypto/key_file.hpp"

#include "domain/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace vouchsafe::crypto {
namespace {

constexpr mode_t others = 077;
constexpr off_t largest_file = 1 << 20;
constexpr std::size_t line_size = 10 + 1 + 2 * sizeof(Key) + 1;  // a number, a blank, a key, a new line

tl::unexpected<Error> fault(const std::string& path, const std::string& what) {
  return unavailable("key file " + path + ": " + what);
}
tl::unexpected<Error> failed(const std::string& path, int error, const char* advice = "") {
  return fault(path, std::generic_category().message(error) + advice);
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

Result<void> parse_line(std::string_view line, Keys& keys) {
  const auto blank = line.find(' ');
  std::uint32_t number = 0;
  Secret octets;
  const bool good = blank != std::string_view::npos &&
                    std::from_chars(line.data(), line.data() + blank, number).ptr == line.data() + blank &&
                    number > 0 && from_hex(line.substr(blank + 1), octets.text()) && octets.text().size() == 32;
  if (!good) return unavailable("not a key: a number from 1, a blank and 64 hexadecimal digits");
  std::copy(octets.text().begin(), octets.text().end(), keys[number].begin());
  return {};
}

Result<Keys> parse(const std::string& path, std::string_view text) {
  Keys keys;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') continue;
    if (auto parsed = parse_line(line, keys); !parsed)
      return unavailable("key file " + path + ", line " + std::to_string(number) + ": " + parsed.error().detail);
  }
  if (keys.empty()) return unavailable("key file " + path + " holds no key");
  return keys;
}

Result<void> read_whole(int fd, const std::string& path, std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto got = ::read(fd, text.data() + done, text.size() - done);
    if (got < 0) return failed(path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return {};
}

void print(const Keys& keys, std::string& text) {
  const std::string heading = "# Keys that seal subscribers' secrets at rest. Losing this file loses the secrets.\n";
  text.reserve(heading.size() + keys.size() * line_size);
  text.append(heading);
  for (const auto& [number, key] : keys) {
    const Secret hex(to_hex({reinterpret_cast<const char*>(key.data()), key.size()}));
    text.append(std::to_string(number)).append(" ").append(hex.text()).append("\n");
  }
}

/// A new name lasts once its folder is on the disk.
Result<void> sync_folder(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) return failed(folder, errno);
  return {};
}

/// The new file beside the old one, until it takes its place. O_EXCL and O_NOFOLLOW: what somebody put there, a link to
/// another file or a file that others may read, is not written to.
class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)),
        file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)),
        error_(errno) {}
  ~NewFile() {
    if (file_.get() >= 0 && !moved_) ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// \param old whose owner and mode it takes
  Result<void> write(const Keys& keys, const struct stat* old) {
    const int fd = file_.get();
    if (fd < 0) {
      return failed(
          path_, error_,
          error_ == EEXIST ? "; another vouchctl writes keys, or was interrupted: remove it when none runs" : "");
    }
    struct stat own {};
    if (::fstat(fd, &own) != 0) return failed(path_, errno);
    const bool other_owner = old != nullptr && (old->st_uid != own.st_uid || old->st_gid != own.st_gid);
    if (other_owner && ::fchown(fd, old->st_uid, old->st_gid) != 0)
      return failed(path_, errno, "; run this as the key file's owner, or as root");
    if (::fchmod(fd, old != nullptr ? old->st_mode & 0600U : 0600U) != 0) return failed(path_, errno);
    Secret text;
    print(keys, text.text());
    const auto written = ::write(fd, text.text().data(), text.text().size());
    if (written != static_cast<ssize_t>(text.text().size()) || ::fsync(fd) != 0) return failed(path_, errno);
    return {};
  }
  /// Takes a place that is free. \return conflict when it is not: unlike rename(), link() replaces nothing
  Result<void> become_first(const std::string& path) {
    if (::link(path_.c_str(), path.c_str()) == 0) return sync_folder(path);
    if (errno == EEXIST) return fail(Error::Kind::conflict, "key file " + path + " exists already");
    return failed(path, errno);
  }
  Result<void> take_place_of(const std::string& path) {
    if (std::rename(path_.c_str(), path.c_str()) != 0) return failed(path, errno);
    moved_ = true;
    return sync_folder(path);
  }

 private:
  std::string path_;
  Descriptor file_;
  int error_;
  bool moved_ = false;
};

}  // namespace

Result<Keys> read_key_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.get() < 0) {
    return failed(path, errno,
                  errno == ENOENT ? "; restore it from a backup, or let vouchctl init make one for a new database"
                                  : "; it must be its user's that runs this");
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return failed(path, errno);
  if (!S_ISREG(info.st_mode) || info.st_size > largest_file) return fault(path, "no file of keys");
  if ((info.st_mode & others) != 0) return fault(path, "it can be read by others: chmod 0600 " + path);
  Secret text(std::string(static_cast<std::size_t>(info.st_size), '\0'));
  if (auto read = read_whole(file.get(), path, text.text()); !read) return tl::unexpected<Error>(read.error());
  return parse(path, text.text());
}

Result<void> create_key_file(const std::string& path, const Keys& keys) {
  NewFile file(path + ".new");
  if (auto written = file.write(keys, nullptr); !written) return written;
  return file.become_first(path);
}

Result<void> replace_key_file(const std::string& path, const Keys& keys) {
  struct stat old {};
  if (::lstat(path.c_str(), &old) != 0) return failed(path, errno);
  if (!S_ISREG(old.st_mode)) return fault(path, "a link or no file: name the file itself");
  NewFile file(path + ".new");
  if (auto written = file.write(keys, &old); !written) return written;
  return file.take_place_of(path);
}

}  // namespace vouchsafe::crypto
