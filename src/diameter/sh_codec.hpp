#pragma once

#include "diameter/bad_request.hpp"
#include "domain/role.hpp"
#include "sh/push_notification.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::diameter {

/// Decodes Sh requests. They were parsed against the dictionary before: what the rules ask for is there.
class ShDecoder {
 public:
  explicit ShDecoder(const Dictionary& dictionary) : dictionary_(dictionary) {}
  Parsed<sh::UdRequest> user_data(msg* request, Speaker speaker) const;
  Parsed<sh::PuRequest> profile_update(msg* request, Speaker speaker) const;
  Parsed<sh::SnRequest> subscribe_notifications(msg* request, Speaker speaker) const;

 private:
  const Dictionary& dictionary_;
};

/// \param tbcd MSISDN as TS 29.329, 6.3.2 writes it; \return its digits; empty for what is none
std::string msisdn_digits(std::string_view tbcd);

/// Turns a request into its answer. Each call takes the query and gives the answer, which owns the query from then on.
class ShEncoder {
 public:
  explicit ShEncoder(const Dictionary& dictionary) : dictionary_(dictionary) {}
  OwnedMessage encode(OwnedMessage&& query, const sh::UdAnswer& answer) const;
  OwnedMessage encode(OwnedMessage&& query, const sh::PuAnswer& answer) const;
  OwnedMessage encode(OwnedMessage&& query, const sh::SnAnswer& answer) const;

 private:
  void start(OwnedMessage& message, const sh::ShVerdict& verdict) const;
  const Dictionary& dictionary_;
};

}  // namespace vouchsafe::diameter
