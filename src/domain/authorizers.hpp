#pragma once

#include "domain/authorizer.hpp"

#include <map>
#include <string>
#include <utility>

namespace vouchsafe {

/// The third parties that the operator knows, each with its state: the only place that says it.
class Authorizers {
 public:
  /// In the place of one of the same name.
  void put(Authorizer authorizer) {
    std::string name = authorizer.name.text();
    by_name_.insert_or_assign(std::move(name), std::move(authorizer));
  }
  /// \return nullptr where the operator knows none of that name
  [[nodiscard]] const Authorizer* find(const AuthorizerName& name) const {
    const auto found = by_name_.find(name.text());
    return found == by_name_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::map<std::string, Authorizer, std::less<>>& by_name() const { return by_name_; }

 private:
  std::map<std::string, Authorizer, std::less<>> by_name_;
};

}  // namespace vouchsafe
