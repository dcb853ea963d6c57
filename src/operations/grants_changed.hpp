#pragma once

#include "domain/repository.hpp"
#include "ports/writes.hpp"

#include <string>

namespace vouchsafe::operations {

/// What a subscription grants has changed: who subscribed to it hears of it (TS 29.328, 6.1.4), but the one that wrote
/// it. \param by its Origin-Host; empty: an operator
inline ports::DataChanged grants_changed(std::int64_t subscription, Time now, std::string by = {}) {
  return {subscription,
          DataReference::repository_data,
          std::string(delegated_authorizers_service),
          std::nullopt,
          std::move(by),
          now};
}

}  // namespace vouchsafe::operations
