#include "client/cx.hpp"
#include "crypto/milenage.hpp"
#include "domain/text.hpp"
#include "support/demo.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

// A synchronization failure (TS 33.102, 6.3.5), with alice's SIM played here, and a real daemon.
namespace vouchsafe::testing {
namespace {

using client::Peer;

crypto::Block block(std::string_view hex) {
  std::string octets;
  crypto::Block out;
  BOOST_REQUIRE((from_hex(hex, octets) && crypto::to_block(octets, out)));
  return out;
}

struct Sim : HssProcess {
  const crypto::Block k = block("465b5ce8b199b49faa5f0a2ee238a6bc");  // as in the demo subscribers
  const crypto::Block opc = block("cd63cb71954a9f4e48a5994e37a02baf");
  std::optional<Peer> cscf;
  Sim() {
    start();
    cscf.emplace(peer("scscf.ims.example"));
  }

  [[nodiscard]] crypto::MilenageOutput milenage(std::string_view rand, std::uint64_t sqn) const {
    crypto::Block block;
    BOOST_REQUIRE(crypto::to_block(rand, block));
    return crypto::milenage(k, opc, block, sqn, {}).value();
  }
  [[nodiscard]] std::string rand_auts(const std::string& rand, std::uint64_t sqn_ms) const {
    const auto output = milenage(rand, sqn_ms);
    auto hidden = crypto::sqn_octets(sqn_ms);
    for (std::size_t i = 0; i < hidden.size(); ++i) hidden.at(i) ^= output.ak_s.at(i);
    std::string out = rand;
    out.append(hidden.begin(), hidden.end()).append(output.mac_s.begin(), output.mac_s.end());
    return out;
  }
  client::Message ask(std::uint32_t vectors = 1, const std::string& auts = {}) {
    return cscf->ask(client::mar(*cscf, alice, alice_impu, scscf_name, "Digest-AKAv1-MD5", vectors, auts));
  }
  /// RAND || AUTN of the answer's first vector.
  static std::string rand_autn(const client::Message& answer) {
    BOOST_REQUIRE(answer.result() == 2001U);
    const auto members = answer.members(612, client::tgpp);
    const auto* avp = client::find_in(members, 609, client::tgpp);
    BOOST_REQUIRE((avp != nullptr && avp->data.size() == 32));
    return avp->data;
  }
  [[nodiscard]] std::uint64_t seq(const client::Message& answer) const {
    const std::string all = rand_autn(answer);
    const auto output = milenage(all.substr(0, 16), 0);
    std::uint64_t sqn = 0;
    for (std::size_t i = 0; i < 6; ++i) sqn = sqn << 8U | (static_cast<unsigned char>(all[16 + i]) ^ output.ak.at(i));
    return sqn >> 5U;
  }
};

BOOST_FIXTURE_TEST_CASE(a_recorded_auts_that_is_sent_again_rolls_no_sqn_back, Sim) {
  const std::string rand = rand_autn(ask()).substr(0, 16);
  const std::string recorded = rand_auts(rand, 500U << 5U);
  BOOST_TEST(seq(ask(1, recorded)) == 501U);
  for (int i = 0; i < 20; ++i) ask(5);
  const auto before = seq(ask());
  BOOST_TEST(before == 602U);
  BOOST_TEST(seq(ask(1, recorded)) == before + 1);
  BOOST_TEST(seq(ask()) == before + 2);
}

BOOST_FIXTURE_TEST_CASE(an_auts_whose_mac_is_wrong_is_refused_though_its_sqn_would_change_nothing, Sim) {
  const std::string rand = rand_autn(ask()).substr(0, 16);
  std::string forged = rand_auts(rand, 0);
  forged.back() = static_cast<char>(forged.back() ^ 1);
  BOOST_TEST(ask(1, forged).result() == 5004U);
  BOOST_TEST(seq(ask()) == 2U);
}

}  // namespace
}  // namespace vouchsafe::testing
