#include "operations/authorizers.hpp"
#include "operations/grants.hpp"
#include "store/sql/operation_runner.hpp"
#include "store/sql/provisioning.hpp"
#include "store/sql/sql_reader.hpp"
#include "store/sqlite/database.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

// What reading a subject costs beside many wildcarded identities and many pools, held against a database without them
// in the same run. All of them begin alike, so that only their ends tell them apart.
namespace {

using namespace vouchsafe;

struct NobodyHears : ports::Publisher {
  void tell(const ports::Event&, const ports::Exchange*) noexcept override {}
};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().detail);
}

/// A database with a subscriber, wildcarded PSIs and pools; it goes with the object.
class Filled {
 public:
  Filled(int wildcards, int pools) {
    must(database_.open(true));
    store::OperationRunner runner(database_);
    must(runner.run([](const ports::SubscriberReader& reader) {
      return operations::add_authorizer(AuthorizerName::trusted("waf.example"), false, reader);
    }));
    std::vector<store::NewSubscription> batch{subscriber("alice@ims.example", "sip:alice@ims.example", false)};
    for (int i = 0; i < wildcards; ++i) {
      batch.push_back(subscriber(fmt::format("psi{}@ims.example", i), fmt::format("sip:!.*!@psi{}.example", i), true));
    }
    for (const auto& left_out : must(store::SubscriptionWriter(database_).add(batch, false)))
      if (left_out) throw std::runtime_error(*left_out);
    for (int i = 0; i < pools; ++i) {
      Grant grant{Grant::Subject::pool,
                  fmt::format("sip:!.*!@pool{}.example", i),
                  AuthorizerName::trusted("waf.example"),
                  {},
                  {},
                  {}};
      must(runner.run([&](const ports::SubscriberReader& reader) {
        return operations::grant(grant, reader, Time{std::chrono::seconds{1700000000}});
      }));
    }
  }
  ~Filled() { std::filesystem::remove_all(folder_); }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;

  /// Microseconds for one read of an identity with its grants, as a delegated UAR makes it.
  double read(const char* identity, int times) {
    const auto impu = must(Impu::parse(identity));
    const auto authorizer = AuthorizerName::trusted("waf.example");
    const store::SqlReader reader(database_);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) (void)must(reader.subject_of(nullptr, &impu, &authorizer));
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / times;
  }

 private:
  static store::NewSubscription subscriber(const std::string& impi, const std::string& impu, bool wildcard) {
    Profile profile;
    PrivateIdentity identity{must(Impi::parse(impi))};
    identity.scheme = AuthenticationScheme::giba;
    profile.impis.push_back(std::move(identity));
    PublicIdentity u{Impu::trusted(impu)};
    u.irs = 1;
    if (wildcard) u.kind = PublicIdentity::Kind::wildcarded_psi;
    profile.impus.push_back(std::move(u));
    return {std::move(profile), {}, {}};
  }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("vouchsafe-lookups-{}-{}", ::getpid(), count++);
  bool made_ = std::filesystem::create_directories(folder_);
  static inline int count = 0;
  NobodyHears events_;
  store::Health health_{events_};
  store::Database database_{store::DatabaseOptions{(folder_ / "hss.db").string()}, health_};
};

}  // namespace

int main(int argc, char** argv) {
  try {
    int wildcards = 100'000;
    int pools = 10'000;
    int times = 2'000;
    int rounds = 5;
    CLI::App app("Measures what reading a subject costs beside many wildcarded identities and pools");
    app.add_option("--wildcards", wildcards, "wildcarded PSIs");
    app.add_option("--pools", pools, "pools that the operator granted");
    app.add_option("--times", times, "reads a round");
    app.add_option("--rounds", rounds, "rounds, of which the quickest counts");
    CLI11_PARSE(app, argc, argv);
    Filled few(0, 0);
    Filled many(wildcards, pools);
    for (const char* identity : {"sip:alice@ims.example", "sip:nobody@ims.example"}) {
      double alone = 1e9;
      double beside = 1e9;
      for (int i = 0; i < rounds; ++i) {
        alone = std::min(alone, few.read(identity, times));
        beside = std::min(beside, many.read(identity, times));
      }
      fmt::print("{:<24} {:>8.1f} us alone {:>8.1f} us beside {} wildcards and {} pools: ratio {:.2f}\n", identity,
                 alone, beside, wildcards, pools, beside / alone);
    }
    return 0;
  } catch (const std::exception& e) {
    fmt::print(stderr, "lookups: {}\n", e.what());
    return 1;
  }
}
