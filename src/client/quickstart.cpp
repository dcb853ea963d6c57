#include "client/cx.hpp"
#include "domain/reason.hpp"

#include <CLI/CLI.hpp>
#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

namespace vouchsafe::client {
namespace {

constexpr const char* scscf = "sip:scscf.ims.example:5060";

/// One exchange of the table, and what should come of it.
struct Row {
  Peer& by;
  const char* what;
  Message request;
  std::uint32_t expected;
  std::optional<Reason> expected_reason;
};

std::string request_name(std::uint32_t command) {
  switch (command) {
    case 300:
      return "UAR";
    case 301:
      return "SAR";
    case 302:
      return "LIR";
    default:
      return "MAR";
  }
}

std::string reason_text(const Message& answer) {
  const Avp* avp = answer.find(1003, ours);
  if (avp == nullptr) return "-";
  const std::uint32_t number = avp->number();
  return number < reason_rows.size() ? std::string(reason_rows.at(number).name) : std::to_string(number);
}

/// Plays the rows and prints the table.
class Table {
 public:
  Table() : colour_(isatty(STDOUT_FILENO) == 1) {
    fmt::print("{:<58} {:<7} {:<10} {:<20} {}\n", "exchange", "request", "result", "Delegation-Result",
               "as it should be");
  }

  void play(const Row& row) {
    const Message answer = row.by.ask(row.request);
    const std::string reason = reason_text(answer);
    const std::string wanted = row.expected_reason ? std::string(name_of(*row.expected_reason)) : "-";
    const bool good = answer.result() == row.expected && reason == wanted;
    failures_ += good ? 0 : 1;
    const auto line =
        fmt::format("{:<58} {:<7} {:<10} {:<20} {}\n", row.what, request_name(row.request.command),
                    result_text(answer.result()), reason, good ? "yes" : "NO, expected " + result_text(row.expected));
    if (colour_) {
      const bool allowed = answer.result() % experimental / 1000 == 2;
      fmt::print(fmt::fg(!good ? fmt::terminal_color::magenta
                               : (allowed ? fmt::terminal_color::green : fmt::terminal_color::yellow)),
                 "{}", line);
    } else {
      fmt::print("{}", line);
    }
  }
  [[nodiscard]] int failures() const { return failures_; }

 private:
  bool colour_;
  int failures_ = 0;
};

/// What a marking S-CSCF says that a registration rests on.
enum class Basis : std::uint32_t { authenticated = 0, trusted_node = 1 };

/// A SAR of type REGISTRATION with Registration-Basis, as the shipped vouchsafe.conf asks of this S-CSCF.
Message registration(Peer& peer, const std::string& impi, const std::string& impu, Basis basis) {
  Message out = sar(peer, impi, {impu}, scscf, 1);
  out.avps.push_back(number_avp(1005, static_cast<std::uint32_t>(basis), ours, false));
  return out;
}

PeerOptions as(const char* host, std::uint16_t port) {
  PeerOptions options;
  options.host = host;
  options.port = port;
  return options;
}

int play(std::uint16_t port) {
  Peer epcscf(as("epcscf.ims.example", port));
  Peer icscf(as("icscf.ims.example", port));
  Peer server(as("scscf.ims.example", port));
  Peer partner(as("provisioning.ims.example", port));
  Table table;
  const std::string alice = "alice@ims.example";
  const std::string alice_impu = "sip:alice@ims.example";
  const std::string bob = "bob@ims.example";
  const std::string bob_impu = "sip:bob@ims.example";
  const std::string dave = "dave@ims.example";
  const std::string dave_impu = "sip:dave@ims.example";
  const Delegation granted{"waf.example.net"};
  const Delegation stranger{"waf.other.example"};

  table.play({epcscf, "alice, vouched for by waf.example.net, which she granted",
              uar(epcscf, alice, alice_impu, granted), experimental + 2001, Reason::authorized});
  table.play({server, "  her registration by it (S-CSCF, no challenge)",
              registration(server, alice, alice_impu, Basis::trusted_node), 2001, Reason::authorized});
  table.play({icscf, "  where is alice?", lir(icscf, alice_impu), 2001, {}});
  table.play({epcscf, "alice, vouched for by waf.other.example: never granted",
              uar(epcscf, alice, alice_impu, stranger), 5003, Reason::not_granted});
  table.play({epcscf, "nobody@ims.example: the same answer, so nothing to learn",
              uar(epcscf, "nobody@ims.example", "sip:nobody@ims.example", stranger), 5003, Reason::not_granted});
  table.play({epcscf, "alice, by a WAF that the operator does not know",
              uar(epcscf, alice, alice_impu, Delegation{"waf.unknown.example"}), 5003, Reason::authorizer_unknown});
  table.play({epcscf, "erin, who granted it for half of her set",
              uar(epcscf, "erin@ims.example", "sip:erin@ims.example", granted), 5003, Reason::not_granted});
  // What a peer writes as its Origin-Host is not who it is.
  Message forged = uar(epcscf, dave, dave_impu, granted);
  table.play({partner, "dave, by a peer that claims to be the eP-CSCF", forged, 5003, Reason::relay_not_trusted});
  table.play({server, "dave, whose only way is a vouching: no challenge", mar(server, dave, dave_impu, scscf), 5003,
              Reason::delegation_required});
  table.play({server, "  so auth-done after it rests on nothing",
              registration(server, dave, dave_impu, Basis::trusted_node), 5003, Reason::delegation_required});
  table.play({server, "bob: an edge that skipped the question",
              registration(server, bob, bob_impu, Basis::trusted_node), 5003, Reason::delegation_required});
  table.play({icscf, "bob, with his SIM: authorization", uar(icscf, bob, bob_impu), experimental + 2001, {}});
  table.play({server, "  his authentication vector", mar(server, bob, bob_impu, scscf), 2001, {}});
  table.play({server, "  his registration", registration(server, bob, bob_impu, Basis::authenticated), 2001, {}});
  table.play({server, "  and he leaves", sar(server, bob, {bob_impu}, scscf, 5), 2001, {}});
  table.play({server, "alice leaves", sar(server, alice, {alice_impu}, scscf, 5), 2001, {}});
  table.play(
      {server, "alice's SIM: a challenge that nobody will answer", mar(server, alice, alice_impu, scscf), 2001, {}});
  table.play({server, "  so auth-done after it rests on nothing",
              registration(server, alice, alice_impu, Basis::trusted_node), 5003, Reason::delegation_required});
  table.play({server, "  nor does a SAR that does not say what it rests on", sar(server, alice, {alice_impu}, scscf, 1),
              5003, Reason::delegation_required});
  table.play({server, "  the challenge times out", sar(server, alice, {alice_impu}, scscf, 10), 2001, {}});
  return table.failures() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace vouchsafe::client

int main(int argc, char** argv) {
  CLI::App app{"Plays the CSCFs against a quickstart HSS and prints a table."};
  std::uint16_t port = 3868;
  app.add_option("--port", port, "where the HSS listens");
  CLI11_PARSE(app, argc, argv);
  try {
    return vouchsafe::client::play(port);
  } catch (const std::exception& e) {
    fmt::print(stderr, "quickstart: {}\n", e.what());
    return 1;
  }
}
