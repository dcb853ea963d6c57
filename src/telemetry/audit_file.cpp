#include "telemetry/audit_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

namespace vouchsafe::telemetry {
namespace {

class File {
 public:
  File(const std::filesystem::path& path, int flags, mode_t mode = 0640)
      : number_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode)) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<Error> failed(const std::filesystem::path& path, const char* what) {
  return unavailable(path.string() + ": " + what + ": " + std::strerror(errno));
}

/// The last line of a file, without its end; what has no end was not written whole.
Result<std::string> last_line(const File& file, const std::filesystem::path& path, off_t& size) {
  size = ::lseek(file.number(), 0, SEEK_END);
  std::string tail;
  std::array<char, 4096> piece{};
  off_t at = size;
  while (at > 0) {
    const auto length = std::min<off_t>(at, piece.size());
    at -= length;
    if (::pread(file.number(), piece.data(), static_cast<std::size_t>(length), at) != length)
      return failed(path, "cannot be read");
    tail.insert(0, piece.data(), static_cast<std::size_t>(length));
    const auto end = tail.rfind('\n');
    if (end == std::string::npos) continue;
    const auto begin = end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
    if (begin == std::string::npos && at > 0) continue;
    size = at + static_cast<off_t>(end) + 1;
    return tail.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1));
  }
  size = 0;
  return std::string{};
}

/// Puts a file aside under the next number.
Result<void> put_aside(const std::filesystem::path& path) {
  const auto files = AuditFile::files_of(path);
  unsigned last = 0;
  for (const auto& file : files) {
    const std::string number =
        file.extension().string().substr(std::min<std::size_t>(1, file.extension().string().size()));
    unsigned value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    if (file != path) last = std::max(last, value);
  }
  std::error_code error;
  std::filesystem::rename(path, path.string() + "." + std::to_string(last + 1), error);
  if (error) return unavailable(path.string() + ": cannot be put aside: " + error.message());
  return {};
}

/// What a write that failed has left is taken away: all or none.
Result<void> write_all(const File& file, const std::filesystem::path& path, const std::string& text, off_t at) {
  std::size_t written = 0;
  while (written < text.size()) {
    const auto n =
        ::pwrite(file.number(), text.data() + written, text.size() - written, at + static_cast<off_t>(written));
    if (n > 0) written += static_cast<std::size_t>(n);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      auto error = failed(path, "cannot be written");
      (void)::ftruncate(file.number(), at);
      return error;
    }
  }
  if (::fdatasync(file.number()) != 0) return failed(path, "cannot be written to the disk");
  return {};
}

}  // namespace

std::vector<std::filesystem::path> AuditFile::files_of(const std::filesystem::path& path) {
  std::vector<std::pair<unsigned, std::filesystem::path>> aside;
  const std::string start = path.filename().string() + ".";
  std::error_code error;
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(start)) continue;
    unsigned number = 0;
    const char* const end = name.data() + name.size();
    const auto [stopped, wrong] = std::from_chars(name.data() + start.size(), end, number);
    if (wrong == std::errc{} && stopped == end) aside.emplace_back(number, entry.path());
  }
  std::sort(aside.begin(), aside.end());
  std::vector<std::filesystem::path> out;
  out.reserve(aside.size() + 1);
  for (auto& [number, file] : aside) out.push_back(std::move(file));
  if (std::filesystem::exists(path, error)) out.push_back(path);
  return out;
}

Result<void> AuditFile::with_lock(bool alone, const std::function<Result<void>()>& body) const {
  constexpr std::chrono::seconds patience{2};
  constexpr std::chrono::milliseconds pause{5};
  const std::filesystem::path lock_path = path_.string() + ".lock";
  const File lock(lock_path, O_RDWR | O_CREAT, 0600);
  if (!lock.is_open()) return failed(lock_path, "cannot be opened");
  const auto end = std::chrono::steady_clock::now() + patience;
  while (::flock(lock.number(), (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if ((errno != EWOULDBLOCK && errno != EINTR) || std::chrono::steady_clock::now() >= end)
      return failed(lock_path, "somebody else holds it");
    std::this_thread::sleep_for(pause);
  }
  return body();
}

/// Finds where the chain stands, and where in the file the next record goes: behind the last whole one.
/// \param adds whether there is one to come, so that a large file is put aside
Result<off_t> AuditFile::find_end(Link& at, bool adds) const {
  auto files = files_of(path_);
  off_t end = 0;
  while (!files.empty()) {
    const std::filesystem::path file = files.back();
    const File last(file, O_RDWR);
    if (!last.is_open()) return failed(file, "cannot be opened");
    off_t size = 0;
    const auto line = last_line(last, file, size);
    if (!line) return tl::unexpected<Error>(line.error());
    if (file == path_) end = size;
    files.pop_back();
    if (line->empty()) continue;  // nothing came of it: the chain stands where the file before it ends
    const auto link = link_after(*line);
    if (!link) return unavailable(file.string() + ": its last line is no record: move the file away, and keep it");
    at = *link;
    break;
  }
  if (!adds || static_cast<std::uint64_t>(end) < largest_) return end;
  if (auto moved = put_aside(path_); !moved) return tl::unexpected<Error>(moved.error());
  return 0;
}

Result<void> AuditFile::append(const std::vector<nlohmann::ordered_json>& records) const {
  return with_lock(true, [&]() -> Result<void> {
    Link at;
    const auto end = find_end(at, !records.empty());
    if (!end) return tl::unexpected<Error>(end.error());
    std::string text;
    for (const auto& record : records) text += chained(record, at, digest_) + "\n";
    const File file(path_, O_RDWR | O_CREAT);
    if (!file.is_open()) return failed(path_, "cannot be opened");
    // What was not written whole goes.
    if (::ftruncate(file.number(), *end) != 0) return failed(path_, "cannot be written");
    return write_all(file, path_, text, *end);
  });
}

Result<std::vector<std::pair<std::filesystem::path, std::ifstream>>> AuditFile::open_all() const {
  std::vector<std::pair<std::filesystem::path, std::ifstream>> out;
  auto opened = with_lock(false, [&]() -> Result<void> {
    for (const auto& file : files_of(path_)) {
      std::ifstream in(file);
      if (!in) return failed(file, "cannot be read");
      out.emplace_back(file, std::move(in));
    }
    return {};
  });
  if (!opened) return tl::unexpected<Error>(opened.error());
  return out;
}

}  // namespace vouchsafe::telemetry
