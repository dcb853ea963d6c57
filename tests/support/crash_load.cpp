#include "support/crash_load.hpp"

#include "client/sh.hpp"
#include "crypto/milenage.hpp"
#include "domain/text.hpp"
#include "support/demo.hpp"

#include <random>
#include <sstream>
#include <stdexcept>

namespace vouchsafe::testing {
namespace {

using client::Message;
using client::Peer;
using client::tgpp;
using namespace std::chrono_literals;

const std::string notes = "notes";
const std::string first_waf = "waf.example.net";
const std::string second_waf = "waf.other.example";

int sequence_in(const std::string& xml, const std::string& service) {
  const std::string tag = "<SequenceNumber>";
  const auto at = xml.find(tag, xml.find("<ServiceIndication>" + service));
  return at == std::string::npos ? 0 : std::stoi(xml.substr(at + tag.size()));
}

std::string grants_to(const std::string& waf, const std::string& impi) {
  return "<DelegatedAuthorizers xmlns=\"urn:vouchsafe:delegated-authorizers:1\"><DelegatedAuthorizer><WAF>" + waf +
         "</WAF><PrivateIdentity>" + impi + "</PrivateIdentity></DelegatedAuthorizer></DelegatedAuthorizers>";
}

/// As conf/generate-subscribers makes them.
crypto::Block key(int number) {
  std::ostringstream hex;
  hex << std::hex << number;
  std::string octets;
  crypto::Block out;
  if (!from_hex(std::string(32 - hex.str().size(), '0') + hex.str(), octets) || !crypto::to_block(octets, out))
    throw std::logic_error("no key");
  return out;
}

/// The SQN of a vector, which only who has the keys can read.
std::uint64_t sqn_in(const std::string& rand_autn, int n) {
  crypto::Block rand;
  if (rand_autn.size() != 32 || !crypto::to_block(rand_autn.substr(0, 16), rand)) throw std::logic_error("no vector");
  const auto output = crypto::milenage(key(n + 1), key(n + 2), rand, 0, {}).value();
  std::uint64_t sqn = 0;
  for (std::size_t i = 0; i < 6; ++i)
    sqn = sqn << 8U | (static_cast<unsigned char>(rand_autn[16 + i]) ^ output.ak.at(i));
  return sqn;
}

}  // namespace

CrashLoad::CrashLoad() {
  const auto made = run(std::string(VOUCHSAFE_SOURCE_DIR) + "/conf/generate-subscribers " + std::to_string(users));
  (void)ctl("import -", made.output);
  for (const char* host : {"as1.ims.example", "as2.ims.example", "looking.ims.example"}) {
    for (const auto& service : {notes, grants_service})
      (void)ctl(std::string("as allow ") + host + " --may read,write,subscribe --service-indication " + service);
  }
  start();
  {
    Peer as1(as());
    Peer as2(as("as2.ims.example"));
    for (int n = vouched + direct; n < users; ++n) {
      if (put(as1, 0, "<n/>", notes, "sip:" + user(n)) != 2001U ||
          as2.ask(client::snr(as2, "sip:" + user(n), 0, {notes})).result() != 2001U)
        throw std::runtime_error("no repository data of " + user(n));
    }
  }
  look_around();
  kill();
}

std::string CrashLoad::user(int n) {
  const std::string digits = std::to_string(n);
  return "user" + std::string(8 - digits.size(), '0') + digits + "@ims.example";
}

std::vector<std::string> CrashLoad::some(CrashLedger::Stage stage, std::size_t most, std::size_t without) {
  std::vector<std::string> out;
  for (int n = 0; n < vouched && out.size() < most; ++n) {
    if (ledger.stage(user(n)) != stage) continue;
    if (without > 0) {
      --without;
    } else {
      out.push_back(user(n));
    }
  }
  return out;
}

/// The outbox is asked last: what is not in it then was sent before.
void CrashLoad::look_around() {
  Peer looking(as("looking.ims.example"));
  std::map<std::string, CrashLedger::Found> found;
  for (int n = 0; n < users; ++n) {
    auto& one = found[user(n)];
    const bool has_notes = n >= vouched + direct;
    auto services = std::vector{grants_service};
    if (has_notes) services.push_back(notes);
    const auto answer = looking.ask(client::udr(looking, "sip:" + user(n), {0}, services));
    const std::string xml = answer.text(702, tgpp);
    if (answer.result() != 2001U) ledger.fails(user(n) + ": UDA " + std::to_string(answer.result()));
    one.first_grant = xml.find(first_waf) != std::string::npos;
    one.second_grant = xml.find(second_waf) != std::string::npos;
    one.notes = has_notes ? sequence_in(xml, notes) : 0;
    grants_sequence_[user(n)] = sequence_in(xml, grants_service);
  }
  const std::string registered = registrations();
  const std::string owed = ctl("outbox list");
  const bool reviews = owed.find("  review") != std::string::npos;
  for (auto& [name, one] : found) {
    one.registered = registered.find(name) != std::string::npos;
    one.owed = reviews || owed.find(name) != std::string::npos;
  }
  ledger.look(found);
}

void CrashLoad::note_vector(int n, const Message& maa) {
  const auto items = maa.members(612, tgpp);
  const auto* avp = client::find_in(items, 609, tgpp);
  if (avp == nullptr || avp->data.size() != 32) return ledger.fails(user(n) + ": an MAA of success without a vector");
  ledger.vector_of(user(n), sqn_in(avp->data, n));
}

void CrashLoad::turn(BusyPeer& scscf, int n, bool registered) {
  const std::string who = user(n);
  const auto send_sar = [this, &scscf, n, who, registered] {
    ledger.registering(who);
    scscf.ask(client::sar(scscf.peer(), who, {"sip:" + who}, scscf_name, registered ? 5 : 1),
              [this, &scscf, n, who, registered](const Message& saa) {
                if (saa.result() != 2001U) return ledger.fails(who + ": SAA " + std::to_string(saa.result()));
                ledger.registered(who, !registered);
                turn(scscf, n, !registered);
              });
  };
  if (registered) return send_sar();
  scscf.ask(client::mar(scscf.peer(), who, "sip:" + who, scscf_name), [this, n, who, send_sar](const Message& maa) {
    if (maa.result() != 2001U) return ledger.fails(who + ": MAA " + std::to_string(maa.result()));
    note_vector(n, maa);
    send_sar();
  });
}

void CrashLoad::register_vouched(BusyPeer& scscf, const std::string& who) {
  ledger.registering(who);
  scscf.ask(client::sar(scscf.peer(), who, {"sip:" + who}, scscf_name, 1), [this, who](const Message& saa) {
    if (saa.result() != 2001U) return ledger.fails(who + ": SAA " + std::to_string(saa.result()));
    ledger.registered(who, true);
  });
}

void CrashLoad::play_scscf(BusyPeer& scscf, const std::vector<std::string>& to_register) {
  for (const auto& who : to_register) register_vouched(scscf, who);
  for (int n = vouched; n < vouched + direct; ++n) turn(scscf, n, ledger.was_registered(user(n)));
  listen(scscf);
}

void CrashLoad::note(BusyPeer& as, const std::string& who) {
  int sequence = 0;
  if (!ledger.heard_of_notes(who, sequence)) return;
  ++sequence;
  as.ask(client::pur(as.peer(), "sip:" + who, client::repository_data(notes, static_cast<unsigned>(sequence), "<n/>")),
         [this, who, sequence](const Message& pua) {
           if (pua.result() != 2001U) return ledger.fails(who + ": PUA " + std::to_string(pua.result()));
           ledger.noted(who, sequence);
         });
}

void CrashLoad::put_grants(BusyPeer& as, const std::string& who, const std::string& waf, Done done) {
  constexpr int last = 65535;
  const auto sequence = static_cast<unsigned>(grants_sequence_.at(who) % last + 1);
  as.ask(client::pur(as.peer(), "sip:" + who, client::repository_data(grants_service, sequence, grants_to(waf, who))),
         [this, who, done](const Message& pua) {
           if (pua.result() != 2001U) return ledger.fails(who + ": PUA " + std::to_string(pua.result()));
           (ledger.*done)(who);
         });
}

void CrashLoad::play_provisioning(BusyPeer& as, const std::vector<std::string>& to_revoke,
                                  const std::vector<std::string>& to_restore) {
  for (const auto& who : to_revoke) put_grants(as, who, second_waf, &CrashLedger::revoked);
  for (const auto& who : to_restore) {
    ledger.restoring(who);
    put_grants(as, who, first_waf, &CrashLedger::restored);
  }
  for (int n = vouched + direct; n < users; ++n) note(as, user(n));
  listen(as);
}

void CrashLoad::change(const std::vector<std::string>& to_grant, const std::vector<std::string>& to_revoke,
                       unsigned seed) {
  std::mt19937 chance(seed);
  const auto act = [&](const std::string& who, const std::string& verb, const std::string& waf, Done done) {
    const std::string command = verb + " --impi " + who + " --authorizer " + waf;
    if (over) return;
    const bool kill = chance() % 3 == 0;
    const std::string after = kill ? "0.0" + std::to_string(10 + chance() % 40) : "60";  // seconds
    const auto ended =
        run("timeout -s KILL " + after + " " + VOUCHSAFE_BUILD_DIR + "/vouchctl --config " + config() + " " + command);
    if (ended.exit == 0) return (ledger.*done)(who);
    if (!kill) ledger.fails("vouchctl " + command + ": " + ended.output);
  };
  for (const auto& who : to_grant) act(who, "grant", second_waf, &CrashLedger::granted);
  for (const auto& who : to_revoke) act(who, "revoke", first_waf, &CrashLedger::revoked);
}

void CrashLoad::listen(BusyPeer& peer) const {
  while (!over && !peer.gone()) peer.pump(10ms);
  // What was on its way when the daemon died came as well.
  while (over && !peer.gone()) peer.pump(100ms);
}

void CrashLoad::heard_by_scscf(const Message& request) {
  if (request.command == rtr) ledger.terminated(request.text(1));
  if (request.command == ppr) ledger.pushed(request.text(1));
}

void CrashLoad::heard_by_as(const Message& request) {
  const auto identity = request.members(700, tgpp);
  const auto* impu = client::find_in(identity, 601, tgpp);
  if (impu == nullptr) return ledger.fails("a PNR that names nobody");
  ledger.notified(impu->data.substr(impu->data.find(':') + 1), sequence_in(request.text(702, tgpp), notes));
}

}  // namespace vouchsafe::testing
