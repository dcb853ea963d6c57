#include "diameter/cx_codec.hpp"
#include "diameter/read.hpp"

#include <utility>

namespace vouchsafe::diameter {
namespace {

constexpr std::uint32_t emergency_registration = 1U << 0U;  // UAR-Flags (TS 29.229, 6.3.44)

Parsed<std::optional<Vouching>> vouching_in(const AvpReader& in) {
  const AvpView group = in.find(Avp::delegated_authorization);
  if (!group) return std::optional<Vouching>{};
  const AvpReader inside = in.inside(group);
  if (avp* other = inside.not_understood(
          {Avp::webrtc_authentication_function_name, Avp::webrtc_web_server_function_name, Avp::authorization_token}))
    return tl::unexpected<BadRequest>(BadRequest{result::avp_unsupported, other, group.handle()});
  VOUCHSAFE_TRY(waf, identity<AuthorizerName>(inside.find(Avp::webrtc_authentication_function_name)));
  VOUCHSAFE_TRY(wwsf, optionally(inside.find(Avp::webrtc_web_server_function_name), identity<AuthorizerName>));
  const AvpView token = inside.find(Avp::authorization_token);
  Vouching out{std::move(waf), std::move(wwsf), {}};
  if (token) out.token = token.text();
  return std::optional(std::move(out));
}

Parsed<cx::CxCommon> common_in(const AvpReader& in, Speaker speaker) {
  VOUCHSAFE_TRY(vouching, vouching_in(in));
  const bool vouched = vouching.has_value();
  cx::CxCommon out{std::move(speaker), features_in(in), std::move(vouching)};
  if (vouched) out.session = in.find(Avp::session_id).text();
  return out;
}

/// What a marking S-CSCF says in a text of its script's own: "tna;" and the authorizer's name, or "auth;" and anything.
/// A text that says neither is no statement.
std::optional<cx::Statement> statement_in(std::string_view text) {
  if (text.starts_with("auth;")) return cx::Statement{cx::Statement::Kind::authenticated, std::nullopt};
  constexpr std::string_view trusted_node = "tna;";
  if (!text.starts_with(trusted_node)) return std::nullopt;
  text.remove_prefix(trusted_node.size());
  text = text.substr(0, text.find(';'));
  cx::Statement out{cx::Statement::Kind::trusted_node, std::nullopt};
  if (text.empty()) return out;
  auto name = AuthorizerName::parse(text);
  if (!name) return std::nullopt;
  out.authorizer = std::move(*name);
  return out;
}

/// Registration-Basis by anybody, as it only restricts; the Call-ID only by a client that is known to mark, as the
/// others send a text that the SIP client made.
Parsed<std::optional<cx::Statement>> statement_in(const AvpReader& in, const Speaker& speaker) {
  if (const AvpView basis = in.find(Avp::registration_basis)) {
    VOUCHSAFE_TRY(kind, enumerated<std::uint32_t>(basis));
    const bool authenticated = kind == value_of(Avp::registration_basis, "AUTHENTICATED");
    return std::optional(cx::Statement{
        authenticated ? cx::Statement::Kind::authenticated : cx::Statement::Kind::trusted_node, std::nullopt});
  }
  return speaker.marks ? statement_in(in.find(Avp::call_id).text()) : std::nullopt;
}

/// Server-Name, a SIP URI.
Parsed<std::string> server_name_in(const AvpReader& in) {
  VOUCHSAFE_TRY(name, required(in.find(Avp::server_name)));
  const auto uri = Impu::parse(name.text());
  if (!uri || uri->text().starts_with("tel:")) return invalid(name, "a Server-Name is a SIP URI");
  return std::string(name.text());
}

Parsed<std::optional<cx::UserAuthorizationType>> authorization_type_in(const AvpReader& in) {
  return optionally(in.find(Avp::user_authorization_type), enumerated<cx::UserAuthorizationType>);
}

}  // namespace

Parsed<cx::UaRequest> CxDecoder::user_authorization(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  VOUCHSAFE_TRY(impi, identity<Impi>(in.find(Avp::user_name)));
  VOUCHSAFE_TRY(impu, identity<Impu>(in.find(Avp::public_identity)));
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  VOUCHSAFE_TRY(visited, required(in.find(Avp::visited_network_identifier)));
  VOUCHSAFE_TRY(type, authorization_type_in(in));
  return cx::UaRequest{std::move(common),
                       std::move(impi),
                       std::move(impu),
                       std::string(visited.text()),
                       type.value_or(cx::UserAuthorizationType::registration),
                       (in.find(Avp::uar_flags).number() & emergency_registration) != 0};
}

Parsed<cx::MaRequest> CxDecoder::multimedia_auth(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  VOUCHSAFE_TRY(impi, identity<Impi>(in.find(Avp::user_name)));
  VOUCHSAFE_TRY(impu, identity<Impu>(in.find(Avp::public_identity)));
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  VOUCHSAFE_TRY(server, server_name_in(in));
  VOUCHSAFE_TRY(item, required(in.find(Avp::sip_auth_data_item)));
  VOUCHSAFE_TRY(items, required(in.find(Avp::sip_number_auth_items)));
  const AvpReader inside = in.inside(item);
  VOUCHSAFE_TRY(scheme, required(inside.find(Avp::sip_authentication_scheme)));
  return cx::MaRequest{std::move(common),
                       std::move(impi),
                       std::move(impu),
                       std::string(scheme.text()),
                       std::string(inside.find(Avp::sip_authorization).text()),
                       items.number(),
                       std::move(server)};
}

Parsed<cx::SaRequest> CxDecoder::server_assignment(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  // It tells a request that is sent again from another registration: without one, a vouching would serve several.
  const AvpView session = in.find(Avp::session_id);
  if (session.text().empty()) return missing(Avp::session_id);
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  VOUCHSAFE_TRY(server, server_name_in(in));
  common.session = session.text();
  cx::SaRequest out{std::move(common)};
  out.server_name = std::move(server);
  VOUCHSAFE_TRY(impi, optionally(in.find(Avp::user_name), identity<Impi>));
  out.impi = std::move(impi);
  for (const auto& avp : in.all(Avp::public_identity)) {
    VOUCHSAFE_TRY(impu, identity<Impu>(avp));
    out.impus.push_back(std::move(impu));
  }
  VOUCHSAFE_TRY(wildcarded, optionally(in.find(Avp::wildcarded_public_identity), identity<Impu>));
  (void)wildcarded;  // the HSS matches wildcards by itself; one that is none is refused all the same
  VOUCHSAFE_TRY(type, enumerated<cx::ServerAssignmentType>(in.find(Avp::server_assignment_type)));
  VOUCHSAFE_TRY(available, enumerated<std::uint32_t>(in.find(Avp::user_data_already_available)));
  VOUCHSAFE_TRY(statement, statement_in(in, out.common.speaker));
  out.statement = std::move(statement);
  out.type = type;
  out.user_data_available = available == value_of(Avp::user_data_already_available, "USER_DATA_ALREADY_AVAILABLE");
  return out;
}

Parsed<cx::LiRequest> CxDecoder::location_info(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  VOUCHSAFE_TRY(impu, identity<Impu>(in.find(Avp::public_identity)));
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  VOUCHSAFE_TRY(originating, optionally(in.find(Avp::originating_request), enumerated<std::uint32_t>));
  VOUCHSAFE_TRY(type, authorization_type_in(in));
  return cx::LiRequest{std::move(common), std::move(impu), originating.has_value(),
                       type == cx::UserAuthorizationType::registration_and_capabilities};
}

}  // namespace vouchsafe::diameter
