#include "domain/wildcard.hpp"

#include <regex.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace vouchsafe {
namespace {

/// POSIX's own extended regular expressions are those that TS 23.003 means; std::regex recurses without bound on
/// hostile text.
class Expression {
 public:
  explicit Expression(const std::string& text)
      : compiled_(regcomp(&regex_, ("^(" + text + ")$").c_str(), REG_EXTENDED | REG_NOSUB) == 0) {}
  ~Expression() {
    if (compiled_) regfree(&regex_);
  }
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;
  [[nodiscard]] bool ok() const { return compiled_; }
  [[nodiscard]] bool matches(const std::string& text) const {
    return compiled_ && regexec(&regex_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t regex_{};
  bool compiled_;
};

/// This thread's compiled expression for a text: compiling costs some hundred times what matching does.
const Expression& compiled(const std::string& text) {
  constexpr std::size_t most = 256;
  thread_local std::unordered_map<std::string, std::unique_ptr<const Expression>> kept;
  const auto known = kept.find(text);
  if (known != kept.end()) return *known->second;
  if (kept.size() >= most) kept.clear();
  return *kept.emplace(text, std::make_unique<const Expression>(text)).first->second;
}

}  // namespace

std::optional<WildcardedIdentity> WildcardedIdentity::trusted(const Impu& impu) {
  const std::string& text = impu.text();
  const auto first = text.find('!');
  const auto last = text.rfind('!');
  if (first == std::string::npos || first == last || std::count(text.begin(), text.end(), '!') != 2)
    return std::nullopt;
  return WildcardedIdentity{text.substr(0, first), text.substr(first + 1, last - first - 1), text.substr(last + 1)};
}

Result<WildcardedIdentity> WildcardedIdentity::parse(const Impu& impu) {
  auto out = trusted(impu);
  if (!out) return malformed("a wildcarded identity has one regular expression between two '!'");
  if (out->expression_.empty() || !Expression(out->expression_).ok())
    return malformed("the text between the two '!' is not an extended regular expression");
  return std::move(*out);
}

bool WildcardedIdentity::matches(const Impu& distinct) const {
  const std::string& text = distinct.text();
  if (text.size() < prefix_.size() + suffix_.size() || !text.starts_with(prefix_) || !text.ends_with(suffix_))
    return false;
  return compiled(expression_).matches(text.substr(prefix_.size(), text.size() - prefix_.size() - suffix_.size()));
}

}  // namespace vouchsafe
