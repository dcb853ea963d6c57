#include "support/sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace vouchsafe::testing {
namespace {

constexpr const char* listen_state = "0A";  // TCP_LISTEN, as the kernel writes it

/// The inode numbers of the process's sockets.
std::set<std::string> socket_inodes(const std::string& process) {
  std::set<std::string> out;
  std::error_code gone;  // a file that is closed meanwhile is none of those that listen
  for (const auto& file : std::filesystem::directory_iterator(process + "/fd")) {
    const std::string target = std::filesystem::read_symlink(file.path(), gone).string();
    if (!gone && target.starts_with("socket:[")) out.insert(target.substr(8, target.size() - 9));
  }
  return out;
}

/// The kernel writes an address as words of the machine's order in hexadecimal digits, and the port after a colon.
std::string readable(const std::string& address) {
  const auto colon = address.find(':');
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i * 8 < colon; ++i)
    words.at(i) = static_cast<std::uint32_t>(std::stoul(address.substr(i * 8, 8), nullptr, 16));
  const bool v4 = colon == 8;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(v4 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  const std::string port = ":" + std::to_string(std::stoul(address.substr(colon + 1), nullptr, 16));
  return (v4 ? std::string(text.data()) : "[" + std::string(text.data()) + "]") + port;
}

}  // namespace

ReservedPort::ReservedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  const int on = 1;
  // The option comes after bind: with it, the kernel could give two of these the same port.
  const bool good = ::bind(socket_, reinterpret_cast<sockaddr*>(&at), size) == 0 &&
                    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size) == 0 &&
                    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  if (!good) {
    ::close(socket_);
    throw std::runtime_error("no free port");
  }
  number_ = ntohs(at.sin_port);
}

ReservedPort::~ReservedPort() { ::close(socket_); }

std::vector<std::string> listening_sockets(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  const auto inodes = socket_inodes(process);
  std::vector<std::string> out;
  for (const char* table : {"/net/tcp", "/net/tcp6"}) {
    std::ifstream in(process + table);
    for (std::string line; std::getline(in, line);) {
      std::istringstream fields(line);
      std::string skipped;
      std::string local;
      std::string state;
      std::string inode;
      fields >> skipped >> local >> skipped >> state;
      for (int i = 0; i < 6; ++i) fields >> inode;
      if (state == listen_state && inodes.contains(inode)) out.push_back(readable(local));
    }
  }
  return out;
}

}  // namespace vouchsafe::testing
