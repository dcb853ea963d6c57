#pragma once

#include "diameter/dictionary.hpp"
#include "diameter/read.hpp"
#include "domain/features.hpp"

#include <vector>

namespace vouchsafe::diameter {

/// An AVP's code, as the dictionary's rows have it.
constexpr std::uint32_t code_of(Avp wanted) {
  constexpr auto codes = std::to_array<std::uint32_t>({
#define AVP(vendor, code, enumerator, name, type, flags, clause) code,
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name)
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
  });
  return codes.at(static_cast<std::size_t>(wanted));
}

/// One Supported-Features AVP.
FeatureList read_features(const AvpView& group);

/// The AVPs of a request that some procedure reads, found in one pass. An absent one has no handle.
struct RawRequest {
  std::uint32_t ours = 0;
  AvpView user_name;
  AvpView public_identity;
  std::vector<AvpView> public_identities;
  AvpView session_id;
  AvpView registration_basis;
  AvpView call_id;
  AvpView visited_network;
  AvpView server_name;
  AvpView user_authorization_type;
  AvpView uar_flags;
  AvpView server_assignment_type;
  AvpView user_data_available;
  AvpView wildcarded_identity;
  AvpView originating_request;
  AvpView sip_auth_data_item;
  AvpView sip_number_auth_items;
  AvpView delegated_authorization;
  Features features;
};

struct RawVouching {
  AvpView waf;
  AvpView wwsf;
  AvpView token;
  AvpView unsupported;  ///< with M, and none of these
};

struct RawAuthItem {
  AvpView scheme;
  AvpView authorization;
};

RawRequest read_request(msg* request, std::uint32_t ours);
RawVouching read_vouching(avp* group, std::uint32_t ours);
RawAuthItem read_auth_item(avp* group);

}  // namespace vouchsafe::diameter
