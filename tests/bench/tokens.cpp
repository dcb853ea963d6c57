#include "support/tokens.hpp"

#include "crypto/token_verifier.hpp"
#include "delegation/token_check.hpp"
#include "delegation/token_memory.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <chrono>
#include <vector>

// How many forged tokens are refused in a second on one core, held against what OpenSSL alone verifies: both as in
// `openssl speed`, with a key and a context that are kept, and in turn within the same run.
namespace {

using namespace vouchsafe;
using testing::Signer;
using Steady = std::chrono::steady_clock;

struct NobodyHears : ports::Log {
  void put(ports::Message, std::initializer_list<std::string_view>) noexcept override {}
};
struct MachineClock : ports::Clock {
  [[nodiscard]] Time now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] std::chrono::milliseconds monotonic() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now().time_since_epoch());
  }
};

/// How often it can be done in a second.
template <class Act>
double rate_of(std::chrono::milliseconds time, const Act& act) {
  const auto start = Steady::now();
  std::size_t done = 0;
  while (Steady::now() - start < time) {
    for (int i = 0; i < 20; ++i) act();
    done += 20;
  }
  return static_cast<double>(done) / std::chrono::duration<double>(Steady::now() - start).count();
}

/// OpenSSL alone, on a digest that is made before.
class Bare {
 public:
  Bare(const Signer& signer, const std::string& text) : signer_(signer), text_(text) {
    EVP_PKEY* key = signer.key.public_key().handle();
    signature_ = signer.key.sign(signer.algorithm, text).value();
    if (signer.algorithm == TokenAlgorithm::eddsa) return;
    const bool sha384 = signer.algorithm == TokenAlgorithm::es384;
    const EVP_MD* md = sha384 ? EVP_sha384() : EVP_sha256();
    digest_.resize(sha384 ? 48 : 32);
    EVP_Digest(text.data(), text.size(), crypto::octets(digest_), nullptr, md, nullptr);
    context_ = EVP_PKEY_CTX_new(key, nullptr);
    EVP_PKEY_verify_init(context_);
    if (signer.algorithm == TokenAlgorithm::ps256) EVP_PKEY_CTX_set_rsa_padding(context_, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_signature_md(context_, md);
    if (sha384 || signer.algorithm == TokenAlgorithm::es256) to_der();
  }
  ~Bare() { EVP_PKEY_CTX_free(context_); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  [[nodiscard]] bool verify() const {
    if (context_ == nullptr)
      return crypto::verify(signer_.key.public_key(), signer_.algorithm, text_, signature_).value();
    return EVP_PKEY_verify(context_, crypto::octets(std::string_view(signature_)), signature_.size(),
                           crypto::octets(std::string_view(digest_)), digest_.size()) == 1;
  }

 private:
  void to_der() {
    const std::size_t half = signature_.size() / 2;
    ECDSA_SIG* pair = ECDSA_SIG_new();
    ECDSA_SIG_set0(pair, BN_bin2bn(crypto::octets(signature_), static_cast<int>(half), nullptr),
                   BN_bin2bn(crypto::octets(signature_) + half, static_cast<int>(half), nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair, &der);
    signature_.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
  }

  const Signer& signer_;
  std::string text_;
  std::string digest_;
  std::string signature_;
  EVP_PKEY_CTX* context_ = nullptr;
};

/// Forged tokens, before the check that the HSS makes of them.
class Forged {
 public:
  explicit Forged(const Signer& signer) {
    rules_.keys = {signer.registered()};
    authorizer_.tokens = std::make_shared<const TokenRules>(rules_);
    vouching_.token = signer.sign(
        R"({"iss":"waf.example","aud":"ims.example","exp":4000000000,"impi":"alice@ims.example","impu":"sip:alice@ims.example","jti":"7"})");
    std::string& token = *vouching_.token;
    const auto at = token.rfind('.') + 5;
    token[at] = token[at] == 'A' ? 'B' : 'A';
  }
  [[nodiscard]] bool refused() {
    return check_.check({*vouching_.token, vouching_, authorizer_, impi_, impu_, "epcscf", "s"}, policy_, clock_.now())
               .kind == TokenVerdict::Kind::refused;
  }
  [[nodiscard]] const std::string& token() const { return *vouching_.token; }

 private:
  Vouching vouching_{AuthorizerName::trusted("waf.example"), std::nullopt, {}};
  Authorizer authorizer_{AuthorizerName::trusted("waf.example")};
  TokenRules rules_;
  TokenPolicy policy_{{"ims.example"}, std::chrono::seconds{30}, std::chrono::hours{1}, 1'000'000};
  Impi impi_ = Impi::trusted("alice@ims.example");
  Impu impu_ = Impu::trusted("sip:alice@ims.example");
  MachineClock clock_;
  NobodyHears log_;
  crypto::JwsVerifier verifier_;
  delegation::TokenMemory uses_{1000};
  delegation::TokenCheck check_{verifier_, uses_, clock_, log_, 1000};
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Forged tokens refused in a second on one core, beside what OpenSSL alone verifies"};
  int rounds = 5;
  int milliseconds = 500;
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber);
  app.add_option("--milliseconds", milliseconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  const std::chrono::milliseconds time{milliseconds};
  fmt::print("algorithm  OpenSSL/s  refused/s  ratio (lowest to highest)\n");
  for (const auto& row : token_algorithm_rows) {
    const Signer signer(row.algorithm);
    Forged forged(signer);
    const Bare bare(signer, forged.token().substr(0, forged.token().rfind('.')));
    if (!bare.verify() || !forged.refused()) {
      fmt::print("{}: what is measured does not work\n", row.name);
      return 1;
    }
    std::vector<double> ours;
    std::vector<double> openssl;
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
      openssl.push_back(rate_of(time, [&] { (void)bare.verify(); }));
      ours.push_back(rate_of(time, [&] { (void)forged.refused(); }));
      ratios.push_back(ours.back() / openssl.back());
    }
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    fmt::print("{:<9}  {:>9.0f}  {:>9.0f}  {:.2f} ({:.2f} to {:.2f})\n", row.name, median(openssl), median(ours),
               median(ratios), *low, *high);
  }
  return 0;
}
