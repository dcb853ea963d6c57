#include "diameter/messenger.hpp"

#include "diameter/answer.hpp"
#include "diameter/cx_parts.hpp"
#include "diameter/guarded.hpp"
#include "diameter/read.hpp"

#include <ctime>

namespace vouchsafe::diameter {
namespace {

using ports::Reply;

timespec after(std::chrono::milliseconds wait) {
  timespec at{};
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_sec += wait.count() / 1000;
  at.tv_nsec += (wait.count() % 1000) * 1'000'000;
  if (at.tv_nsec >= 1'000'000'000) {
    at.tv_nsec -= 1'000'000'000;
    ++at.tv_sec;
  }
  return at;
}

ResultCode result_in(const AvpReader& answer) {
  const AvpReader experimental = answer.inside(answer.find(Avp::experimental_result));
  if (const AvpView code = experimental.find(Avp::experimental_result_code)) return {true, code.number()};
  return {false, answer.find(Avp::result_code).number()};
}

}  // namespace

OwnedMessage DiameterMessenger::request(Command command, Application application, const OutboxEntry& entry) const {
  msg* made = nullptr;
  check("fd_msg_new", fd_msg_new(dictionary_.request(command), MSGFL_ALLOC_ETEID, &made));
  OwnedMessage message(made);
  check("fd_msg_new_session", fd_msg_new_session(made, nullptr, 0));
  AvpWriter out(dictionary_, made);
  add_header(out, made, application);
  out.text(Avp::destination_host, entry.host);
  out.text(Avp::destination_realm, entry.realm);
  return message;
}

OwnedMessage DiameterMessenger::encode(const cx::RegistrationTermination& rtr, const OutboxEntry& entry) const {
  OwnedMessage message = request(Command::registration_termination, Application::cx, entry);
  AvpWriter out(dictionary_, message.get());
  out.text(Avp::user_name, rtr.impi.text());
  for (const auto& impu : rtr.impus) out.text(Avp::public_identity, impu.text());
  out.group(Avp::deregistration_reason, [&](AvpWriter& reason) {
    reason.number(Avp::reason_code, static_cast<std::uint32_t>(rtr.code));
    if (!rtr.info.empty()) reason.text(Avp::reason_info, rtr.info);
  });
  return message;
}

OwnedMessage DiameterMessenger::encode(const cx::PushProfile& ppr, const OutboxEntry& entry) const {
  OwnedMessage message = request(Command::push_profile, Application::cx, entry);
  AvpWriter out(dictionary_, message.get());
  out.text(Avp::user_name, ppr.impi.text());
  if (!ppr.user_data.empty()) out.text(Avp::user_data, ppr.user_data);
  if (ppr.charging) add_charging(out, *ppr.charging);
  if (ppr.credentials) add_item(out, *ppr.credentials, 1);
  if (ppr.allowed) add_allowed(out, *ppr.allowed);
  return message;
}

OwnedMessage DiameterMessenger::encode(const sh::PushNotification& pnr, const OutboxEntry& entry) const {
  OwnedMessage message = request(Command::push_notification, Application::sh, entry);
  AvpWriter out(dictionary_, message.get());
  out.group(Avp::user_identity, [&](AvpWriter& identity) { identity.text(Avp::public_identity, pnr.user.text()); });
  out.text(Avp::sh_user_data, pnr.user_data);
  return message;
}

/// \return no message when the entry is void by now; `otherwise` says why
Result<OwnedMessage> DiameterMessenger::make(const OutboxEntry& entry, Sent& otherwise) {
  if (const auto* termination = std::get_if<Termination>(&entry.body)) {
    return entry.host.empty() ? OwnedMessage{} : encode(cx::registration_termination(*termination, entry.cause), entry);
  }
  if (const auto* notification = std::get_if<DataNotification>(&entry.body)) {
    const auto pnr = sh::push_notification(entry, *notification, reader_, sh_);
    if (!pnr) return tl::unexpected<Error>(pnr.error());
    if (!pnr->permitted) otherwise = Sent::not_permitted;
    return pnr->notification ? encode(*pnr->notification, entry) : OwnedMessage{};
  }
  const auto* push = std::get_if<ProfilePush>(&entry.body);
  if (push == nullptr) return OwnedMessage{};
  const auto view = reader_.to_push(entry.subscription);
  if (!view) return tl::unexpected<Error>(view.error());
  const auto ppr = cx::push_profile(*push, entry.host, *view, cx_);
  if (!ppr) return tl::unexpected<Error>(ppr.error());
  return *ppr ? encode(**ppr, entry) : OwnedMessage{};
}

Result<DiameterMessenger::Sent> DiameterMessenger::send(const OutboxEntry& entry, ports::Replies& replies) {
  try {
    Sent otherwise = Sent::nothing_to_say;
    auto message = make(entry, otherwise);
    if (!message) return tl::unexpected<Error>(message.error());
    if (!*message) return otherwise;
    Flights::Handle const flight = flights_.add(entry.id, replies);
    msg* out = message->release();
    const timespec until = after(timeout_);
    const int rc = fd_msg_send_timeout(&out, on_answer, flight, on_timeout, &until);
    if (rc == 0) return Sent::on_its_way;
    OwnedMessage(out).reset();
    Flights::forget(flight);
    return unavailable("fd_msg_send_timeout: error " + std::to_string(rc));
  } catch (const std::exception& e) {
    return unavailable(e.what());
  }
}

Reply DiameterMessenger::reply_of(msg* answer) const {
  const ResultCode code = result_in(AvpReader(dictionary_, answer));
  const std::string text = (code.experimental ? "3GPP " : "") + std::to_string(code.code);
  if (code.is_success() && !code.experimental) return {Reply::Kind::success, text};
  if (code == result::unable_to_deliver) return {Reply::Kind::unreachable, "DIAMETER_UNABLE_TO_DELIVER"};
  const bool unknown = code == result::user_unknown || code == result::no_subscription_to_data;
  return {unknown ? Reply::Kind::unknown : Reply::Kind::refused, text};
}

void DiameterMessenger::silent(std::int64_t entry, ports::Replies& replies) noexcept {
  replies.replied(entry, {Reply::Kind::none, "no answer in time"});
}

void DiameterMessenger::on_answer(void* flight, msg** answer) noexcept {
  const CancellationOff off;
  Flights::end(flight, [&](DiameterMessenger& self, std::int64_t entry, ports::Replies& replies) {
    Reply reply{Reply::Kind::refused, "an answer that cannot be read"};
    guarded("answer", self.log_, nullptr, nullptr, [&] { reply = self.reply_of(*answer); });
    replies.replied(entry, reply);
  });
  (void)fd_msg_free(*answer);
  *answer = nullptr;
}

void DiameterMessenger::on_timeout(void* flight, DiamId_t, size_t, msg** request) noexcept {
  const CancellationOff off;
  (void)fd_msg_free(*request);
  *request = nullptr;
  Flights::end(flight, [](DiameterMessenger&, std::int64_t entry, ports::Replies& replies) { silent(entry, replies); });
}

}  // namespace vouchsafe::diameter
