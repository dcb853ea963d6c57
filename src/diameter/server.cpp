#include "diameter/server.hpp"

#include "diameter/read.hpp"
#include "diameter/write.hpp"
#include "domain/reason.hpp"

namespace vouchsafe::diameter {

void Server::handle(Command command, Handler handler) {
  disp_when when{};
  when.app = dictionary_.application(application_);
  when.command = dictionary_.request(command);
  disp_hdl* made = nullptr;
  check("fd_disp_register", fd_disp_register(handler, DISP_HOW_CC, &when, this, &made));
  handlers_.push_back(made);
}

void Server::announce() const {
  vendor_id_t vendor_id = vendor_3gpp;
  dict_object* vendor = nullptr;
  check("fd_dict_search",
        fd_dict_search(fd_g_config->cnf_dict, DICT_VENDOR, VENDOR_BY_ID, &vendor_id, &vendor, ENOENT));
  check("fd_disp_app_support", fd_disp_app_support(dictionary_.application(application_), vendor, 1, 0));
}

void Server::stop() {
  for (auto& handler : handlers_) (void)fd_disp_unregister(&handler, nullptr);
  handlers_.clear();
}

std::optional<Server::Measured> Server::measured(msg* answer) const noexcept {
  msg_hdr* header = nullptr;
  if (meter_ == nullptr || answer == nullptr || fd_msg_hdr(answer, &header) != 0 ||
      (header->msg_flags & CMD_FLAG_REQUEST) != 0)
    return std::nullopt;
  try {
    return Measured{header->msg_code, result_of(answer)};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void Server::measure(const std::optional<Measured>& answer, Arrival arrived) const noexcept {
  if (answer) meter_->answered(answer->command, answer->result, std::chrono::steady_clock::now() - arrived);
}

void Server::send(OwnedMessage answer, const char* command, Arrival arrived) const {
  if (!answer) return;
  const auto seen = measured(answer.get());  // it is gone when it is sent
  msg* message = answer.release();
  const int rc = fd_msg_send(&message, nullptr, nullptr);
  if (rc != 0) {
    OwnedMessage(message).reset();
    return log_.write(ports::message::answer_lost{.command = command, .error = rc});
  }
  measure(seen, arrived);
}

std::string_view session_of(msg* message) { return base_text(message, Avp::session_id); }

void Server::tell(const ports::Events& events, const ports::Exchange& exchange) const {
  for (const auto& event : events) events_.publish(event, exchange);
}

/// A vouching by somebody who may carry none gets the answer of check 2.
void Server::answer_stranger(msg** message, disp_action* action, const Stranger& stranger, Command command) const {
  answer_bad(message, action, stranger.answer, command_rows()[static_cast<std::size_t>(command)].name);
  if (!stranger.delegated) return;
  AvpWriter out(dictionary_, *message);
  out.number(Avp::delegation_result, static_cast<std::uint32_t>(Reason::relay_not_trusted));
}

void Server::answer_bad(msg** message, disp_action* action, const BadRequest& bad, const char* command) const {
  if (!bad.what.empty())
    log_.write(ports::message::bad_identity{.peer = source_of(*message),
                                            .command = command,
                                            .origin_host = base_text(*message, Avp::origin_host),
                                            .value = bad.text,
                                            .fault = bad.what});
  Borrowed query(message);
  hand_over(answer_to(std::move(query.get()), bad, application_, dictionary_), message, action);
}

}  // namespace vouchsafe::diameter
