#include "client/cx.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

// A load generator over raw sockets: several connections, a window of requests in flight on each, every answer checked.
namespace vouchsafe::client {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 3868;
  std::string kind = "uar";
  std::size_t requests = 100000;
  std::size_t connections = 4;
  std::size_t window = 64;
  std::size_t subscribers = 1000;
  unsigned seed = 1;
  bool any_result = false;
};

/// Encoded requests of one connection: made before the clock starts, so that the generator costs as little as it can
/// beside the daemon. A challenge belongs to the S-CSCF that asked for it, so a subscriber belongs to a connection:
/// of n, connection l has the subscribers l, l + n, l + 2n, ..., whatever the seed, which says in what order.
class Requests {
 public:
  Requests(Peer& peer, const Options& options, std::size_t connection) {
    std::vector<std::size_t> own;
    for (std::size_t i = connection; i < options.subscribers; i += options.connections) own.push_back(i);
    std::shuffle(own.begin(), own.end(), std::mt19937_64(options.seed));
    for (std::size_t i = connection; i < options.requests; i += options.connections) ++left_;
    own.resize(std::min(own.size(), left_));
    for (const auto number : own) octets_.push_back(encode(make(peer, options.kind, number)));
    if (octets_.empty() && left_ > 0) throw std::runtime_error("more connections than subscribers");
  }
  [[nodiscard]] bool over() const { return left_ == 0; }
  /// The next request. \param id written into the hop-by-hop and end-to-end identifiers
  void append(std::string& out, std::uint32_t id) {
    std::string& message = octets_[next_++ % octets_.size()];
    for (std::size_t i = 0; i < 4; ++i) message[12 + i] = message[16 + i] = static_cast<char>(id >> (8U * (3U - i)));
    out += message;
    --left_;
  }

 private:
  static Message make(Peer& peer, const std::string& kind, std::size_t number) {
    const std::string impi = fmt::format("user{:08}@ims.example", number);
    const std::string impu = "sip:" + impi;
    const char* scscf = "sip:scscf.ims.example:5060";
    if (kind == "uar") return uar(peer, impi, impu);
    if (kind == "uar-delegated") return uar(peer, impi, impu, Delegation{"waf.example.net"});
    if (kind == "lir") return lir(peer, impu);
    if (kind == "mar") return mar(peer, impi, impu, scscf);
    if (kind == "sar-delegated") {
      Message m = sar(peer, impi, {impu}, scscf, 1);
      m.avps.push_back(delegated_authorization({"waf.example.net"}));
      return m;
    }
    return sar(peer, impi, {impu}, scscf, 1);
  }
  std::vector<std::string> octets_;
  std::size_t next_ = 0;
  std::size_t left_ = 0;  ///< to be sent: each connection has its share, however fast the others are
};

std::vector<std::uint32_t> expected_results(const std::string& kind) {
  if (kind.starts_with("uar")) return {experimental + 2001, experimental + 2002};
  if (kind == "lir") return {2001, experimental + 5003};
  return {2001};
}

