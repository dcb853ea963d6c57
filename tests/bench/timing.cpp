#include "client/cx.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <random>

// Asks one question at a time, of each kind in turn and in a random order, and tells whether the time of a refusal
// shows the kind.
namespace vouchsafe::client {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 3868;
  std::size_t rounds = 5000;
  std::size_t subscribers = 1000;
  unsigned seed = 1;
};

/// A kind of user, and the time of each refusal in microseconds.
struct Kind {
  const char* name;
  const char* user;
  std::vector<double> times{};
};

/// How often an answer of the one takes longer than one of the other: the area under the curve of whoever guesses by
/// the time. One half tells nothing.
double auc(const std::vector<double>& one, std::vector<double> other) {
  std::sort(other.begin(), other.end());
  double sum = 0;
  for (const double t : one) {
    const auto below = std::lower_bound(other.begin(), other.end(), t) - other.begin();
    const auto not_above = std::upper_bound(other.begin(), other.end(), t) - other.begin();
    sum += static_cast<double>(below + not_above) / 2;
  }
  return sum / static_cast<double>(one.size()) / static_cast<double>(other.size());
}

double quantile(std::vector<double> times, double q) {
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(q * static_cast<double>(times.size() - 1))];
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options), random_(options.seed), peer_(peer_options(options)) {}

  void go() {
    for (std::size_t i = 0; i < options_.rounds / 5; ++i) round();
    for (auto& kind : kinds_) kind.times.clear();  // the first rounds only warm it up
    for (std::size_t i = 0; i < options_.rounds; ++i) round();
  }

  void print() const {
    nlohmann::json out = nlohmann::json::array();
    const auto& unknown = kinds_.back().times;
    for (const auto& kind : kinds_) {
      nlohmann::json row{{"kind", kind.name}, {"auc", auc(kind.times, unknown)}};
      for (const int percent : {5, 25, 50, 75, 95})
        row[fmt::format("p{}", percent)] = quantile(kind.times, percent / 100.0);
      out.push_back(std::move(row));
    }
    fmt::print("{}\n", out.dump());
  }

 private:
  static PeerOptions peer_options(const Options& options) {
    PeerOptions out;
    out.port = options.port;
    out.host = "epcscf0.ims.example";
    return out;
  }

  void round() {
    std::array<std::size_t, 3> order{0, 1, 2};
    std::shuffle(order.begin(), order.end(), random_);
    for (const auto i : order) ask(kinds_.at(i));
  }

  void ask(Kind& kind) {
    const auto number = std::uniform_int_distribution<std::size_t>(0, options_.subscribers - 1)(random_);
    const std::string impi = fmt::format("{}{:08}@ims.example", kind.user, number);
    const Message question = uar(peer_, impi, "sip:" + impi, Delegation{"waf.other.example"});
    const auto start = Clock::now();
    const Message answer = peer_.ask(question);
    kind.times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    const auto* reason = answer.find(1003, ours);
    const std::string said =
        result_text(answer.result()) + (reason == nullptr ? "" : fmt::format(" {}", reason->number()));
    if (answer_.empty()) answer_ = said;
    if (said != answer_ || said != "5003 10")
      throw std::runtime_error(fmt::format("{} is answered {}, and not as the others", impi, said));
  }

  Options options_;
  std::mt19937_64 random_;
  Peer peer_;
  std::string answer_;
  std::array<Kind, 3> kinds_{Kind{"known, granted nothing", "bare"}, Kind{"known, granted to another", "user"},
                             Kind{"unknown", "none"}};
};

}  // namespace
}  // namespace vouchsafe::client

int main(int argc, char** argv) {
  vouchsafe::client::Options options;
  CLI::App app{
      "Asks for users of whom waf.other.example may hear nothing, and prints the times of the refusals as JSON."};
  app.add_option("--port", options.port);
  app.add_option("--rounds", options.rounds, "one question of each kind in each");
  app.add_option("--subscribers", options.subscribers,
                 "of each kind: user00000000, bare00000000 and none00000000 up to this number");
  app.add_option("--seed", options.seed);
  CLI11_PARSE(app, argc, argv);
  try {
    vouchsafe::client::Run run(options);
    run.go();
    run.print();
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "timing: " << e.what() << '\n';
    return 1;
  }
}
