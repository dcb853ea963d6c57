#pragma once

#include "domain/identity.hpp"

#include <optional>
#include <string_view>

namespace vouchsafe {

/// A wildcarded public identity (TS 23.003, 13.5): literal text with one extended regular expression (POSIX ERE)
/// between two '!' in it, as in sip:chat-!.*!@ims.example.
class WildcardedIdentity {
 public:
  /// \return malformed when there are not exactly two '!', or the expression does not compile
  static Result<WildcardedIdentity> parse(const Impu& impu);
  /// For an identity that was parsed once, as what comes out of the store: its expression is compiled only where the
  /// literal text around it fits. \return nothing when there are not exactly two '!'
  static std::optional<WildcardedIdentity> trusted(const Impu& impu);

  /// Compiled expressions are kept for a while, each thread its own. \return whether the distinct identity is one of
  /// those meant: the whole of it, not a part
  [[nodiscard]] bool matches(const Impu& distinct) const;
  /// The text before the expression; the longer it is, the more specific the wildcard.
  [[nodiscard]] std::string_view prefix() const { return prefix_; }

 private:
  WildcardedIdentity(std::string prefix, std::string expression, std::string suffix)
      : prefix_(std::move(prefix)), expression_(std::move(expression)), suffix_(std::move(suffix)) {}
  std::string prefix_;
  std::string expression_;
  std::string suffix_;
};

/// \return whether the text has the form of a wildcarded identity, without compiling its expression
inline bool looks_wildcarded(std::string_view impu) { return impu.find('!') != std::string_view::npos; }

}  // namespace vouchsafe
