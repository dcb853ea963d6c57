#include "diameter/cx_codec.hpp"
#include "diameter/raw_request.hpp"

namespace vouchsafe::diameter {
namespace {

tl::unexpected<BadRequest> missing(Avp avp) {
  BadRequest bad{result::missing_avp};
  bad.missing = avp;
  return tl::unexpected<BadRequest>(std::move(bad));
}

tl::unexpected<BadRequest> invalid(const AvpView& avp, std::string what) {
  BadRequest bad{result::invalid_avp_value};
  bad.offender = avp.handle;
  bad.what = std::move(what);
  bad.text = std::string(avp.text());
  return tl::unexpected<BadRequest>(std::move(bad));
}

template <class T>
Parsed<T> identity(const AvpView& avp, Avp which) {
  if (avp.handle == nullptr) return missing(which);
  auto parsed = T::parse(avp.text());
  if (!parsed) return invalid(avp, parsed.error().detail);
  return std::move(*parsed);
}

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

Parsed<cx::Common> common_of(const RawRequest& raw) {
  auto vouching = vouching_of(raw);
  if (!vouching) return tl::unexpected<BadRequest>(vouching.error());
  return cx::Common{std::string(raw.origin_host.text()), std::string(raw.origin_realm.text()), raw.features,
                    std::move(*vouching)};
}

/// An Enumerated of this many values from 0.
template <class T>
Parsed<T> enumerated(const AvpView& avp, std::uint32_t values, Avp which) {
  if (avp.handle == nullptr) return missing(which);
  if (avp.number() >= values) return invalid(avp, "the value is out of range");
  return static_cast<T>(avp.number());
}

/// Server-Name, a SIP URI.
Parsed<std::string> server_name(const AvpView& avp) {
  if (avp.handle == nullptr) return missing(Avp::server_name);
  const auto uri = Impu::parse(avp.text());
  if (!uri || uri->text().starts_with("tel:")) return invalid(avp, "a Server-Name is a SIP URI");
  return std::string(avp.text());
}

// NOLINTBEGIN(cppcoreguidelines-macro-usage): the early return is the point
#define TRY(variable, expression)                                               \
  auto variable##_or = (expression);                                            \
  if (!variable##_or) return tl::unexpected<BadRequest>(variable##_or.error()); \
  auto& variable = *variable##_or
// NOLINTEND(cppcoreguidelines-macro-usage)

}  // namespace

Parsed<cx::UaRequest> CxDecoder::user_authorization(msg* request) const {
  const RawRequest raw = read_request(request, ours_);
  TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
  TRY(impu, identity<Impu>(raw.public_identity, Avp::public_identity));
  TRY(common, common_of(raw));
  if (raw.visited_network.handle == nullptr) return missing(Avp::visited_network_identifier);
  auto type = cx::UserAuthorizationType::registration;
  if (raw.user_authorization_type.handle != nullptr) {
    TRY(sent, enumerated<cx::UserAuthorizationType>(raw.user_authorization_type, 3, Avp::user_authorization_type));
    type = sent;
  }
  const bool emergency = (raw.uar_flags.number() & 1U) != 0;
  return cx::UaRequest{
      std::move(common), std::move(impi), std::move(impu), std::string(raw.visited_network.text()), type, emergency};
}

Parsed<cx::MaRequest> CxDecoder::multimedia_auth(msg* request) const {
  const RawRequest raw = read_request(request, ours_);
  TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
  TRY(impu, identity<Impu>(raw.public_identity, Avp::public_identity));
  TRY(common, common_of(raw));
  TRY(server, server_name(raw.server_name));
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

Parsed<cx::SaRequest> CxDecoder::server_assignment(msg* request) const {
  const RawRequest raw = read_request(request, ours_);
  TRY(common, common_of(raw));
  TRY(server, server_name(raw.server_name));
  cx::SaRequest out{std::move(common), {}, {}, {}, std::move(server)};
  if (raw.user_name.handle != nullptr) {
    TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
    out.impi = std::move(impi);
  }
  for (const auto& avp : raw.public_identities) {
    TRY(impu, identity<Impu>(avp, Avp::public_identity));
    out.impus.push_back(std::move(impu));
  }
  if (raw.wildcarded_identity.handle != nullptr) {
    TRY(wildcarded, identity<Impu>(raw.wildcarded_identity, Avp::wildcarded_public_identity));
    out.wildcarded = std::move(wildcarded);
  }
  TRY(type, enumerated<cx::ServerAssignmentType>(raw.server_assignment_type, 12, Avp::server_assignment_type));
  TRY(available, enumerated<std::uint32_t>(raw.user_data_available, 2, Avp::user_data_already_available));
  out.type = type;
  out.user_data_available = available == 1;
  return out;
}

Parsed<cx::LiRequest> CxDecoder::location_info(msg* request) const {
  const RawRequest raw = read_request(request, ours_);
  TRY(impu, identity<Impu>(raw.public_identity, Avp::public_identity));
  TRY(common, common_of(raw));
  if (raw.originating_request.handle != nullptr) {
    TRY(originating, enumerated<std::uint32_t>(raw.originating_request, 1, Avp::originating_request));
    (void)originating;
  }
  bool capabilities = false;
  if (raw.user_authorization_type.handle != nullptr) {
    TRY(type, enumerated<cx::UserAuthorizationType>(raw.user_authorization_type, 3, Avp::user_authorization_type));
    capabilities = type == cx::UserAuthorizationType::registration_and_capabilities;
  }
  return cx::LiRequest{std::move(common), std::move(impu), raw.originating_request.handle != nullptr, capabilities};
}

}  // namespace vouchsafe::diameter
