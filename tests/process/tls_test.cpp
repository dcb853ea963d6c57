#include "client/cx.hpp"
#include "support/hss_process.hpp"

#include <boost/test/unit_test.hpp>

// A peer that is known by its certificate.
namespace vouchsafe::testing {
namespace {

using client::Avp;
using client::Message;
using client::number_avp;
using client::text_avp;
using client::tgpp;

struct Tls : HssProcess {
  static constexpr const char* partner = "cscf.partner.example";
  Tls() {
    // A CA, and a certificate of it for each side.
    const auto made = run("cd " + folder().string() + R"( && set -e
      new() { openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj /CN=$1
              openssl x509 -req -days 2 -in $1.csr -CA tls-ca.pem -CAkey tls-ca.key -CAcreateserial -out $1.pem; }
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout tls-ca.key -out tls-ca.pem -subj /CN=test-ca
      new hss.ims.example; new cscf.partner.example
      here=$PWD
      sed -i "s|^TLS_Cred.*|TLS_Cred = \"$here/hss.ims.example.pem\", \"$here/hss.ims.example.key\";|;s|^TLS_CA.*|TLS_CA = \"$here/tls-ca.pem\";|" freeDiameter.conf
      echo '*.partner.example' >>acl_wl.conf
      sed -n 's/^SecPort = \([0-9]*\);/\1/p' freeDiameter.conf >port)");
    if (made.exit != 0) throw std::runtime_error(made.output);
    serve_only("{ host = \"cscf.partner.example\"; roles = [ \"i-cscf\" ]; }");
    start();
  }

  static Message capabilities() {
    Message m;
    m.command = 257;
    m.flags = client::request_flag;
    m.hop_by_hop = m.end_to_end = 1;
    m.avps = {text_avp(264, partner),
              text_avp(296, "partner.example"),
              Avp{257, 0, true, std::string("\0\1\x7f\0\0\1", 6)},
              number_avp(266, 0),
              text_avp(269, "test", 0, false),
              number_avp(265, tgpp),
              client::group_avp(260, {number_avp(266, tgpp), number_avp(258, 16777216)})};
    return m;
  }
  static Message location_info() {
    Message m;
    m.command = 302;
    m.application = 16777216;
    m.flags = client::request_flag | client::proxiable_flag;
    m.hop_by_hop = m.end_to_end = 2;
    m.avps = {text_avp(263, std::string(partner) + ";1;1"),
              client::group_avp(260, {number_avp(266, tgpp), number_avp(258, 16777216)}),
              number_avp(277, 1),
              text_avp(264, partner),
              text_avp(296, "partner.example"),
              text_avp(283, "ims.example"),
              text_avp(601, "sip:alice@ims.example", tgpp)};
    return m;
  }

  /// What comes back over TLS with that certificate.
  [[nodiscard]] std::vector<Message> exchange(const std::string& certificate) const {
    const std::string at = folder().string() + "/";
    const auto done =
        run("(cat; sleep 2) | timeout 4 openssl s_client -quiet -connect 127.0.0.1:$(cat " + at + "port) -CAfile " +
                at + "tls-ca.pem -cert " + at + certificate + ".pem -key " + at + certificate + ".key 2>/dev/null",
            client::encode(capabilities()) + client::encode(location_info()));
    std::vector<Message> out;
    std::string_view octets = done.output;
    while (octets.size() >= 20 && client::announced_length(octets) <= octets.size()) {
      const auto message = client::decode(octets.substr(0, client::announced_length(octets)));
      if (!message) break;
      octets.remove_prefix(client::announced_length(octets));
      out.push_back(*message);
    }
    return out;
  }
};

BOOST_FIXTURE_TEST_CASE(a_peer_with_a_certificate_of_the_ca_is_served_over_tls, Tls) {
  const auto answers = exchange(partner);
  BOOST_TEST_REQUIRE(answers.size() == 2U);
  BOOST_TEST(answers[0].result() == 2001U);
  BOOST_TEST(answers[1].command == 302U);
  BOOST_TEST(answers[1].result() == client::experimental + 5003);
}

BOOST_FIXTURE_TEST_CASE(a_peer_that_needs_tls_is_not_served_without_it_or_by_another_ca, Tls) {
  BOOST_CHECK_THROW(client::Peer{peer(partner)}, std::runtime_error);
  const auto self_signed = run("cd " + folder().string() +
                               " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout self.key -out self.pem "
                               "-subj /CN=cscf.partner.example");
  BOOST_TEST_REQUIRE(self_signed.exit == 0);
  BOOST_TEST(exchange("self").empty());
}

}  // namespace
}  // namespace vouchsafe::testing
