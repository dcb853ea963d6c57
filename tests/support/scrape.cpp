#include "support/scrape.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <stdexcept>

namespace vouchsafe::testing {

std::string http_get(std::uint16_t port, const std::string& path) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  std::string out;
  if (::connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
      ::send(s, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    std::array<char, 4096> piece{};
    for (auto n = ::recv(s, piece.data(), piece.size(), 0); n > 0; n = ::recv(s, piece.data(), piece.size(), 0))
      out.append(piece.data(), static_cast<std::size_t>(n));
  }
  ::close(s);
  return out;
}

Scrape::Scrape(std::uint16_t port) {
  const std::string answer = http_get(port, "/metrics");
  if (answer.find(" 200 OK\r\n") == std::string::npos) throw std::runtime_error("no metrics: " + answer);
  std::istringstream lines(answer.substr(answer.find("\r\n\r\n") + 4));
  for (std::string line; std::getline(lines, line);) take(line);
}

void Scrape::take(const std::string& line) {
  if (line.find("vouchsafe_") == std::string::npos) return;
  text_ += line + "\n";
  std::istringstream words(line);
  std::string hash;
  std::string what;
  std::string name;
  std::string type;
  if (line.starts_with('#')) {
    words >> hash >> what >> name >> type;
    if (what == "TYPE") types_[name] = type;
    return;
  }
  const auto blank = line.rfind(' ');
  series_[line.substr(0, blank)] = std::stod(line.substr(blank + 1));
}

double Scrape::value(const std::string& series) const {
  const auto found = series_.find(series);
  return found == series_.end() ? -1 : found->second;
}

}  // namespace vouchsafe::testing
