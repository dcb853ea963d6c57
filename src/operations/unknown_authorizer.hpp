#pragma once

#include "domain/authorizer.hpp"

namespace vouchsafe::operations {

inline tl::unexpected<Error> unknown(const AuthorizerName& name) {
  return fail(Error::Kind::not_found,
              "authorizer " + name.text() + " is not in the registry; vouchctl authorizer add " + name.text());
}

}  // namespace vouchsafe::operations
