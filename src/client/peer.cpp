#include "client/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <random>
#include <stdexcept>

namespace vouchsafe::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t cer = 257;
constexpr std::uint32_t dwr = 280;
constexpr std::uint32_t dpr = 282;

/// Host-IP-Address: family 1 and four octets.
Avp address_avp(const std::string& address) {
  in_addr parsed{};
  inet_pton(AF_INET, address.c_str(), &parsed);
  std::string data{'\0', '\1'};
  data.append(reinterpret_cast<const char*>(&parsed.s_addr), 4);
  return {257, 0, true, std::move(data)};
}

int remaining_ms(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

}  // namespace

Peer::Peer(PeerOptions options) : options_(std::move(options)), first_id_(std::random_device{}()), next_id_(first_id_) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(options_.port);
  inet_pton(AF_INET, options_.address.c_str(), &to.sin_addr);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    close();
    throw std::runtime_error("no connection to " + options_.address + ":" + std::to_string(options_.port));
  }
  Message hello;
  hello.command = cer;
  hello.flags = request_flag;
  hello.avps = {text_avp(264, options_.host),
                text_avp(296, options_.realm),
                address_avp("127.0.0.1"),
                number_avp(266, 0),
                text_avp(269, options_.product, 0, false),
                number_avp(265, 10415),
                number_avp(299, 0)};
  if (options_.relay) hello.avps.push_back(number_avp(258, 0xFFFFFFFF));
  for (const auto application : options_.applications)
    hello.avps.push_back(group_avp(260, {number_avp(266, 10415), number_avp(258, application)}));
  const Message answer = ask(std::move(hello));
  if (answer.result() != 2001) {
    close();
    throw std::runtime_error("capabilities exchange refused: " + std::to_string(answer.result()));
  }
}

Peer::~Peer() { disconnect(); }

void Peer::close() noexcept {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Peer::drop() noexcept { close(); }

void Peer::disconnect() noexcept {
  if (socket_ < 0) return;
  try {
    Message bye;
    bye.command = dpr;
    bye.flags = request_flag;
    bye.avps = {text_avp(264, options_.host), text_avp(296, options_.realm), number_avp(273, 0)};
    (void)ask(std::move(bye));
  } catch (const std::exception&) {
    close();
  }
  close();
}

void Peer::send_octets(const std::string& octets) {
  std::size_t sent = 0;
  while (sent < octets.size()) {
    const auto count = ::send(socket_, octets.data() + sent, octets.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) {
      close();
      throw std::runtime_error("the other side has closed");
    }
    sent += static_cast<std::size_t>(count);
  }
}

std::uint32_t Peer::send(Message request) {
  request.hop_by_hop = ++next_id_;
  request.end_to_end = next_id_;
  send_octets(encode(request));
  return request.hop_by_hop;
}

void Peer::answer(const Message& request, std::uint32_t result) {
  Message out = request;
  out.flags = request.flags & proxiable_flag;
  out.avps = {text_avp(263, request.text(263)),
              group_avp(260, {number_avp(266, 10415), number_avp(258, request.application)}), number_avp(277, 1),
              text_avp(264, options_.host), text_avp(296, options_.realm)};
  if (result >= experimental) {
    out.avps.push_back(group_avp(297, {number_avp(266, 10415), number_avp(298, result - experimental)}));
  } else {
    out.avps.push_back(number_avp(268, result));
  }
  send_octets(encode(out));
}

Message Peer::ask(Message request) {
  const auto deadline = Clock::now() + options_.timeout;
  const std::uint32_t id = send(std::move(request));
  while (auto message = next(deadline)) {
    if (!message->is_request() && message->hop_by_hop == id) return std::move(*message);
  }
  throw std::runtime_error(socket_ < 0 ? "the other side has closed" : "no answer in time");
}

std::optional<Message> Peer::receive(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  return next(deadline);
}

bool Peer::answer_base(const Message& message) {
  if (!message.is_request() || (message.command != dwr && message.command != dpr)) return false;
  Message answer = message;
  answer.flags = 0;
  answer.avps = {number_avp(268, 2001), text_avp(264, options_.host), text_avp(296, options_.realm)};
  send_octets(encode(answer));
  return true;
}

std::optional<Message> Peer::next(Clock::time_point deadline) {
  while (socket_ >= 0) {
    if (received_.size() >= 4 && received_.size() >= announced_length(received_)) {
      const std::size_t length = announced_length(received_);
      auto message = decode(std::string_view(received_).substr(0, length));
      received_.erase(0, std::max<std::size_t>(length, 4));
      if (!message) throw std::runtime_error("the other side sent what is no Diameter message");
      if (options_.heard) options_.heard(*message);
      if (!answer_base(*message)) return message;
      continue;
    }
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, remaining_ms(deadline)) <= 0) return std::nullopt;
    std::array<char, 65536> buffer{};
    const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      close();
      return std::nullopt;
    }
    received_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return std::nullopt;
}

Message Peer::request(std::uint32_t command, std::uint32_t application) {
  Message out;
  out.command = command;
  out.application = application;
  out.flags = static_cast<std::uint8_t>(request_flag | proxiable_flag);
  // A Session-Id of its own for each request (RFC 6733, 8.8): freeDiameter 1.2.1 does not survive two at once that
  // share one.
  out.avps = {text_avp(263, options_.host + ";" + std::to_string(first_id_) + ";" + std::to_string(++sessions_)),
              group_avp(260, {number_avp(266, 10415), number_avp(258, application)}),
              number_avp(277, 1),
              text_avp(264, options_.host),
              text_avp(296, options_.realm),
              text_avp(283, "ims.example")};
  return out;
}

}  // namespace vouchsafe::client
