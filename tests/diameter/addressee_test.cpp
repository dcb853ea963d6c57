#include "diameter/addressee.hpp"

#include "diameter/write.hpp"
#include "support/fakes.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

// Which peers the core may give one of the HSS's own requests to.
namespace vouchsafe::testing {
namespace {

using diameter::Avp;
using diameter::Command;

struct Routing {
  Policy policy;
  NoLog log;
  diameter::Addressee addressee{[this] { return std::make_shared<const Policy>(policy); }, log};

  Routing() {
    (void)dictionary();
    policy.agents = {{"dra.example", {"scscf.ims.example", "*.pool.example"}}};
  }

  static diameter::OwnedMessage to(const std::string& host, Command command = Command::registration_termination) {
    msg* made = nullptr;
    BOOST_REQUIRE(fd_msg_new(dictionary().request(command), MSGFL_ALLOC_ETEID, &made) == 0);
    diameter::OwnedMessage out(made);
    if (!host.empty()) diameter::AvpWriter(dictionary(), made).text(Avp::destination_host, host);
    return out;
  }

  /// What each peer's score becomes, from 0.
  std::map<std::string, int> scores(const diameter::OwnedMessage& message,
                                    const std::vector<std::string>& peers) const {
    rt_data* routing = nullptr;
    BOOST_REQUIRE(fd_rtd_init(&routing) == 0);
    for (auto peer : peers) {
      std::string realm = "example";
      BOOST_REQUIRE(fd_rtd_candidate_add(routing, peer.data(), peer.size(), realm.data(), realm.size()) == 0);
    }
    fd_list* candidates = nullptr;
    fd_rtd_candidate_extract(routing, &candidates, 0);
    addressee.route(message.get(), candidates);
    std::map<std::string, int> out;
    for (fd_list* at = candidates->next; at != candidates; at = at->next) {
      const auto* candidate = reinterpret_cast<rtd_candidate*>(at);
      out[std::string(candidate->diamid, candidate->diamidlen)] = candidate->score;
    }
    fd_rtd_free(&routing);
    return out;
  }
};

/// Not even the highest score that the core gives a peer makes up for it.
bool shut_out(int score) { return score + FD_SCORE_FINALDEST < 0; }

BOOST_FIXTURE_TEST_SUITE(addressee, Routing)

BOOST_AUTO_TEST_CASE(a_request_goes_to_its_host_or_to_an_agent_that_speaks_for_it_and_to_nobody_else) {
  for (const Command command : {Command::registration_termination, Command::push_profile, Command::push_notification}) {
    auto out = scores(to("scscf.ims.example", command), {"scscf.ims.example", "dra.example", "other.ims.example"});
    BOOST_TEST(out.size() == 3U);
    BOOST_TEST(out["scscf.ims.example"] == 0);
    BOOST_TEST(out["dra.example"] == 0);
    BOOST_TEST(shut_out(out["other.ims.example"]));
  }
}

BOOST_AUTO_TEST_CASE(an_agent_speaks_for_those_alone_whom_the_operator_gave_it) {
  auto out = scores(to("scscf2.ims.example"), {"dra.example", "scscf2.ims.example"});
  BOOST_TEST(shut_out(out["dra.example"]));
  BOOST_TEST(out["scscf2.ims.example"] == 0);
  BOOST_TEST(scores(to("as1.pool.example"), {"dra.example"})["dra.example"] == 0);
}

BOOST_AUTO_TEST_CASE(where_neither_the_host_nor_its_agent_is_connected_nobody_gets_it) {
  for (const auto& [peer, score] : scores(to("scscf.ims.example"), {"a.ims.example", "b.ims.example"}))
    BOOST_TEST_CONTEXT(peer) BOOST_TEST(shut_out(score));
  BOOST_TEST(scores(to("scscf.ims.example"), {}).empty());
}

BOOST_AUTO_TEST_CASE(names_are_compared_whatever_their_case) {
  auto out = scores(to("SCSCF.ims.example"), {"scscf.IMS.example", "DRA.example"});
  for (const auto& [peer, score] : out) BOOST_TEST_CONTEXT(peer) BOOST_TEST(score == 0);
}

BOOST_AUTO_TEST_CASE(other_requests_and_one_without_a_host_stay_as_they_are) {
  BOOST_TEST(scores(to("scscf.ims.example", Command::user_authorization), {"other.ims.example"})["other.ims.example"] ==
             0);
  BOOST_TEST(scores(to(""), {"other.ims.example"})["other.ims.example"] == 0);
}

BOOST_AUTO_TEST_CASE(a_changed_policy_counts_for_the_next_request) {
  policy.agents.clear();
  BOOST_TEST(shut_out(scores(to("scscf.ims.example"), {"dra.example"})["dra.example"]));
}

BOOST_AUTO_TEST_CASE(a_policy_that_cannot_be_had_is_logged_and_does_not_reach_the_core) {
  const diameter::Addressee broken([]() -> std::shared_ptr<const Policy> { throw std::runtime_error("a test"); }, log);
  fd_list none{};
  fd_list_init(&none, nullptr);
  broken.route(to("scscf.ims.example").get(), &none);
  BOOST_TEST_REQUIRE(log.lines.size() == 1U);
  BOOST_TEST((log.lines[0].first == ports::Message::escaped_exception));
}

/// The results of the answers that came to a request's callback.
void note_result(void* results, msg** answer) {
  static_cast<std::vector<std::uint32_t>*>(results)->push_back(sent(diameter::OwnedMessage(*answer)).result());
  *answer = nullptr;
}

// The core posts such an answer into a queue that may be full, on the thread that all others wait for then.
BOOST_AUTO_TEST_CASE(a_request_that_nobody_can_be_given_is_answered_on_the_spot) {
  std::vector<std::uint32_t> results;
  rt_data* routing = nullptr;
  BOOST_REQUIRE(fd_rtd_init(&routing) == 0);
  std::string peer = "scscf.ims.example";  // no more connected
  std::string realm = "ims.example";
  BOOST_REQUIRE(fd_rtd_candidate_add(routing, peer.data(), peer.size(), realm.data(), realm.size()) == 0);
  fd_list* candidates = nullptr;
  fd_rtd_candidate_extract(routing, &candidates, 0);
  msg* request = to("scscf.ims.example").release();
  BOOST_REQUIRE(fd_msg_anscb_associate(request, note_result, &results, nullptr, nullptr) == 0);
  addressee.deliver(&request, candidates);
  BOOST_TEST(request == nullptr);
  BOOST_TEST(results == std::vector<std::uint32_t>{3002}, boost::test_tools::per_element());
  msg* others = to("scscf.ims.example", Command::user_authorization).release();
  addressee.deliver(&others, candidates);
  BOOST_TEST((others != nullptr));
  diameter::OwnedMessage(others).reset();
  fd_rtd_free(&routing);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
