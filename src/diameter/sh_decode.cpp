#include "diameter/read.hpp"
#include "diameter/sh_codec.hpp"
#include "domain/text.hpp"

namespace vouchsafe::diameter {
namespace {

struct User {
  Impu impu;
  bool msisdn = false;
};

/// User-Identity holds a Public-Identity or an MSISDN; external identifiers are not held here.
Parsed<User> user_in(const AvpReader& inside) {
  if (const AvpView impu = inside.find(Avp::public_identity)) {
    VOUCHSAFE_TRY(parsed, identity<Impu>(impu));
    return User{std::move(parsed), false};
  }
  const AvpView msisdn = inside.find(Avp::msisdn);
  if (!msisdn) return missing(Avp::public_identity);
  const std::string digits = msisdn_digits(msisdn.text());
  auto parsed = Impu::parse("tel:+" + digits);
  if (digits.empty() || !parsed) return invalid(msisdn, "an MSISDN is digits in TBCD");
  return User{std::move(*parsed), true};
}

/// Time: seconds since 1900, which begin anew in 2036 (RFC 6733, 4.3.1; RFC 5905, 6).
Parsed<Time> time_of(const AvpView& avp) {
  const std::string_view octets = avp.text();
  if (octets.size() != 4) return invalid(avp, "a Time has four octets");
  std::uint32_t seconds = 0;
  for (const char c : octets) seconds = (seconds << 8U) | static_cast<unsigned char>(c);
  constexpr std::int64_t from_1900_to_1970 = 2208988800;
  const std::int64_t era = (seconds & 0x80000000U) == 0 ? std::int64_t{1} << 32U : 0;
  return Time{std::chrono::seconds{era + seconds - from_1900_to_1970}};
}

/// Text that may be stored, and come back in a document.
Parsed<std::string> text_of(const AvpView& avp) {
  if (!is_text(avp.text())) return invalid(avp, "text is UTF-8 without control characters");
  return std::string(avp.text());
}

Parsed<std::string> service_of(const AvpView& avp) {
  constexpr std::size_t longest = 255;
  if (avp.text().empty() || avp.text().size() > longest)
    return invalid(avp, "a Service-Indication has 1 to 255 octets");
  return text_of(avp);
}

Parsed<sh::ShCommon> common_in(const AvpReader& in, Speaker speaker) {
  VOUCHSAFE_TRY(identity_group, required(in.find(Avp::user_identity)));
  const auto references = in.all(Avp::data_reference);
  if (references.empty()) return missing(Avp::data_reference);
  VOUCHSAFE_TRY(user, user_in(in.inside(identity_group)));
  VOUCHSAFE_TRY(server, text_of(in.find(Avp::server_name)));
  sh::ShCommon out{
      std::move(speaker.host), std::move(speaker.realm), features_in(in), std::move(user.impu), user.msisdn, {}, {}, {},
      std::move(server)};
  VOUCHSAFE_TRY(impi, optionally(in.find(Avp::user_name), identity<Impi>));
  out.impi = std::move(impi);
  for (const auto& avp : references) {
    VOUCHSAFE_TRY(reference, enumerated<DataReference>(avp));
    out.references.push_back(reference);
  }
  for (const auto& avp : in.all(Avp::service_indication)) {
    VOUCHSAFE_TRY(service, service_of(avp));
    out.services.push_back(std::move(service));
  }
  for (const auto& avp : in.all(Avp::identity_set)) {
    VOUCHSAFE_TRY(set, enumerated<sh::IdentitySet>(avp));
    out.identity_sets.push_back(set);
  }
  return out;
}

}  // namespace

std::string msisdn_digits(std::string_view tbcd) {
  std::string out;
  for (std::size_t i = 0; i < tbcd.size(); ++i) {
    const auto octet = static_cast<unsigned char>(tbcd[i]);
    for (const unsigned digit : {octet & 0xFU, static_cast<unsigned>(octet) >> 4U}) {
      if (digit == 0xF && i + 1 == tbcd.size() && digit == static_cast<unsigned>(octet) >> 4U)
        continue;  // the filler of an odd number
      if (digit > 9) return {};
      out += static_cast<char>('0' + digit);
    }
  }
  return out;
}

Parsed<sh::UdRequest> ShDecoder::user_data(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  return sh::UdRequest{std::move(common)};
}

Parsed<sh::PuRequest> ShDecoder::profile_update(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  VOUCHSAFE_TRY(data, required(in.find(Avp::sh_user_data)));
  return sh::PuRequest{std::move(common), std::string(data.text())};
}

Parsed<sh::SnRequest> ShDecoder::subscribe_notifications(msg* request, Speaker speaker) const {
  const AvpReader in(dictionary_, request);
  VOUCHSAFE_TRY(common, common_in(in, std::move(speaker)));
  VOUCHSAFE_TRY(type, enumerated<std::uint32_t>(in.find(Avp::subs_req_type)));
  VOUCHSAFE_TRY(wanted, optionally(in.find(Avp::send_data_indication), enumerated<std::uint32_t>));
  VOUCHSAFE_TRY(expiry, optionally(in.find(Avp::expiry_time), time_of));
  return sh::SnRequest{std::move(common), type == value_of(Avp::subs_req_type, "Subscribe"),
                       wanted == value_of(Avp::send_data_indication, "USER_DATA_REQUESTED"), expiry,
                       static_cast<bool>(in.find(Avp::one_time_notification))};
}

}  // namespace vouchsafe::diameter
