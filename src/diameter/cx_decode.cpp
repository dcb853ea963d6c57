#include "diameter/cx_codec.hpp"
#include "diameter/raw_request.hpp"

#include <utility>

namespace vouchsafe::diameter {
namespace {

/// A name in a Delegated-Authorization. Failed-AVP shows it within its group.
Parsed<AuthorizerName> name_in(const AvpView& avp, const AvpView& group) {
  auto parsed = AuthorizerName::parse(avp.text());
  if (parsed) return std::move(*parsed);
  auto bad = invalid(avp, parsed.error().detail);
  bad.value().group = group.handle;
  return bad;
}

Parsed<std::optional<Vouching>> vouching_of(const RawRequest& raw) {
  if (raw.delegated_authorization.handle == nullptr) return std::optional<Vouching>{};
  const RawVouching inside = read_vouching(raw.delegated_authorization.handle, raw.ours);
  if (inside.unsupported.handle != nullptr) {
    BadRequest bad{result::avp_unsupported};
    bad.offender = inside.unsupported.handle;
    bad.group = raw.delegated_authorization.handle;
    return tl::unexpected<BadRequest>(std::move(bad));
  }
  if (inside.waf.handle == nullptr) return missing(Avp::webrtc_authentication_function_name);
  auto waf = name_in(inside.waf, raw.delegated_authorization);
  if (!waf) return tl::unexpected<BadRequest>(waf.error());
  Vouching out{std::move(*waf), std::nullopt, inside.token.handle != nullptr};
  if (inside.wwsf.handle != nullptr) {
    auto wwsf = name_in(inside.wwsf, raw.delegated_authorization);
    if (!wwsf) return tl::unexpected<BadRequest>(wwsf.error());
    out.wwsf = std::move(*wwsf);
  }
  return std::optional<Vouching>(std::move(out));
}

Parsed<cx::Common> common_of(RawRequest& raw, Speaker speaker) {
  auto vouching = vouching_of(raw);
  if (!vouching) return tl::unexpected<BadRequest>(vouching.error());
  return cx::Common{std::move(speaker), std::move(raw.features), std::move(*vouching)};
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
Parsed<std::optional<cx::Statement>> statement_of(const RawRequest& raw, const Speaker& speaker) {
  if (raw.registration_basis.handle != nullptr) {
    VOUCHSAFE_TRY(kind, enumerated<std::uint32_t>(raw.registration_basis, 2, Avp::registration_basis));
    return std::optional(cx::Statement{
        kind == 0 ? cx::Statement::Kind::authenticated : cx::Statement::Kind::trusted_node, std::nullopt});
  }
  return speaker.marks ? statement_in(raw.call_id.text()) : std::nullopt;
}

/// Server-Name, a SIP URI.
Parsed<std::string> server_name(const AvpView& avp) {
  if (avp.handle == nullptr) return missing(Avp::server_name);
  const auto uri = Impu::parse(avp.text());
  if (!uri || uri->text().starts_with("tel:")) return invalid(avp, "a Server-Name is a SIP URI");
  return std::string(avp.text());
}

}  // namespace

Parsed<cx::UaRequest> CxDecoder::user_authorization(msg* request, Speaker speaker) const {
  RawRequest raw = read_request(request, ours_);
  VOUCHSAFE_TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
  VOUCHSAFE_TRY(impu, identity<Impu>(raw.public_identity, Avp::public_identity));
  VOUCHSAFE_TRY(common, common_of(raw, std::move(speaker)));
  if (raw.visited_network.handle == nullptr) return missing(Avp::visited_network_identifier);
  auto type = cx::UserAuthorizationType::registration;
  if (raw.user_authorization_type.handle != nullptr) {
    VOUCHSAFE_TRY(sent,
                  enumerated<cx::UserAuthorizationType>(raw.user_authorization_type, 3, Avp::user_authorization_type));
    type = sent;
  }
  const bool emergency = (raw.uar_flags.number() & 1U) != 0;
  return cx::UaRequest{
      std::move(common), std::move(impi), std::move(impu), std::string(raw.visited_network.text()), type, emergency};
}

Parsed<cx::MaRequest> CxDecoder::multimedia_auth(msg* request, Speaker speaker) const {
  RawRequest raw = read_request(request, ours_);
  VOUCHSAFE_TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
  VOUCHSAFE_TRY(impu, identity<Impu>(raw.public_identity, Avp::public_identity));
  VOUCHSAFE_TRY(common, common_of(raw, std::move(speaker)));
  VOUCHSAFE_TRY(server, server_name(raw.server_name));
  if (raw.sip_auth_data_item.handle == nullptr) return missing(Avp::sip_auth_data_item);
  if (raw.sip_number_auth_items.handle == nullptr) return missing(Avp::sip_number_auth_items);
  const RawAuthItem item = read_auth_item(raw.sip_auth_data_item.handle);
  if (item.scheme.handle == nullptr) return missing(Avp::sip_authentication_scheme);
  return cx::MaRequest{std::move(common),
                       std::move(impi),
                       std::move(impu),
                       std::string(item.scheme.text()),
                       std::string(item.authorization.text()),
                       raw.sip_number_auth_items.number(),
                       std::move(server)};
}

Parsed<cx::SaRequest> CxDecoder::server_assignment(msg* request, Speaker speaker) const {
  RawRequest raw = read_request(request, ours_);
  // It tells a request that is sent again from another registration: without one, a vouching would serve several.
  if (raw.session_id.text().empty()) return missing(Avp::session_id);
  VOUCHSAFE_TRY(common, common_of(raw, std::move(speaker)));
  VOUCHSAFE_TRY(server, server_name(raw.server_name));
  common.session = raw.session_id.text();
  cx::SaRequest out{std::move(common), {}, {}, {}, std::move(server)};
  if (raw.user_name.handle != nullptr) {
    VOUCHSAFE_TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
    out.impi = std::move(impi);
  }
  for (const auto& avp : raw.public_identities) {
    VOUCHSAFE_TRY(impu, identity<Impu>(avp, Avp::public_identity));
    out.impus.push_back(std::move(impu));
  }
  if (raw.wildcarded_identity.handle != nullptr) {
    VOUCHSAFE_TRY(wildcarded, identity<Impu>(raw.wildcarded_identity, Avp::wildcarded_public_identity));
    out.wildcarded = std::move(wildcarded);
  }
  VOUCHSAFE_TRY(type,
                enumerated<cx::ServerAssignmentType>(raw.server_assignment_type, 12, Avp::server_assignment_type));
  VOUCHSAFE_TRY(available, enumerated<std::uint32_t>(raw.user_data_available, 2, Avp::user_data_already_available));
  VOUCHSAFE_TRY(statement, statement_of(raw, out.common.speaker));
  out.statement = std::move(statement);
  out.type = type;
  out.user_data_available = available == 1;
  return out;
}

Parsed<cx::LiRequest> CxDecoder::location_info(msg* request, Speaker speaker) const {
  RawRequest raw = read_request(request, ours_);
  VOUCHSAFE_TRY(impu, identity<Impu>(raw.public_identity, Avp::public_identity));
  VOUCHSAFE_TRY(common, common_of(raw, std::move(speaker)));
  if (raw.originating_request.handle != nullptr) {
    VOUCHSAFE_TRY(originating, enumerated<std::uint32_t>(raw.originating_request, 1, Avp::originating_request));
    (void)originating;
  }
  bool capabilities = false;
  if (raw.user_authorization_type.handle != nullptr) {
    VOUCHSAFE_TRY(type,
                  enumerated<cx::UserAuthorizationType>(raw.user_authorization_type, 3, Avp::user_authorization_type));
    capabilities = type == cx::UserAuthorizationType::registration_and_capabilities;
  }
  return cx::LiRequest{std::move(common), std::move(impu), raw.originating_request.handle != nullptr, capabilities};
}

}  // namespace vouchsafe::diameter
