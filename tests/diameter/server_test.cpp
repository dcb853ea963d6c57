#include "diameter/server.hpp"

#include "diameter/answer.hpp"
#include "support/cx_fixture.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <new>
#include <stdexcept>

// How a request is answered where something goes wrong on the way.
namespace vouchsafe::testing {
namespace {

using diameter::OwnedMessage;

struct Serving : CxFixture {
  NoLog log;
  diameter::Speakers speakers{[] { return std::make_shared<const Policy>(); }, "hss.ims.example", dictionary(), log};
  diameter::Server server{diameter::Application::cx, dictionary(), speakers, log, decisions};
};

/// Where a work would keep it, there is no memory.
struct NoRoom {
  NoRoom() = default;
  NoRoom(const NoRoom&) { throw std::bad_alloc(); }
  OwnedMessage operator()(OwnedMessage&&, const cx::SaRequest&, const cx::SaAnswer&) const { return {}; }
};

struct NobodyCommits : ports::Committer {
  void submit(std::unique_ptr<ports::Work>) override { BOOST_ERROR("a work that could not be made"); }
};

BOOST_FIXTURE_TEST_SUITE(serving, Serving)

BOOST_AUTO_TEST_CASE(what_cannot_be_encoded_is_5012_and_not_half_an_answer) {
  const cx::LiRequest asked{common(), impu("sip:alice@ims.example")};
  const auto fails = [](OwnedMessage&& query, const auto&, const auto&) -> OwnedMessage {
    diameter::make_answer(query, result::success);
    diameter::AvpWriter out(dictionary(), query.get());
    diameter::add_common(out, query.get(), diameter::Application::cx, result::success);
    throw std::runtime_error("no room");
  };
  msg* message = received(request(302)).release();
  disp_action action = DISP_ACT_CONT;
  diameter::guarded("LIR", log, &message, &action, [&] {
    diameter::answer_now<cx::location_info>(server, "LIR", &message, &action, asked, store, context, fails);
  });
  const OwnedMessage answer(message);
  BOOST_TEST_REQUIRE((answer != nullptr));
  BOOST_TEST(action == DISP_ACT_SEND);
  const client::Message seen = sent(answer);
  BOOST_TEST(!seen.is_request());
  BOOST_TEST(seen.all(268).size() == 1U);
  BOOST_TEST(seen.result() == 5012U);
}

BOOST_AUTO_TEST_CASE(a_request_for_whose_work_there_is_no_memory_is_answered_5012) {
  NobodyCommits committer;
  msg* message = received(request(301)).release();
  disp_action action = DISP_ACT_CONT;
  diameter::guarded("SAR", log, &message, &action, [&] {
    diameter::defer<cx::server_assignment>(server, "SAR", &message, &action, sa(cx::ServerAssignmentType::registration),
                                           context, committer, NoRoom{});
  });
  const OwnedMessage answer(message);
  BOOST_TEST_REQUIRE((answer != nullptr));
  BOOST_TEST(action == DISP_ACT_SEND);
  BOOST_TEST(sent(answer).result() == 5012U);
}

BOOST_AUTO_TEST_CASE(what_was_decided_is_told_with_the_session_the_peer_and_the_result_that_was_answered) {
  RecordingEvents events;
  const diameter::Server telling(diameter::Application::cx, dictionary(), speakers, log, events);
  store.add(alice());
  const auto answered = [](OwnedMessage&& query, const auto&, const auto& answer) {
    OwnedMessage out = std::move(query);
    diameter::make_answer(out, answer.verdict.code);
    return out;
  };
  const auto asked = ua("waf.example");
  const client::Message uar = request(300);
  msg* message = received(uar).release();
  disp_action action = DISP_ACT_CONT;
  diameter::answer_now<cx::user_authorization>(telling, "UAR", &message, &action, asked, store, context, answered);
  const OwnedMessage answer(message);

  const auto sent_nowhere = [](OwnedMessage&& query, const auto&, const auto&) {
    query.reset();
    return OwnedMessage{};
  };
  const auto registers = sa(cx::ServerAssignmentType::registration);
  const client::Message sar = request(301);
  diameter::DeferredWork<cx::SaRequest, cx::CxContext, cx::server_assignment, decltype(sent_nowhere)> work(
      telling, "SAR", registers, context, sent_nowhere);
  work.take_over(received(sar));
  (void)work.prepare(store);
  BOOST_TEST(events.told.size() == 1U);  // not before it is committed
  work.finish({});

  BOOST_TEST_REQUIRE(events.told.size() == 2U);
  BOOST_TEST(events.told[0].session == uar.text(263));
  BOOST_TEST(events.told[1].session == sar.text(263));
  for (const auto& told : events.told) {
    BOOST_TEST((told.result == result::authorization_rejected));
    BOOST_TEST(!std::get<ports::Decided>(told.event).decision.allowed());
  }
  BOOST_TEST(events.told[0].peer == "epcscf.ims.example");
  BOOST_TEST(events.told[1].peer == "scscf.ims.example");
}

BOOST_AUTO_TEST_CASE(what_an_answer_says_that_its_request_came_to_is_read_from_it) {
  for (const ResultCode code : {result::success, result::first_registration, result::too_busy, result::user_unknown}) {
    OwnedMessage message = received(request(300));
    BOOST_TEST((diameter::result_of(message.get()) == ResultCode{}));
    diameter::make_answer(message, code);
    diameter::AvpWriter out(dictionary(), message.get());
    diameter::add_common(out, message.get(), diameter::Application::cx, code);
    BOOST_TEST((diameter::result_of(message.get()) == code), code.code);
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_was_never_prepared_gives_nothing_back_that_its_twin_has_claimed) {
  const auto sends_nothing = [](OwnedMessage&& query, const auto&, const auto&) {
    query.reset();
    return OwnedMessage{};
  };
  using Sar = diameter::DeferredWork<cx::SaRequest, cx::CxContext, cx::server_assignment, decltype(sends_nothing)>;
  store.add(alice(), {}, {grant_of_impi("waf.example")});
  ask(ua("waf.example"));
  const auto asked = sa(cx::ServerAssignmentType::registration);
  Sar first(server, "SAR", asked, context, sends_nothing);
  Sar again(server, "SAR", asked, context, sends_nothing);
  first.take_over(received(request(301)));
  again.take_over(received(request(301)));
  store.apply(first.prepare(store));
  again.finish(fail(Error::Kind::overloaded, "the queue is full"));
  const Impi who = impi("alice@ims.example");
  const Impu as = impu("sip:alice@ims.example");
  BOOST_TEST(!memory.claim(who, as, "another registration").has_value());
  first.finish({});
  BOOST_TEST(!memory.claim(who, as, "another registration").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
