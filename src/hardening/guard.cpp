#include "hardening/guard.hpp"

#include "core/cancellation_off.hpp"
#include "core/handle.hpp"
#include "hardening/connections.hpp"
#include "hardening/core_dictionary.hpp"
#include "hardening/core_messages.hpp"
#include "hardening/known_core.hpp"
#include "hardening/parting.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

/// What freeDiameter keeps with a message for the guard, zeroed at first.
struct fd_hook_permsgdata {
  vouchsafe::hardening::Window* window;
};

namespace vouchsafe::hardening {
namespace {

constexpr std::uint32_t own_avp_code = 1099;

using core::CancellationOff;
using core::check;
using core::OwnedMessage;

std::string name_of(std::uint32_t command, bool request) {
  dict_object* found = nullptr;
  dict_cmd_data data{};
  if (fd_dict_search(fd_g_config->cnf_dict, DICT_COMMAND, request ? CMD_BY_CODE_R : CMD_BY_CODE_A, &command, &found,
                     0) == 0 &&
      found != nullptr && fd_dict_getval(found, &data) == 0)
    return data.cmd_name;
  return "command " + std::to_string(command) + (request ? " (request)" : " (answer)");
}

dict_object* vendor_object(dictionary* dict, vendor_id_t id) {
  dict_object* found = nullptr;
  check("fd_dict_search", fd_dict_search(dict, DICT_VENDOR, VENDOR_BY_ID, &id, &found, 0));
  if (found != nullptr) return found;
  char name[] = "Vouchsafe";
  dict_vendor_data data{id, name};
  check("fd_dict_new", fd_dict_new(dict, DICT_VENDOR, &data, nullptr, &found));
  return found;
}

constexpr std::chrono::seconds patience_with_who_reads_nothing{10};

/// Whether it is a DPR that freeDiameter takes: then it no longer sends what it has, and reads on.
bool disconnects(Octets message) {
  const Header header = header_of(message);
  return header.is_request() && header.is_of_a_connection() && header.command == disconnect_peer &&
         is_readable(message);
}

void on_freed(fd_hook_permsgdata* kept) noexcept {
  if (kept->window != nullptr) Windows::ended(*kept->window);
}

/// freeDiameter has room for a few of these, for as long as the process lasts.
fd_hook_data_hdl* message_data() {
  static fd_hook_data_hdl* const handle = [] {
    fd_hook_data_hdl* out = nullptr;
    check("fd_hook_data_register", fd_hook_data_register(sizeof(fd_hook_permsgdata), nullptr, on_freed, &out));
    return out;
  }();
  return handle;
}

}  // namespace

Guard::Guard(ports::Log& log, const GuardOptions& options)
    : log_(log), options_(options), own_{options.vendor, own_avp_code, options.application, std::random_device{}()} {
  node_.host.assign(fd_g_config->cnf_diamid, fd_g_config->cnf_diamid_len);
  node_.realm.assign(fd_g_config->cnf_diamrlm, fd_g_config->cnf_diamrlm_len);
  node_.without = options.without;
}

Guard::~Guard() {
  if (data_hook_ != nullptr) (void)fd_hook_unregister(data_hook_);
  if (message_hook_ != nullptr) (void)fd_hook_unregister(message_hook_);
  if (broken_hook_ != nullptr) (void)fd_hook_unregister(broken_hook_);
  if (handler_ != nullptr) (void)fd_disp_unregister(&handler_, nullptr);
}

void Guard::define() {
  dictionary* const dict = fd_g_config->cnf_dict;
  (void)vendor_object(dict, own_.vendor);
  char avp_name[] = "Vouchsafe-Refusal";
  dict_avp_data avp{own_.code, own_.vendor, avp_name, AVP_FLAG_VENDOR, AVP_FLAG_VENDOR, AVP_TYPE_OCTETSTRING};
  check("fd_dict_new", fd_dict_new(dict, DICT_AVP, &avp, nullptr, nullptr));
  dict_object* application = nullptr;
  check("fd_dict_search",
        fd_dict_search(dict, DICT_APPLICATION, APPLICATION_BY_ID, &own_.application, &application, ENOENT));
  char request[] = "Vouchsafe-Refused-Request";
  dict_cmd_data command{own_command, request, CMD_FLAG_REQUEST, CMD_FLAG_REQUEST};
  check("fd_dict_new", fd_dict_new(dict, DICT_COMMAND, &command, application, &command_));
  char answer[] = "Vouchsafe-Refused-Answer";
  command = {own_command, answer, CMD_FLAG_REQUEST, 0};
  check("fd_dict_new", fd_dict_new(dict, DICT_COMMAND, &command, application, nullptr));
  disp_when when{};
  when.app = application;
  when.command = command_;
  check("fd_disp_register", fd_disp_register(on_refused, DISP_HOW_CC, &when, this, &handler_));
}

void Guard::start() {
  if (options_.judge || options_.no_delay || options_.hold.count() > 0 || options_.window > 0) check_version();
  if (options_.keep_idle_peers) keep_idle_peers();
  if (options_.trim.count() > 0) trimmer_.emplace(options_.trim);
  if (options_.window > 0) {
    windows_.emplace(options_.window, patience_with_who_reads_nothing);
    if (options_.stop.count() > 0) farewell_.emplace(*windows_, options_.stop);
  }
  if (options_.hold.count() > 0 && windows_) {
    turns_ = std::make_shared<RoutingTurns>();
    turns_->start();
  }
  if (options_.judge || options_.no_delay || windows_)
    check("fd_hook_register", fd_hook_register(HOOK_MASK(HOOK_DATA_RECEIVED), on_data, this, nullptr, &data_hook_));
  if (options_.no_delay && options_.silent.count() > 0)
    reaper_.emplace(std::vector{fd_g_config->cnf_port, fd_g_config->cnf_port_tls}, options_.silent);
  if (options_.hold.count() > 0)
    check("fd_hook_register",
          fd_hook_register(HOOK_MASK(HOOK_PEER_CONNECT_FAILED), on_broken, this, nullptr, &broken_hook_));
  if (options_.judge) {
    define();
    check_rewriting(node_, own_);
  }
  if (options_.judge || windows_)
    check("fd_hook_register", fd_hook_register(HOOK_MASK(HOOK_MESSAGE_RECEIVED), on_message, this,
                                               windows_ ? message_data() : nullptr, &message_hook_));
}

void Guard::farewell() {
  if (farewell_) farewell_->begin();
  if (turns_) turns_->stop();
}

void Guard::tell_counters() const {
  constexpr std::size_t longest = 120;  // the log cuts off an argument that is longer by a little
  std::string found;
  for (const RuleRow& row : rule_rows) {
    const auto fired = times(row.rule);
    if (fired == 0) continue;
    const std::string counter = std::string(row.key) + " " + std::to_string(fired);
    if (found.size() + counter.size() > longest) {
      log_.write(ports::message::guarded{.found = found});
      found.clear();
    }
    found += (found.empty() ? "" : ", ") + counter;
  }
  log_.write(ports::message::guarded{.found = found.empty() ? "nothing" : found});
}

void Guard::inspect(Buffer message) {
  if (message.size() < header_size) return;
  std::call_once(dictionary_, [this] {
    node_.avps = avps_of(fd_g_config->cnf_dict);
    node_.applications = served_applications();
  });
  if (const auto finding = judge(message, node_)) {
    count(finding->rule);
    (void)rewrite(message, *finding, node_, own_);
    return;
  }
  const bool judged = node_.without.has(Rule::answer_unreadable) || header_of(message).is_request();
  if (judged || is_readable(message)) return;
  count(Rule::answer_unreadable);
  (void)rewrite_answer(message, Rule::answer_unreadable, node_, own_);
}

void Guard::tell(Rule rule, const char* peer, std::uint32_t command, bool request) const {
  const std::string_view who = peer == nullptr ? "unknown" : peer;
  const std::string name = name_of(command, request);
  switch (rule) {
#define RULE(number, enumerator, key, result, text, meaning) \
  case Rule::enumerator:                                     \
    return log_.write(ports::message::guard_##enumerator{.peer = who, .command = name});
#include "dict/guard.def"
#undef RULE
    case Rule::count:
      break;
  }
}

Octets Guard::own_avp_in(msg* message) const { return value_of(message, own_.vendor, own_.code); }

void Guard::answer(msg** message, disp_action* action) const {
  const auto refusal = refusal_in(own_avp_in(*message), own_);
  if (!refusal) return;  // nobody's: the core answers DIAMETER_COMMAND_UNSUPPORTED
  DiamId_t peer = nullptr;
  check("fd_msg_source_get", fd_msg_source_get(*message, &peer, nullptr));
  tell(refusal->rule, peer, refusal->command, true);
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(*message, &header));
  OwnedMessage made = parsed(answer_to(*refusal, header->msg_hbhid, header->msg_eteid, node_));
  if (!made) return;
  check("fd_msg_answ_associate", fd_msg_answ_associate(made.get(), *message));
  *message = made.release();
  *action = DISP_ACT_SEND;
}

void Guard::attend(Octets message) {
  static thread_local const int socket = socket_of_this_thread();
  static thread_local bool is_new = true;
  if (socket < 0) {
    if (!lost_.exchange(true)) log_.write(ports::message::connections_unknown{.version = fd_core_version});
    return;
  }
  if (is_new && options_.no_delay) send_without_delay(socket);
  is_new = false;
  if (!windows_) return;
  if (const std::string ended = windows_->admit(message, socket); !ended.empty())
    log_.write(ports::message::reads_nothing{.peer = ended, .seconds = patience_with_who_reads_nothing.count()});
}

void Guard::part(Buffer message) {
  static thread_local Parting parting;
  static thread_local bool disconnected = false;
  static thread_local bool told = false;
  const std::string_view peer = Windows::peer_here();
  if (peer.empty() || message.size() < header_size) return;
  if (turns_ && !parting.watches()) parting.watch(std::string(peer), turns_);
  if (!disconnected) {
    disconnected = disconnects(message);
    if (disconnected && windows_) windows_->await_answers_here(options_.hold);
    return;
  }
  if (!header_of(message).is_request()) return;
  neutralize(message, own_);
  if (!std::exchange(told, true)) log_.write(ports::message::disconnected{.peer = peer});
}

void Guard::on_data(enum fd_hook_type, msg*, peer_hdr*, void* data, fd_hook_permsgdata*, void* self) noexcept {
  const CancellationOff off;
  const auto& received = *static_cast<fd_cnx_rcvdata*>(data);
  auto& guard = *static_cast<Guard*>(self);
  try {
    guard.attend({received.buffer, received.length});  // by what was sent, before it may be another message
    if (guard.options_.judge) guard.inspect({received.buffer, received.length});
    if (guard.windows_) guard.part({received.buffer, received.length});
  } catch (const std::exception& e) {
    neutralize({received.buffer, received.length}, guard.own_);  // what could not be judged is not let on
    guard.log_.write(ports::message::escaped_exception{.where = "the guard", .what = e.what()});
  }
}

void Guard::hear(msg* message, peer_hdr* peer, const char* other) const {
  msg_hdr* header = nullptr;
  check("fd_msg_hdr", fd_msg_hdr(message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) != 0) {
    // A CER that was refused: nobody answers it, as there is no peer yet, and the core closes the connection.
    if (peer != nullptr || header->msg_code != own_command) return;
    if (const auto refusal = refusal_in(own_avp_in(message), own_)) tell(refusal->rule, other, refusal->command, true);
    return;
  }
  const Octets marked = own_avp_in(message);
  if (const auto rule = rule_in(marked, own_))
    tell(*rule, peer == nullptr ? nullptr : peer->info.pi_diamid, read24(marked, 5), false);
}

void Guard::on_message(enum fd_hook_type, msg* message, peer_hdr* peer, void* other, fd_hook_permsgdata* kept,
                       void* self) noexcept {
  const CancellationOff off;
  auto& guard = *static_cast<Guard*>(self);
  try {
    if (kept != nullptr && kept->window == nullptr && peer != nullptr && guard.windows_)
      kept->window = guard.windows_->begun(*peer);
    if (guard.options_.judge) guard.hear(message, peer, static_cast<const char*>(other));
  } catch (const std::exception& e) {
    guard.log_.write(ports::message::escaped_exception{.where = "the guard", .what = e.what()});
  }
}

void Guard::on_broken(enum fd_hook_type, msg* message, peer_hdr* peer, void*, fd_hook_permsgdata*,
                      void* self) noexcept {
  const CancellationOff off;
  if (message == nullptr && peer != nullptr) await_answers(*peer, static_cast<const Guard*>(self)->options_.hold);
}

int Guard::on_refused(msg** message, avp*, session*, void* self, disp_action* action) noexcept {
  const CancellationOff off;
  try {
    static_cast<const Guard*>(self)->answer(message, action);
  } catch (const std::exception& e) {
    static_cast<const Guard*>(self)->log_.write(
        ports::message::escaped_exception{.where = "the guard", .what = e.what()});
  }
  return 0;
}

}  // namespace vouchsafe::hardening
