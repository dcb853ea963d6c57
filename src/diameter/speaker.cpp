#include "diameter/speaker.hpp"

#include "domain/text.hpp"

#include <array>

namespace vouchsafe::diameter {
namespace {

struct RightRow {
  Role role;
  Command command;
};
constexpr auto rights = std::to_array<RightRow>({
#define MAY(role, command) {Role::role, Command::command},
#include "dict/roles.def"
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

/// Origin-Host or Origin-Realm.
Parsed<std::string> origin(const AvpView& avp) {
  if (!avp) return missing(avp.which());
  if (!is_diameter_identity(avp.text())) return invalid(avp, "it is no DiameterIdentity");
  return std::string(avp.text());
}

}  // namespace

template <class Why>
Stranger Speakers::refuse(const Speaker& speaker, Command command, bool delegated) const {
  log_.write(Why{.peer = speaker.peer,
                 .command = row_of(command).name,
                 .origin_host = speaker.host,
                 .roles = names_of(roles_for(command))});
  return {BadRequest{result::authorization_rejected}, delegated};
}

tl::expected<Speaker, Stranger> Speakers::identify(msg* request, Command command) const {
  const AvpReader in(dictionary_, request);
  const bool delegated = static_cast<bool>(in.find(Avp::delegated_authorization));
  auto host = origin(in.find(Avp::origin_host));
  if (!host) return tl::unexpected<Stranger>(Stranger{std::move(host.error()), delegated});
  auto realm = origin(in.find(Avp::origin_realm));
  if (!realm) return tl::unexpected<Stranger>(Stranger{std::move(realm.error()), delegated});
  Speaker speaker{source_of(request), std::move(*host), std::move(*realm), {}};
  const auto in_force = policy_();
  const Policy& policy = *in_force;
  if (same_host(own_, speaker.host) || !policy.may_speak_for(speaker.peer, speaker.host))
    return tl::unexpected<Stranger>(refuse<ports::message::speaks_for_another>(speaker, command, delegated));
  const Client* client = policy.client(speaker.host);
  if (client == nullptr || !client->roles.any_of(roles_for(command)))
    return tl::unexpected<Stranger>(refuse<ports::message::no_role>(speaker, command, delegated));
  speaker.roles = client->roles;
  speaker.vouching_only = client->vouching_only;
  speaker.marks = client->marks;
  return speaker;
}

}  // namespace vouchsafe::diameter
