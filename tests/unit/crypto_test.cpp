#include "crypto/authentication_centre.hpp"
#include "crypto/milenage.hpp"
#include "domain/text.hpp"
#include "support/fakes.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

namespace bdata = boost::unit_test::data;
namespace vouchsafe::testing {
namespace {

/// TS 35.208, 4.3 to 4.8: inputs and outputs in hexadecimal.
struct Set {
  const char *k, *rand, *sqn, *amf, *op, *opc, *f1, *f1s, *f2, *f5, *f3, *f4, *f5s;
};
std::ostream& operator<<(std::ostream& out, const Set& s) { return out << s.k; }
const std::vector<Set> sets = {
    {"465b5ce8b199b49faa5f0a2ee238a6bc", "23553cbe9637a89d218ae64dae47bf35", "ff9bb4d0b607", "b9b9",
     "cdc202d5123e20f62b6d676ac72cb318", "cd63cb71954a9f4e48a5994e37a02baf", "4a9ffac354dfafb3", "01cfaf9ec4e871e9",
     "a54211d5e3ba50bf", "aa689c648370", "b40ba9a3c58b2a05bbf0d987b21bf8cb", "f769bcd751044604127672711c6d3441",
     "451e8beca43b"},
    {"0396eb317b6d1c36f19c1c84cd6ffd16", "c00d603103dcee52c4478119494202e8", "fd8eef40df7d", "af17",
     "ff53bade17df5d4e793073ce9d7579fa", "53c15671c60a4b731c55b4a441c0bde2", "5df5b31807e258b0", "a8c016e51ef4a343",
     "d3a628ed988620f0", "c47783995f72", "58c433ff7a7082acd424220f2b67c556", "21a8c1f929702adb3e738488b9f5c5da",
     "30f1197061c1"},
    {"fec86ba6eb707ed08905757b1bb44b8f", "9f7c8d021accf4db213ccff0c7f71a6a", "9d0277595ffc", "725c",
     "dbc59adcb6f9a0ef735477b7fadf8374", "1006020f0a478bf6b699f15c062e42b3", "9cabc3e99baf7281", "95814ba2b3044324",
     "8011c48c0c214ed2", "33484dc2136b", "5dbdbb2954e8f3cde665b046179a5098", "59a92d3b476a0443487055cf88b2307b",
     "deacdd848cc6"},
    {"9e5944aea94b81165c82fbf9f32db751", "ce83dbc54ac0274a157c17f80d017bd6", "0b604a81eca8", "9e09",
     "223014c5806694c007ca1eeef57f004f", "a64a507ae1a2a98bb88eb4210135dc87", "74a58220cba84c49", "ac2cc74a96871837",
     "f365cd683cd92e96", "f0b9c08ad02e", "e203edb3971574f5a94b0d61b816345d", "0c4524adeac041c4dd830d20854fc46b",
     "6085a86c6f63"},
    {"4ab1deb05ca6ceb051fc98e77d026a84", "74b0cd6031a1c8339b2b6ce2b8c4a186", "e880a1b580b6", "9f07",
     "2d16c5cd1fdf6b22383584e3bef2a8d8", "dcf07cbd51855290b92a07a9891e523e", "49e785dd12626ef2", "9e85790336bb3fa2",
     "5860fc1bce351e7e", "31e11a609118", "7657766b373d1c2138f307e3de9242f9", "1c42e960d89b8fa99f2744e0708ccb53",
     "fe2555e54aa9"},
    {"6c38a116ac280c454f59332ee35c8c4f", "ee6466bc96202c5a557abbeff8babf63", "414b98222181", "4464",
     "1ba00a1a7c6700ac8c3ff3e96ad08725", "3803ef5363b947c6aaa225e58fae3934", "078adfb488241a57", "80246b8d0186bcf1",
     "16c8233f05a0ac28", "45b0f69ab06c", "3f8c7587fe8e4b233af676aede30ba3b", "a7466cc1e6b2a1337d49d3b66e95d7b4",
     "1f53cd2b1113"},
};

std::string octets(const char* hex) {
  std::string out;
  BOOST_REQUIRE(from_hex(hex, out));
  return out;
}
crypto::Block block(const char* hex) {
  crypto::Block out{};
  BOOST_REQUIRE(crypto::to_block(octets(hex), out));
  return out;
}
template <std::size_t N>
std::string hex(const std::array<unsigned char, N>& a) {
  return to_hex({reinterpret_cast<const char*>(a.data()), N});
}
std::uint64_t number(const char* hex) { return std::stoull(hex, nullptr, 16); }

BOOST_DATA_TEST_CASE(milenage_gives_the_vectors_of_ts_35_208, bdata::make(sets), s) {
  BOOST_TEST(hex(crypto::derive_opc(block(s.k), block(s.op)).value()) == s.opc);
  const std::string amf = octets(s.amf);
  const auto out = crypto::milenage(block(s.k), block(s.opc), block(s.rand), number(s.sqn),
                                    {static_cast<unsigned char>(amf[0]), static_cast<unsigned char>(amf[1])})
                       .value();
  BOOST_TEST(hex(out.mac_a) == s.f1);
  BOOST_TEST(hex(out.mac_s) == s.f1s);
  BOOST_TEST(hex(out.res) == s.f2);
  BOOST_TEST(hex(out.ck) == s.f3);
  BOOST_TEST(hex(out.ik) == s.f4);
  BOOST_TEST(hex(out.ak) == s.f5);
  BOOST_TEST(hex(out.ak_s) == s.f5s);
}

struct Keys {
  TemporaryFolder folder;
  std::string path = (folder.path() / "keys").string();
  std::unique_ptr<crypto::KeyRing> ring;
  Keys() {
    BOOST_REQUIRE(crypto::KeyRing::create(path).has_value());
    ring = std::move(*crypto::KeyRing::load(path));
  }
};

BOOST_FIXTURE_TEST_CASE(a_sealed_secret_opens_for_its_identity_alone, Keys) {
  const std::string box = ring->seal("secret", "alice@ims.example").value();
  BOOST_TEST(box.find("secret") == std::string::npos);
  BOOST_TEST(ring->open(box, "alice@ims.example")->text() == "secret");
  BOOST_TEST(!ring->open(box, "bob@ims.example").has_value());
  BOOST_TEST(ring->seal("secret", "alice@ims.example").value() != box);  // a nonce of its own
}

BOOST_FIXTURE_TEST_CASE(no_changed_octet_of_a_sealed_secret_is_accepted, Keys) {
  const std::string box = ring->seal("secret", "alice@ims.example").value();
  for (std::size_t i = 0; i < box.size(); ++i) {
    std::string changed = box;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BOOST_TEST_CONTEXT("octet " << i) BOOST_TEST(!ring->open(changed, "alice@ims.example").has_value());
  }
  for (const char* bad : {"", "AAAA", "=", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    BOOST_TEST(!ring->open(bad, "alice@ims.example").has_value());
  }
}

BOOST_FIXTURE_TEST_CASE(an_old_key_opens_until_it_is_dropped, Keys) {
  const std::string old_box = ring->seal("secret", "a@b").value();
  const auto rotated = std::move(*crypto::KeyRing::load(path));
  BOOST_REQUIRE(rotated->add_key().has_value());
  BOOST_TEST(rotated->key_of(rotated->seal("secret", "a@b").value()) == 1U);  // until it is told otherwise
  rotated->seal_with(2);
  const std::string new_box = rotated->seal("secret", "a@b").value();
  BOOST_TEST(rotated->key_of(new_box) == 2U);
  BOOST_TEST(rotated->open(old_box, "a@b").has_value());
  BOOST_TEST(ring->open(new_box, "a@b").has_value());  // a running HSS finds the new key in the file
  BOOST_TEST(rotated->keep_only({{2, ""}}).value() == 1U);
  BOOST_TEST(!(*crypto::KeyRing::load(path))->open(old_box, "a@b").has_value());
  BOOST_TEST(ring->read_again()->size() == 1U);
  BOOST_TEST(ring->open(old_box, "a@b").has_value());  // an import may hold boxes that it is to seal anew
}

BOOST_FIXTURE_TEST_CASE(a_secret_is_sealed_anew_once_another_key_seals, Keys) {
  PrivateIdentity alice{impi("a@b")};
  BOOST_TEST(!ring->seal_anew(alice)->has_value());  // there is none
  alice.sealed = ring->seal("secret", "a@b").value();
  BOOST_TEST(!ring->seal_anew(alice)->has_value());
  BOOST_REQUIRE(ring->add_key().has_value());
  ring->seal_with(2);
  alice.sealed = ring->seal_anew(alice)->value();
  BOOST_TEST(ring->key_of(alice.sealed) == 2U);
  BOOST_TEST(ring->open(alice.sealed, "a@b")->text() == "secret");
  alice.impi = impi("mallory@b");
  ring->seal_with(1);
  BOOST_TEST(ring->seal_anew(alice).error().detail.find("mallory@b") == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_check_value_tells_keys_apart_and_says_nothing_of_them, Keys) {
  const auto checks = ring->add_key().value();
  BOOST_TEST_REQUIRE(checks.size() == 2U);
  BOOST_TEST(checks.at(1).size() == 16U);
  BOOST_TEST(checks.at(1) != checks.at(2));
  BOOST_TEST((ring->read_again().value() == checks));
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const auto& [number, value] : checks) BOOST_TEST(text.find(value) == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_key_file_that_others_may_read_or_that_is_damaged_is_refused, Keys) {
  std::filesystem::permissions(path, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  BOOST_TEST(crypto::KeyRing::load(path).error().detail.find("chmod 0600") != std::string::npos);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(path) << "1 abc\n";
  BOOST_TEST(crypto::KeyRing::load(path).error().detail.find("line 1") != std::string::npos);
  BOOST_TEST(crypto::KeyRing::load(path + ".none").error().detail.find("vouchctl init") != std::string::npos);
  BOOST_TEST((crypto::KeyRing::create(path).error().kind == Error::Kind::conflict));
}

struct Centre : Keys {
  NoLog log;
  crypto::SoftwareAuthenticationCentre centre{*ring, log};
  PrivateIdentity alice{impi("alice@ims.example")};
  const Set& set = sets[0];
  Centre() {
    alice.sealed = crypto::seal_aka(*ring, alice.impi, octets(set.k), octets(set.opc), octets("8000")).value();
  }
};

BOOST_FIXTURE_TEST_CASE(a_vector_is_one_that_the_sim_accepts, Centre) {
  const auto vector = centre.aka_vector(alice, 0x21).value();
  BOOST_TEST_REQUIRE(vector.rand_autn.size() == 32U);
  crypto::Block rand{};
  crypto::to_block(vector.rand_autn.substr(0, 16), rand);
  const auto sim = crypto::milenage(block(set.k), block(set.opc), rand, 0x21, {0x80, 0x00}).value();
  std::string sqn = vector.rand_autn.substr(16, 6);
  for (std::size_t i = 0; i < 6; ++i) sqn[i] = static_cast<char>(static_cast<unsigned char>(sqn[i]) ^ sim.ak.at(i));
  BOOST_TEST(to_hex(sqn) == "000000000021");
  BOOST_TEST(to_hex(vector.rand_autn.substr(24)) == hex(sim.mac_a));
  BOOST_TEST(to_hex(vector.xres) == hex(sim.res));
  BOOST_TEST(to_hex(vector.ck) == hex(sim.ck));
  BOOST_TEST(to_hex(vector.ik) == hex(sim.ik));
}

BOOST_FIXTURE_TEST_CASE(auts_gives_the_sims_sqn_and_a_wrong_one_gives_none, Centre) {
  const crypto::Block rand = block(set.rand);
  const auto sim = crypto::milenage(block(set.k), block(set.opc), rand, 0x123456789a, {0, 0}).value();
  auto hidden = crypto::sqn_octets(0x123456789a);
  for (std::size_t i = 0; i < 6; ++i) hidden.at(i) ^= sim.ak_s.at(i);
  std::string rand_auts(rand.begin(), rand.end());
  rand_auts.append(hidden.begin(), hidden.end()).append(sim.mac_s.begin(), sim.mac_s.end());
  BOOST_TEST(centre.resynchronized_sqn(alice, rand_auts).value() == 0x123456789aU);
  for (std::size_t i = 16; i < rand_auts.size(); ++i) {
    std::string changed = rand_auts;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    BOOST_TEST((centre.resynchronized_sqn(alice, changed).error().kind == Error::Kind::malformed));
  }
  BOOST_TEST((centre.resynchronized_sqn(alice, rand_auts.substr(1)).error().kind == Error::Kind::malformed));
}

BOOST_FIXTURE_TEST_CASE(secrets_that_do_not_open_are_unavailable_and_logged_without_them, Centre) {
  alice.impi = impi("mallory@ims.example");
  BOOST_TEST((centre.aka_vector(alice, 1).error().kind == Error::Kind::unavailable));
  BOOST_TEST_REQUIRE(log.lines.size() == 1U);
  BOOST_TEST(log.lines[0].second[0] == "mallory@ims.example");
  for (const auto& text : log.lines[0].second) BOOST_TEST(text.find(set.k) == std::string::npos);
}

}  // namespace
}  // namespace vouchsafe::testing
