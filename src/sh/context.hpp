#pragma once

#include "domain/features.hpp"
#include "ports/clock.hpp"
#include "ports/sh_documents.hpp"

#include <cstddef>

namespace vouchsafe::sh {

inline constexpr std::uint32_t feature_notif_eff = 1U << 0U;  ///< list 1 of 3GPP (TS 29.328, annex E)

/// What the procedures stand on. All of it outlives them.
struct ShContext {
  const ports::ShDocuments& documents;
  const ports::Clock& clock;
  std::size_t largest_update = 32 * 1024;  ///< octets of User-Data in a PUR; more is TOO_MUCH_DATA
  Features supported{{vendor_3gpp, 1, feature_notif_eff, false}};
};

}  // namespace vouchsafe::sh
