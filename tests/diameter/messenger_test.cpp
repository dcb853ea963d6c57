#include "diameter/messenger.hpp"

#include "profile/sh_documents.hpp"
#include "support/cx_fixture.hpp"
#include "support/fd_library.hpp"

#include <boost/test/unit_test.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Of freeDiameter, and in no public header: what fd_msg_send gives the routing threads.
extern "C" struct fifo* fd_g_outgoing;

// The HSS's own requests, from the outbox entry to the octets, and what comes back.
namespace vouchsafe::testing {
namespace {

using client::Message;
using client::tgpp;
using ports::Reply;
using Sent = ports::Messenger::Sent;
using namespace std::chrono_literals;

class Replied : public ports::Replies {
 public:
  void replied(std::int64_t entry, const Reply& reply) noexcept override {
    const std::lock_guard lock(mutex_);
    heard.emplace_back(entry, reply);
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return heard.size();
  }
  std::vector<std::pair<std::int64_t, Reply>> heard;

 private:
  std::mutex mutex_;
};

/// What the core does with a request: it takes it out of its queue, and calls back.
class OnItsWay {
 public:
  OnItsWay() {
    msg* taken = nullptr;
    BOOST_REQUIRE(fd_fifo_tryget_int(fd_g_outgoing, reinterpret_cast<void**>(&taken)) == 0);
    request_.reset(taken);
    BOOST_REQUIRE(fd_msg_anscb_get(taken, &answered_, &expired_, &data_) == 0);
  }
  [[nodiscard]] Message octets() const { return sent(request_); }
  [[nodiscard]] timespec until() const { return *fd_msg_anscb_gettimeout(request_.get()); }
  void answered_with(std::vector<client::Avp> avps) {
    const Message asked = octets();
    Message answer = asked;
    answer.flags = client::proxiable_flag;
    answer.avps = {*asked.find(263)};
    for (auto& avp : avps) answer.avps.push_back(std::move(avp));
    msg* message = received(answer).release();
    answered_(data_, &message);
    BOOST_TEST((message == nullptr));
  }
  void expired() {
    char peer[] = "scscf.ims.example";
    msg* message = request_.release();
    expired_(data_, peer, sizeof peer - 1, &message);
    BOOST_TEST((message == nullptr));
  }

 private:
  diameter::OwnedMessage request_;
  void (*answered_)(void*, msg**) = nullptr;
  void (*expired_)(void*, DiamId_t, std::size_t, msg**) = nullptr;
  void* data_ = nullptr;
};

bool nothing_is_on_its_way() {
  msg* taken = nullptr;
  return fd_fifo_tryget_int(fd_g_outgoing, reinterpret_cast<void**>(&taken)) != 0;
}

client::Avp result_avp(std::uint32_t code) { return client::number_avp(268, code); }
client::Avp experimental_avp(std::uint32_t code) {
  return client::group_avp(297, {client::number_avp(266, tgpp), client::number_avp(298, code)});
}

struct Sending : CxFixture {
  profile::XmlShDocuments documents;
  sh::ShContext sh{documents, clock};
  NoLog log;
  Replied replies;
  diameter::DiameterMessenger messenger{dictionary(), store, context, sh, log, 7s};

  Sending() {
    Profile profile = alice();
    profile.charging.primary_collection = "aaa://ccf.example";
    State state;
    state.scscf = Scscf{scscf, "scscf.ims.example", "ims.example"};
    state.registrations.push_back(registration("alice@ims.example", "sip:alice@ims.example", vouched_by("waf.example"),
                                               *state.scscf, clock.now()));
    store.add(std::move(profile), std::move(state), {grant_to("waf.example")});
    store.allow({"as.ims.example", DataReference::ims_user_state, {}, ShOperations::all()});
  }

