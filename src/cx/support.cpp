#include "cx/support.hpp"

#include "domain/review.hpp"

#include <algorithm>

namespace vouchsafe::cx {
namespace {

/// What a registration may rest on, by who asks and what it says of it.
class Admitted {
 public:
  explicit Admitted(const SaRequest& request) : statement_(request.statement ? &*request.statement : nullptr) {
    const bool unmarked = request.common.speaker.marks && statement_ == nullptr;
    const bool trusted_node = statement_ != nullptr && statement_->kind == Statement::Kind::trusted_node;
    const bool authenticated = statement_ != nullptr && statement_->kind == Statement::Kind::authenticated;
    vouched_ = !unmarked && !authenticated;
    direct_ = !unmarked && !trusted_node && !request.common.speaker.vouching_only;
  }

  [[nodiscard]] bool direct() const { return direct_; }
  [[nodiscard]] bool vouched() const { return vouched_; }
  [[nodiscard]] bool vouched_by(const AuthorizerName& authorizer) const {
    return vouched_ && (statement_ == nullptr || !statement_->authorizer || *statement_->authorizer == authorizer);
  }
  /// \return whether the registration has a basis that is admitted
  [[nodiscard]] bool registration(const Registration& registration) const {
    return std::any_of(registration.bases.begin(), registration.bases.end(), [this](const Basis& basis) {
      if (const auto* vouched = std::get_if<Vouched>(&basis.ground)) return vouched_by(vouched->authorizer);
      return std::holds_alternative<Direct>(basis.ground) ? direct_ : vouched_;
    });
  }

 private:
  const Statement* statement_;
  bool vouched_;
  bool direct_;
};

bool is_for(const ports::RememberedVouching& vouching, const SaRequest& request) {
  return !vouching.emergency && (vouching.scscf.empty() || vouching.scscf == request.server_name);
}

}  // namespace

Support support_of(const SaRequest& request, const Pair& pair, const Subscription& subscription,
                   std::optional<ports::RememberedVouching> live, Time now) {
  const Admitted admitted(request);
  const auto& speaker = request.common.speaker;
  if (request.common.vouching) {
    if (!admitted.vouched_by(request.common.vouching->authorizer)) return {};
    return {Support::Kind::vouching, ports::RememberedVouching{*request.common.vouching, speaker.host}, false};
  }
  if (live && is_for(*live, request) && admitted.vouched_by(live->vouching.authorizer))
    return {Support::Kind::vouching, std::move(live), true};
  const State& state = subscription.state;
  const auto* identity = subscription.find(pair.impi);
  const bool may_authenticate = identity != nullptr && identity->way != WayToRegister::delegated;
  if (may_authenticate && admitted.direct() &&
      state.challenge(pair.impi, pair.impu, pair.irs, scscf_of(request.common, request.server_name), now) != nullptr)
    return {Support::Kind::challenge};
  const auto* registration = state.find(pair.impi, pair.irs);
  const bool here =
      registration != nullptr && !registration->leaving && registration->scscf.is(request.server_name, speaker.host);
  if (here && admitted.registration(*registration)) return {Support::Kind::registration};
  if (identity != nullptr && needs_no_basis(*identity) && admitted.vouched()) return {Support::Kind::exempt};
  return {};
}

}  // namespace vouchsafe::cx
