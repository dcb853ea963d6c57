#include "diameter/speaker.hpp"

#include "diameter/raw_request.hpp"
#include "domain/text.hpp"

#include <array>

namespace vouchsafe::diameter {
namespace {

struct RightRow {
  Role role;
  Command command;
};
constexpr auto rights = std::to_array<RightRow>({
#define ROLE(enumerator, name)
#define MAY(role, command) {Role::role, Command::command},
#include "dict/roles.def"
#undef ROLE
#undef MAY
});

/// The roles that may send the command.
Roles roles_for(Command command) {
  Roles out;
  for (const auto& row : rights) {
    if (row.command == command) out.add(row.role);
  }
  return out;
}

std::string names_of(Roles roles) {
  std::string out;
  for (const auto name : names_in(roles)) out += (out.empty() ? "" : " or ") + std::string(name);
  return out;
}

struct Origin {
  AvpView host;
  AvpView realm;
  bool delegated = false;
};

Origin origin_of(msg* request, std::uint32_t ours) {
  Origin out;
  for_each_avp(request, [&](const AvpView& avp) {
    if (avp.vendor == 0 && avp.code == code_of(Avp::origin_host)) out.host = avp;
    if (avp.vendor == 0 && avp.code == code_of(Avp::origin_realm)) out.realm = avp;
    if (avp.vendor == ours && avp.code == code_of(Avp::delegated_authorization)) out.delegated = true;
  });
  return out;
}

tl::unexpected<Stranger> bad(tl::unexpected<BadRequest> answer, const Origin& origin) {
  return tl::unexpected<Stranger>(Stranger{std::move(answer.value()), origin.delegated});
}

}  // namespace

Stranger Speakers::refuse(ports::Message why, const Speaker& speaker, Command command, bool delegated) const {
  const char* name = command_rows()[static_cast<std::size_t>(command)].name;
  log_.write(why, {speaker.peer, name, speaker.host, names_of(roles_for(command))});
  return {BadRequest{result::authorization_rejected}, delegated};
}

tl::expected<Speaker, Stranger> Speakers::identify(msg* request, Command command) const {
  const Origin origin = origin_of(request, ours_);
  for (const auto& [avp, which] : {std::pair{&origin.host, Avp::origin_host}, {&origin.realm, Avp::origin_realm}}) {
    if (avp->handle == nullptr) return bad(missing(which), origin);
    if (!is_diameter_identity(avp->text())) return bad(invalid(*avp, "it is no DiameterIdentity"), origin);
  }
  Speaker speaker{source_of(request), std::string(origin.host.text()), std::string(origin.realm.text()), {}};
  const auto in_force = policy_();
  const Policy& policy = *in_force;
  if (same_host(own_, speaker.host) || !policy.may_speak_for(speaker.peer, speaker.host))
    return tl::unexpected<Stranger>(refuse(ports::Message::speaks_for_another, speaker, command, origin.delegated));
  const Client* client = policy.client(speaker.host);
  if (client == nullptr || !client->roles.any_of(roles_for(command)))
    return tl::unexpected<Stranger>(refuse(ports::Message::no_role, speaker, command, origin.delegated));
  speaker.roles = client->roles;
  speaker.vouching_only = client->vouching_only;
  speaker.marks = client->marks;
  return speaker;
}

}  // namespace vouchsafe::diameter
