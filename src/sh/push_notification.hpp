#pragma once

#include "domain/debt.hpp"
#include "sh/context.hpp"

#include <optional>
#include <string>

namespace vouchsafe::sh {

/// PNR: the HSS tells an AS what has changed: Sh-Notif (TS 29.328, 6.1.4).
struct PushNotification {
  Impu user;
  std::string user_data;
};

/// The whole piece, as the store holds it now.
/// \param reader asked for the debt's identity; \return nothing when the identity is not there any more; unavailable
/// when the document cannot be written
Result<std::optional<PushNotification>> push_notification(const Debt& debt, const ports::SubscriberReader& reader,
                                                          const Context& context);

}  // namespace vouchsafe::sh
