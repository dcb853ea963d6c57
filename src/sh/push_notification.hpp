#pragma once

#include "domain/outbox_entry.hpp"
#include "sh/context.hpp"

#include <optional>
#include <string>

namespace vouchsafe::sh {

/// PNR: the HSS tells an AS what has changed: Sh-Notif (TS 29.328, 6.1.4).
struct PushNotification {
  Impu user;
  std::string user_data;
};

/// What an entry of the outbox comes to when it is to be sent.
struct PushOutcome {
  bool permitted = true;  ///< the AS may still hear of the data
  std::optional<PushNotification> notification{};
};

/// The whole piece, as the store holds it now.
/// \param reader asked for the identity; \return no notification when the identity is not there any more, or
/// when the AS has lost its permission; unavailable when the document cannot be written
Result<PushOutcome> push_notification(const OutboxEntry& entry, const DataNotification& about,
                                      const ports::SubscriberReader& reader, const ShContext& context);

}  // namespace vouchsafe::sh
