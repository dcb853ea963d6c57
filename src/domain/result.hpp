#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace vouchsafe {

/// Why something could not be found out or done. A protocol error is not an Error: it is a value of a procedure's
/// answer.
struct Error {
  enum class Kind {
    not_found,    ///< there is no such thing
    malformed,    ///< the input breaks its grammar
    conflict,     ///< another writer came first, or the thing exists already
    overloaded,   ///< a bound on queued work is reached; later it may work
    unavailable,  ///< the store, a key or a library cannot answer
  };
  Kind kind;
  std::string detail;  ///< one line for an operator; never holds a secret
};

/// A value, or why there is none. Dropping one is a compile error (tl::expected 1.0.0 alone lets it pass).
template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(Error::Kind kind, std::string detail) {
  return tl::unexpected<Error>(Error{kind, std::move(detail)});
}
inline tl::unexpected<Error> malformed(std::string detail) { return fail(Error::Kind::malformed, std::move(detail)); }
inline tl::unexpected<Error> unavailable(std::string detail) {
  return fail(Error::Kind::unavailable, std::move(detail));
}

}  // namespace vouchsafe