  static OutboxEntry entry(OutboxBody body, const std::string& host = "scscf.ims.example") {
    OutboxEntry out;
    out.id = 42;
    out.subscription = 1;
    out.host = host;
    out.realm = "ims.example";
    out.body = std::move(body);
    return out;
  }
  static Termination termination() { return {impi("alice@ims.example"), {impu("sip:alice@ims.example")}, {1}}; }
  static OutboxEntry rtr() { return entry(termination()); }
  static ProfilePush push() { return {impi("alice@ims.example"), {1}}; }
  static OutboxEntry pnr(const std::string& host = "as.ims.example") {
    return entry(DataNotification{impu("sip:alice@ims.example"), DataReference::ims_user_state}, host);
  }

  Sent send(const OutboxEntry& what) { return messenger.send(what, replies).value(); }
  Message octets_of(const OutboxEntry& what) {
    BOOST_TEST((send(what) == Sent::on_its_way));
    OnItsWay way;
    Message out = way.octets();
    way.expired();
    return out;
  }
  /// What is told of a request that is answered so.
  Reply reply_to(std::vector<client::Avp> avps) {
    BOOST_TEST((send(rtr()) == Sent::on_its_way));
    replies.heard.clear();
    OnItsWay().answered_with(std::move(avps));
    BOOST_TEST_REQUIRE(replies.heard.size() == 1U);
    BOOST_TEST(replies.heard[0].first == 42);
    return replies.heard[0].second;
  }
  static void goes_to(const Message& m, std::uint32_t command, std::uint32_t application, const std::string& host) {
    BOOST_TEST(m.is_request());
    BOOST_TEST(m.command == command);
    BOOST_TEST(m.application == application);
    BOOST_TEST((m.flags & client::proxiable_flag) != 0);
    BOOST_TEST(m.avps.front().code == 263U);
    BOOST_TEST(m.text(263).starts_with("hss.ims.example;"));
    BOOST_TEST(client::find_in(m.members(260), 266)->number() == tgpp);
    BOOST_TEST(client::find_in(m.members(260), 258)->number() == application);
    BOOST_TEST(m.find(277)->number() == 1U);
    BOOST_TEST(m.text(264) == "hss.ims.example");
    BOOST_TEST(m.text(296) == "ims.example");
    BOOST_TEST(m.text(293) == host);
    BOOST_TEST(m.text(283) == "ims.example");
  }
};

BOOST_FIXTURE_TEST_SUITE(messenger, Sending)

BOOST_AUTO_TEST_CASE(an_rtr_names_the_identities_and_the_reason) {
  Termination body = termination();
  body.impus.push_back(impu("tel:+15550100"));
  body.reason = TerminationReason::server_change;
  OutboxEntry owed = entry(body);
  owed.cause = "a grant is gone";
  const Message m = octets_of(owed);
  goes_to(m, 304, cx_id, "scscf.ims.example");
  BOOST_TEST(m.text(1) == "alice@ims.example");
  const auto impus = m.all(601, tgpp);
  BOOST_TEST_REQUIRE(impus.size() == 2U);
  BOOST_TEST(impus[1].data == "tel:+15550100");
  const auto reason = m.members(615, tgpp);
  BOOST_TEST(client::find_in(reason, 616, tgpp)->number() == 2U);
  BOOST_TEST(client::find_in(reason, 617, tgpp)->data == "a grant is gone");
  const auto silent = octets_of(rtr()).members(615, tgpp);
  BOOST_TEST(client::find_in(silent, 616, tgpp)->number() == 0U);
  BOOST_TEST(client::find_in(silent, 617, tgpp) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_ppr_holds_what_has_changed_and_nothing_more) {
  ProfilePush changed = push();
  changed.user_data = true;
  Message m = octets_of(entry(changed));
  goes_to(m, 305, cx_id, "scscf.ims.example");
  BOOST_TEST(m.text(1) == "alice@ims.example");
  BOOST_TEST(m.text(606, tgpp) == "<alice@ims.example 1>");
  for (const std::uint32_t code : {612U, 618U, 656U}) BOOST_TEST(m.find(code, tgpp) == nullptr);

  changed = push();
  changed.charging = true;
  changed.allowed = true;
  m = octets_of(entry(changed));
  BOOST_TEST(m.find(606, tgpp) == nullptr);
  BOOST_TEST(client::find_in(m.members(618, tgpp), 621, tgpp)->data == "aaa://ccf.example");
  BOOST_TEST(client::find_in(m.members(656, tgpp), 657, tgpp)->data == "waf.example");
  store.revoke_all();
  BOOST_TEST(octets_of(entry(changed)).find(656, tgpp) != nullptr);  // nobody any more: that is told too
  BOOST_TEST(octets_of(entry(changed)).members(656, tgpp).empty());

  store.profile().impis.front().scheme = AuthenticationScheme::sip_digest;
  store.profile().impis.front().digest_realm = "ims.example";
  changed = push();
  changed.credentials = true;
  const auto item = octets_of(entry(changed)).members(612, tgpp);
  BOOST_TEST(client::find_in(item, 608, tgpp)->data == "SIP Digest");
  const auto digest = client::decode_avps(client::find_in(item, 635, tgpp)->data).value();
  BOOST_TEST(client::find_in(digest, 121)->data == "ha1");
}

BOOST_AUTO_TEST_CASE(a_pnr_holds_the_document) {
  const Message m = octets_of(pnr());
  goes_to(m, 309, sh_id, "as.ims.example");
  BOOST_TEST(client::find_in(m.members(700, tgpp), 601, tgpp)->data == "sip:alice@ims.example");
  BOOST_TEST(m.text(702, tgpp).find("<IMSUserState>1</IMSUserState>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_later_event_has_overtaken_is_not_sent) {
  BOOST_TEST((send(entry(push(), "former.ims.example")) == Sent::nothing_to_say));
  OutboxEntry gone = pnr();
  gone.subscription = 2;
  BOOST_TEST((send(gone) == Sent::nothing_to_say));
  BOOST_TEST((send(entry(termination(), "")) == Sent::nothing_to_say));
  BOOST_TEST((send(pnr("other.ims.example")) == Sent::not_permitted));
  BOOST_TEST(nothing_is_on_its_way());
  BOOST_TEST(replies.heard.empty());
}

BOOST_AUTO_TEST_CASE(a_store_that_fails_sends_nothing_and_says_so) {
  const FailingReader failing(store, 0);
  diameter::DiameterMessenger on_failing(dictionary(), failing, context, sh, log, 7s);
  for (const OutboxEntry& owed : {entry(push()), pnr()}) {
    const auto failed = on_failing.send(owed, replies);
    BOOST_TEST_REQUIRE(!failed.has_value());
    BOOST_TEST((failed.error().kind == Error::Kind::unavailable));
  }
  BOOST_TEST((on_failing.send(rtr(), replies).value() == Sent::on_its_way));  // needs nothing of it
  OnItsWay().expired();
}

BOOST_AUTO_TEST_CASE(a_core_that_takes_no_request_is_unavailable_and_nobody_hears_of_a_reply) {
  auto* const queue = std::exchange(fd_g_outgoing, nullptr);
  const auto refused = messenger.send(rtr(), replies);
  fd_g_outgoing = queue;
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().kind == Error::Kind::unavailable));
  BOOST_TEST(refused.error().detail.starts_with("fd_msg_send_timeout"));
  BOOST_TEST(replies.heard.empty());
  BOOST_TEST((reply_to({result_avp(2001)}).kind == Reply::Kind::success));
}

BOOST_AUTO_TEST_CASE(an_answer_is_a_reply_of_its_kind) {
  const auto is = [&](std::vector<client::Avp> avps, Reply::Kind kind, const std::string& text) {
    const Reply reply = reply_to(std::move(avps));
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST((reply.kind == kind));
      BOOST_TEST(reply.text == text);
    }
  };
  is({result_avp(2001)}, Reply::Kind::success, "2001");
  is({result_avp(2002)}, Reply::Kind::success, "2002");
  is({experimental_avp(5001)}, Reply::Kind::unknown, "3GPP 5001");
  is({experimental_avp(5107)}, Reply::Kind::unknown, "3GPP 5107");
  is({result_avp(3002)}, Reply::Kind::unreachable, "DIAMETER_UNABLE_TO_DELIVER");
  is({result_avp(5001)}, Reply::Kind::refused, "5001");
  is({result_avp(5012)}, Reply::Kind::refused, "5012");
  is({experimental_avp(5012)}, Reply::Kind::refused, "3GPP 5012");
  is({experimental_avp(2001)}, Reply::Kind::refused, "3GPP 2001");
  is({experimental_avp(3002)}, Reply::Kind::refused, "3GPP 3002");
  is({}, Reply::Kind::refused, "0");
}

BOOST_AUTO_TEST_CASE(a_code_of_another_vendor_is_no_result) {
  const Reply reply = reply_to({client::number_avp(268, 2001, tgpp, false)});
  BOOST_TEST((reply.kind == Reply::Kind::refused));
  BOOST_TEST(reply.text == "0");
}

BOOST_AUTO_TEST_CASE(silence_is_a_reply_too_and_waits_as_long_as_it_is_told_to) {
  timespec before{};
  timespec after{};
  clock_gettime(CLOCK_REALTIME, &before);
  BOOST_TEST((send(rtr()) == Sent::on_its_way));
  clock_gettime(CLOCK_REALTIME, &after);
  OnItsWay way;
  BOOST_TEST(way.until().tv_sec >= before.tv_sec + 6);
  BOOST_TEST(way.until().tv_sec <= after.tv_sec + 8);
  way.expired();
  BOOST_TEST_REQUIRE(replies.heard.size() == 1U);
  BOOST_TEST(replies.heard[0].first == 42);
  BOOST_TEST((replies.heard[0].second.kind == Reply::Kind::none));
}

BOOST_AUTO_TEST_CASE(an_answer_that_the_core_drops_is_silence_by_the_messengers_own_deadline) {
  diameter::DiameterMessenger hasty(dictionary(), store, context, sh, log, 50ms);
  BOOST_TEST((hasty.send(rtr(), replies).value() == Sent::on_its_way));
  OnItsWay way;
  for (int i = 0; i < 100 && replies.count() == 0; ++i) std::this_thread::sleep_for(50ms);
  BOOST_TEST_REQUIRE(replies.count() == 1U);
  BOOST_TEST((replies.heard[0].second.kind == Reply::Kind::none));
  way.answered_with({result_avp(2001)});  // too late, for whom nobody waits
  BOOST_TEST(replies.count() == 1U);
}

BOOST_AUTO_TEST_CASE(what_comes_after_the_messenger_has_gone_is_nobodys) {
  std::optional<diameter::DiameterMessenger> gone(std::in_place, dictionary(), store, context, sh, log, 7s);
  BOOST_TEST((gone->send(rtr(), replies).value() == Sent::on_its_way));
  BOOST_TEST((gone->send(rtr(), replies).value() == Sent::on_its_way));
  OnItsWay first;
  OnItsWay second;
  gone.reset();
  first.answered_with({result_avp(2001)});
  second.expired();
  BOOST_TEST(replies.count() == 0U);
}

BOOST_AUTO_TEST_CASE(requests_that_are_answered_in_another_order_are_not_mixed_up) {
  for (std::int64_t id = 1; id <= 3; ++id) {
    OutboxEntry owed = rtr();
    owed.id = id;
    BOOST_TEST((send(owed) == Sent::on_its_way));
  }
  OnItsWay first;
  OnItsWay second;
  OnItsWay third;
  third.answered_with({result_avp(2001)});
  first.expired();
  second.answered_with({experimental_avp(5001)});
  BOOST_TEST_REQUIRE(replies.heard.size() == 3U);
  BOOST_TEST(replies.heard[0].first == 3);
  BOOST_TEST((replies.heard[0].second.kind == Reply::Kind::success));
  BOOST_TEST(replies.heard[1].first == 1);
  BOOST_TEST((replies.heard[1].second.kind == Reply::Kind::none));
  BOOST_TEST(replies.heard[2].first == 2);
  BOOST_TEST((replies.heard[2].second.kind == Reply::Kind::unknown));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace vouchsafe::testing
