#pragma once

#include "ports/subscriber_store.hpp"

#include <stdexcept>

namespace vouchsafe::delegation {

/// The store's "could not find out" fails the work, whose row is then still there.
inline ports::View need(Result<ports::View> view) {
  if (!view) throw std::runtime_error(view.error().detail);
  return std::move(*view);
}

}  // namespace vouchsafe::delegation
