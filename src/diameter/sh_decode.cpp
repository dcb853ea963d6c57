#include "diameter/raw_request.hpp"
#include "diameter/sh_codec.hpp"
#include "domain/text.hpp"

namespace vouchsafe::diameter {
namespace {

/// The AVPs of a request that some procedure reads. An absent one has no handle.
struct Raw {
  AvpView user_identity;
  AvpView origin_host;
  AvpView origin_realm;
  AvpView user_name;
  AvpView server_name;
  AvpView user_data;
  AvpView subs_req_type;
  AvpView send_data;
  AvpView expiry;
  AvpView one_time;
  std::vector<AvpView> references;
  std::vector<AvpView> services;
  std::vector<AvpView> identity_sets;
  Features features;
};

void take(Raw& out, const AvpView& avp) {
  switch (avp.code) {
    case code_of(Avp::user_identity):
      out.user_identity = avp;
      break;
    case code_of(Avp::server_name):
      out.server_name = avp;
      break;
    case code_of(Avp::sh_user_data):
      out.user_data = avp;
      break;
    case code_of(Avp::subs_req_type):
      out.subs_req_type = avp;
      break;
    case code_of(Avp::send_data_indication):
      out.send_data = avp;
      break;
    case code_of(Avp::expiry_time):
      out.expiry = avp;
      break;
    case code_of(Avp::one_time_notification):
      out.one_time = avp;
      break;
    case code_of(Avp::data_reference):
      out.references.push_back(avp);
      break;
    case code_of(Avp::service_indication):
      out.services.push_back(avp);
      break;
    case code_of(Avp::identity_set):
      out.identity_sets.push_back(avp);
      break;
    case code_of(Avp::supported_features):
      out.features.push_back(read_features(avp));
      break;
    default:
      break;
  }
}

Raw read(msg* request) {
  Raw out;
  for_each_avp(request, [&](const AvpView& avp) {
    if (avp.vendor == vendor_3gpp_id) take(out, avp);
    if (avp.vendor == 0 && avp.code == code_of(Avp::origin_host)) out.origin_host = avp;
    if (avp.vendor == 0 && avp.code == code_of(Avp::origin_realm)) out.origin_realm = avp;
    if (avp.vendor == 0 && avp.code == code_of(Avp::user_name)) out.user_name = avp;
  });
  return out;
}

tl::unexpected<BadRequest> invalid_in(const AvpView& avp, const AvpView& group, std::string what) {
  auto bad = invalid(avp, std::move(what));
  bad.value().group = group.handle;
  return bad;
}

struct User {
  Impu impu;
  bool msisdn = false;
};

/// User-Identity holds a Public-Identity or an MSISDN; external identifiers are not held here.
Parsed<User> user_of(const AvpView& group) {
  AvpView impu;
  AvpView msisdn;
  for_each_avp(group.handle, [&](const AvpView& avp) {
    if (avp.vendor != vendor_3gpp_id) return;
    if (avp.code == code_of(Avp::public_identity)) impu = avp;
    if (avp.code == code_of(Avp::msisdn)) msisdn = avp;
  });
  if (impu.handle != nullptr) {
    auto parsed = Impu::parse(impu.text());
    if (!parsed) return invalid_in(impu, group, parsed.error().detail);
    return User{std::move(*parsed), false};
  }
  if (msisdn.handle == nullptr) return missing(Avp::public_identity);
  const std::string digits = msisdn_digits(msisdn.text());
  auto parsed = Impu::parse("tel:+" + digits);
  if (digits.empty() || !parsed) return invalid_in(msisdn, group, "an MSISDN is digits in TBCD");
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
  if (avp.text().empty() || avp.text().size() > 255) return invalid(avp, "a Service-Indication has 1 to 255 octets");
  return text_of(avp);
}

Parsed<sh::Common> common_of(const Raw& raw) {
  if (raw.user_identity.handle == nullptr) return missing(Avp::user_identity);
  if (raw.references.empty()) return missing(Avp::data_reference);
  VOUCHSAFE_TRY(user, user_of(raw.user_identity));
  VOUCHSAFE_TRY(host, text_of(raw.origin_host));
  VOUCHSAFE_TRY(realm, text_of(raw.origin_realm));
  VOUCHSAFE_TRY(server, text_of(raw.server_name));
  sh::Common out{std::move(host),  std::move(realm), raw.features, std::move(user.impu), user.msisdn, {}, {}, {},
                 std::move(server)};
  if (raw.user_name.handle != nullptr) {
    VOUCHSAFE_TRY(impi, identity<Impi>(raw.user_name, Avp::user_name));
    out.impi = std::move(impi);
  }
  for (const auto& avp : raw.references) {
    const auto reference = static_cast<DataReference>(avp.number());
    if (row_of(reference) == nullptr) return invalid(avp, "the value is out of range");
    out.references.push_back(reference);
  }
  for (const auto& avp : raw.services) {
    VOUCHSAFE_TRY(service, service_of(avp));
    out.services.push_back(std::move(service));
  }
  for (const auto& avp : raw.identity_sets) {
    VOUCHSAFE_TRY(set, enumerated<sh::IdentitySet>(avp, 4, Avp::identity_set));
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

Parsed<sh::UdRequest> ShDecoder::user_data(msg* request) const {
  const Raw raw = read(request);
  VOUCHSAFE_TRY(common, common_of(raw));
  return sh::UdRequest{std::move(common)};
}

Parsed<sh::PuRequest> ShDecoder::profile_update(msg* request) const {
  const Raw raw = read(request);
  VOUCHSAFE_TRY(common, common_of(raw));
  if (raw.user_data.handle == nullptr) return missing(Avp::sh_user_data);
  return sh::PuRequest{std::move(common), std::string(raw.user_data.text())};
}

Parsed<sh::SnRequest> ShDecoder::subscribe_notifications(msg* request) const {
  const Raw raw = read(request);
  VOUCHSAFE_TRY(common, common_of(raw));
  VOUCHSAFE_TRY(type, enumerated<std::uint32_t>(raw.subs_req_type, 2, Avp::subs_req_type));
  sh::SnRequest out{std::move(common), type == 0};
  if (raw.send_data.handle != nullptr) {
    VOUCHSAFE_TRY(wanted, enumerated<std::uint32_t>(raw.send_data, 2, Avp::send_data_indication));
    out.send_data = wanted == 1;
  }
  if (raw.expiry.handle != nullptr) {
    VOUCHSAFE_TRY(expiry, time_of(raw.expiry));
    out.expiry = expiry;
  }
  out.one_time = raw.one_time.handle != nullptr;
  return out;
}

}  // namespace vouchsafe::diameter