/// One connection's side of the run.
struct Line {
  std::unique_ptr<Peer> peer;
  Requests requests;
  std::string in;
  std::string out;
  std::size_t in_flight = 0;
};

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), expected_(expected_results(options.kind)), sent_at_(options.requests) {
    for (std::size_t i = 0; i < options.connections; ++i) {
      PeerOptions peer;
      peer.port = options.port;
      peer.host = fmt::format("epcscf{:02}.ims.example", i);  // a peer speaks for itself alone
      auto connected = std::make_unique<Peer>(peer);
      Requests requests(*connected, options, i);
      lines_.push_back({std::move(connected), std::move(requests), {}, {}, 0});
    }
  }

  void go() {
    const auto start = Clock::now();
    for (auto& line : lines_) fill(line);
    while (done_ < options_.requests) step();
    seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [&](double q) {
      return latencies_[static_cast<std::size_t>(q * static_cast<double>(latencies_.size() - 1))];
    };
    std::cout << nlohmann::json{{"kind", options_.kind}, {"per_second", static_cast<double>(done_) / seconds_},
                                {"requests", done_},     {"unexpected", unexpected_},
                                {"p50_ms", at(0.5)},     {"p99_ms", at(0.99)},
                                {"p999_ms", at(0.999)}}
                     .dump()
              << '\n';
  }
  [[nodiscard]] bool good() const { return unexpected_ == 0; }

 private:
  void fill(Line& line) {
    while (line.in_flight < options_.window && !line.requests.over()) {
      sent_at_[next_] = Clock::now();
      line.requests.append(line.out, static_cast<std::uint32_t>(++next_));
      ++line.in_flight;
    }
    if (line.out.empty()) return;
    line.peer->send_octets(line.out);
    line.out.clear();
  }

  void step() {
    std::vector<pollfd> waits;
    for (const auto& line : lines_) waits.push_back({line.peer->descriptor(), POLLIN, 0});
    if (::poll(waits.data(), waits.size(), 10000) <= 0) throw std::runtime_error("no answer for ten seconds");
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if ((waits[i].revents & POLLIN) != 0) receive(lines_[i]);
    }
  }

  void receive(Line& line) {
    std::array<char, 262144> buffer{};
    const auto count = ::recv(line.peer->descriptor(), buffer.data(), buffer.size(), 0);
    if (count <= 0) throw std::runtime_error("the daemon has closed a connection");
    line.in.append(buffer.data(), static_cast<std::size_t>(count));
    std::size_t at = 0;
    while (line.in.size() - at >= 20) {
      const std::string_view rest = std::string_view(line.in).substr(at);
      const std::size_t length = announced_length(rest);
      if (rest.size() < length) break;
      take(line, rest.substr(0, length));
      at += length;
    }
    line.in.erase(0, at);
    fill(line);
  }

  void take(Line& line, std::string_view octets) {
    const auto message = decode(octets);
    if (!message) throw std::runtime_error("the daemon sent what is no Diameter message");
    if (message->is_request()) return answer_watchdog(line, *message);
    const auto result = message->result();
    if (!options_.any_result && std::find(expected_.begin(), expected_.end(), result) == expected_.end()) {
      if (unexpected_++ == 0) std::cerr << "unexpected result " << result_text(result) << '\n';
    }
    const auto index = message->hop_by_hop - 1;
    if (index < sent_at_.size())
      latencies_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent_at_[index]).count());
    --line.in_flight;
    ++done_;
  }

  static void answer_watchdog(Line& line, Message message) {
    message.flags = 0;
    message.avps = {number_avp(268, 2001), text_avp(264, line.peer->options().host),
                    text_avp(296, line.peer->options().realm)};
    line.peer->send_octets(encode(message));
  }

  Options options_;
  std::vector<std::uint32_t> expected_;
  std::vector<Line> lines_;
  std::vector<Clock::time_point> sent_at_;
  std::vector<double> latencies_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  std::size_t unexpected_ = 0;
  double seconds_ = 0;
};

}  // namespace
}  // namespace vouchsafe::client

int main(int argc, char** argv) {
  vouchsafe::client::Options options;
  CLI::App app{"Sends Cx requests as fast as they are answered, and prints what came of it as JSON."};
  app.add_option("--port", options.port);
  app.add_option("--kind", options.kind, "uar, uar-delegated, lir, mar, sar, sar-delegated");
  app.add_option("--requests", options.requests);
  app.add_option("--connections", options.connections);
  app.add_option("--window", options.window, "requests in flight on each connection");
  app.add_option("--subscribers", options.subscribers,
                 "user00000000 up to this number, as conf/generate-subscribers makes them");
  app.add_option("--seed", options.seed);
  app.add_flag("--any-result", options.any_result, "do not check results: for the bare extension");
  CLI11_PARSE(app, argc, argv);
  try {
    vouchsafe::client::Run run(options);
    run.go();
    run.print();
    return run.good() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "load: " << e.what() << '\n';
    return 1;
  }
}
