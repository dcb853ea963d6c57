#pragma once

#include "cx/requests.hpp"
#include "diameter/bad_request.hpp"

namespace vouchsafe::diameter {

/// Decodes requests. They were parsed against the dictionary before: what the rules ask for is there.
class CxDecoder {
 public:
  explicit CxDecoder(const Dictionary& dictionary) : dictionary_(dictionary) {}
  Parsed<cx::UaRequest> user_authorization(msg* request, Speaker speaker) const;
  Parsed<cx::MaRequest> multimedia_auth(msg* request, Speaker speaker) const;
  Parsed<cx::SaRequest> server_assignment(msg* request, Speaker speaker) const;
  Parsed<cx::LiRequest> location_info(msg* request, Speaker speaker) const;

 private:
  const Dictionary& dictionary_;
};

/// Turns a request into its answer. Each call takes the query and gives the answer, which owns the query from
/// then on; where it throws, what there is by then is left with the caller.
class CxEncoder {
 public:
  explicit CxEncoder(const Dictionary& dictionary) : dictionary_(dictionary) {}
  OwnedMessage encode(OwnedMessage&& query, const cx::UaAnswer& answer) const;
  OwnedMessage encode(OwnedMessage&& query, const cx::MaRequest& request, const cx::MaAnswer& answer) const;
  OwnedMessage encode(OwnedMessage&& query, const cx::SaAnswer& answer) const;
  OwnedMessage encode(OwnedMessage&& query, const cx::LiAnswer& answer) const;

 private:
  void start(OwnedMessage& message, const cx::CxVerdict& verdict) const;
  const Dictionary& dictionary_;
};

}  // namespace vouchsafe::diameter
