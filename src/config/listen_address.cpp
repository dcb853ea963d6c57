#include "config/listen_address.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstdint>

namespace vouchsafe::config {
namespace {

constexpr std::string_view loopback = "127.0.0.1";

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, wrong] = std::from_chars(text.data(), end, port);
  return wrong == std::errc{} && stopped == end && port != 0;
}

bool is_address(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

}  // namespace

std::optional<std::string> listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string host(colon == std::string_view::npos ? loopback : text.substr(0, colon));
  const std::string port(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!is_address(host) || !is_port(port)) return std::nullopt;
  return host + ":" + port;
}

}  // namespace vouchsafe::config
