#include "client/cx.hpp"
#include "operations/authorizers.hpp"
#include "operations/grants.hpp"
#include "operations/suspensions.hpp"
#include "store/sql/operation_runner.hpp"
#include "telemetry/event_log.hpp"
#include "telemetry/log.hpp"
#include "telemetry/sinks.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <random>
#include <thread>

// How soon a change reaches the S-CSCF, and what a mass deregistration does to ordinary requests.
namespace vouchsafe::client {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

struct Options {
  std::uint16_t port = 3868;
  std::string database;
  std::size_t registrations = 100000;
  std::size_t subscribers = 200000;
  std::size_t changes = 200;
  std::size_t rate = 1000;
  std::size_t seconds = 10;
};

constexpr const char* scscf_name = "sip:scscf.ims.example";
const AuthorizerName waf = AuthorizerName::trusted("waf.example.net");

std::string impi(std::size_t n) { return fmt::format("user{:08}@ims.example", n); }

PeerOptions peer(const Options& options, const char* host) {
  PeerOptions out;
  out.host = host;
  out.port = options.port;
  out.timeout = 30s;
  return out;
}

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

void need(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

/// Registers the first subscribers by the word of their WAF, a window at a time.
void register_all(const Options& options) {
  Peer epcscf(peer(options, "epcscf.ims.example"));
  Peer scscf(peer(options, "scscf.ims.example"));
  constexpr std::size_t window = 64;
  const auto exchange = [](Peer& with, std::size_t count, std::uint32_t least) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto answer = with.receive(30s);
      need(answer && answer->result() >= least && answer->result() % 100000 < 3000, "a registration was refused");
    }
  };
  for (std::size_t first = 0; first < options.registrations; first += window) {
    const std::size_t count = std::min(window, options.registrations - first);
    for (std::size_t n = first; n < first + count; ++n)
      epcscf.send(uar(epcscf, impi(n), "sip:" + impi(n), Delegation{waf.text()}));
    exchange(epcscf, count, experimental + 2001);
    for (std::size_t n = first; n < first + count; ++n)
      scscf.send(sar(scscf, impi(n), {"sip:" + impi(n)}, scscf_name, 1, true));
    exchange(scscf, count, 2001);
  }
}

nlohmann::json quantiles(std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double q) {
    return ms.empty() ? 0 : ms[static_cast<std::size_t>(q * static_cast<double>(ms.size() - 1))];
  };
  return {{"count", ms.size()}, {"p50_ms", at(0.5)}, {"p99_ms", at(0.99)}, {"max_ms", at(1)}};
}

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// From the commit by another writer, as vouchctl is one, until the PPR is at the S-CSCF.
nlohmann::json latency(const Options& options, store::OperationRunner& runner) {
  Peer scscf(peer(options, "scscf.ims.example"));
  std::mt19937 random(1);
  std::vector<double> out;
  const std::string impu = "sip:" + impi(0);
  for (std::size_t i = 0; i < options.changes; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 100));
    Grant grant{Grant::Subject::impu, impu, AuthorizerName::trusted("waf.other.example"), {}, {}, {}};
    const auto changed = runner.run([&](const ports::SubscriberReader& reader) {
      return i % 2 == 0 ? operations::grant(grant, reader, now()) : operations::revoke(grant, reader, now());
    });
    need(changed.has_value(), "the change failed");
    const auto start = Clock::now();
    const auto request = scscf.receive(5s);
    need(request && request->command == 305, "no PPR came");
    out.push_back(ms_since(start));
    scscf.answer(*request);
  }
  return quantiles(out);
}

/// One UAR at a time, at a steady rate; how long each took from when it was due.
std::vector<double> ask(const Options& options, Peer& icscf, const std::function<bool()>& go_on) {
  std::mt19937_64 random(7);
  std::vector<double> out;
  auto due = Clock::now();
  const auto step = std::chrono::nanoseconds(1'000'000'000 / options.rate);
  while (go_on()) {
    std::this_thread::sleep_until(due);
    const std::size_t n = options.registrations + random() % (options.subscribers - options.registrations);
    const auto answer = icscf.ask(uar(icscf, impi(n), "sip:" + impi(n)));
    need(answer.result() == experimental + 2001, "a UAR was refused");
    out.push_back(ms_since(due));
    due += step;
  }
  return out;
}

nlohmann::json mass(const Options& options, store::OperationRunner& runner) {
  Peer icscf(peer(options, "icscf.ims.example"));
  std::atomic<std::size_t> ended{0};
  std::atomic<bool> stop{false};
  std::thread answering([&] {
    Peer scscf(peer(options, "scscf.ims.example"));
    while (!stop) {
      const auto request = scscf.receive(100ms);
      if (!request || !request->is_request()) continue;
      if (request->command == 304) ++ended;
      scscf.answer(*request);
    }
  });
  const auto timed = [&](Clock::time_point until) { return ask(options, icscf, [&] { return Clock::now() < until; }); };
  timed(Clock::now() + 1s);
  const auto idle = timed(Clock::now() + std::chrono::seconds(options.seconds));
  const auto start = Clock::now();
  const auto suspended = runner.run([&](const ports::SubscriberReader& reader) {
    return operations::suspend(waf, {Suspension::Effect::deregisters, {}, now(), {}, {}}, reader, now());
  });
  need(suspended.has_value(), "the suspension failed");
  const double committed = ms_since(start);
  const auto busy = ask(options, icscf, [&] { return ended < options.registrations && Clock::now() < start + 600s; });
  const double seconds = ms_since(start) / 1000;
  stop = true;
  answering.join();
  const auto idle_json = quantiles(idle);
  const auto busy_json = quantiles(busy);
  return {{"deregistered", ended.load()},
          {"suspension_committed_ms", committed},
          {"seconds", seconds},
          {"rtr_per_second", static_cast<double>(ended) / seconds},
          {"uar_idle", idle_json},
          {"uar_meanwhile", busy_json},
          {"p99_ratio", busy_json["p99_ms"].get<double>() / idle_json["p99_ms"].get<double>()}};
}

int run(const Options& options) {
  telemetry::LineLog log([](telemetry::Level, const std::string& line) { std::cerr << line << '\n'; });
  telemetry::EventLog event_log(log);
  telemetry::Sinks events({&event_log});
  store::Health health(events);
  store::Database database({options.database, 16 * 1024, 1024, 30s}, health);
  need(database.open(false).has_value(), "the database cannot be opened");
  store::OperationRunner runner(database);
  (void)runner.run([](const ports::SubscriberReader& reader) {
    return operations::add_authorizer(AuthorizerName::trusted("waf.other.example"), false, reader);
  });
  register_all(options);
  nlohmann::json out{{"change_to_ppr", latency(options, runner)}};
  out["mass"] = mass(options, runner);
  std::cout << out.dump() << '\n';
  return 0;
}

}  // namespace
}  // namespace vouchsafe::client

int main(int argc, char** argv) {
  vouchsafe::client::Options options;
  CLI::App app{"Measures what the HSS sends by itself"};
  app.add_option("--port", options.port);
  app.add_option("--database", options.database)->required();
  app.add_option("--registrations", options.registrations);
  app.add_option("--subscribers", options.subscribers, "more than registrations");
  app.add_option("--changes", options.changes);
  app.add_option("--rate", options.rate, "UARs a second");
  app.add_option("--seconds", options.seconds, "of idle UARs");
  CLI11_PARSE(app, argc, argv);
  try {
    return vouchsafe::client::run(options);
  } catch (const std::exception& e) {
    std::cerr << "outbox: " << e.what() << '\n';
    return 1;
  }
}
