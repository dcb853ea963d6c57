#pragma once

#include "ports/outcome.hpp"
#include "sh/context.hpp"
#include "sh/requests.hpp"

namespace vouchsafe::sh {

/// Data read, UDR/UDA: Sh-Pull (TS 29.328, 6.1.1).
ports::Outcome<UdAnswer> user_data(const UdRequest& request, const ports::SubscriberReader& reader,
                                   const ShContext& context);

/// The document that a UDA, an SNA or a PNR holds. \param verdict gets the error; \return empty with an error
std::string document(const ports::DataView& view, const ShCommon& common, const ShContext& context, ShVerdict& verdict);

/// \return MISSING_AVP with the offender where a Data-Reference needs an AVP that is not there
bool incomplete(const ShCommon& common, ShVerdict& verdict);

}  // namespace vouchsafe::sh
