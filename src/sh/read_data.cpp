#include "sh/read_data.hpp"

#include <algorithm>

namespace vouchsafe::sh {
namespace {

std::vector<std::string> texts(const ports::DataView& view,
                               bool (*wanted)(const PublicIdentity&, const PublicIdentity&, const State&),
                               const PublicIdentity& identity) {
  std::vector<std::string> out;
  for (const auto& u : view.subscription->profile.impus) {
    // A barred identity is not told to an AS (TS 29.328, 7.6.2).
    if (!u.barred && wanted(u, identity, view.subscription->state)) out.push_back(u.impu.text());
  }
  return out;
}

bool all(const PublicIdentity&, const PublicIdentity&, const State&) { return true; }
bool registered(const PublicIdentity& u, const PublicIdentity&, const State& state) { return state.registered(u.irs); }
bool implicit(const PublicIdentity& u, const PublicIdentity& identity, const State&) { return u.irs == identity.irs; }

void add_identities(const ports::DataView& view, const PublicIdentity& identity, const ShCommon& common,
                    ports::ShData& data) {
  if (common.identity_sets.empty()) data.public_identities = texts(view, all, identity);
  for (const auto set : common.identity_sets) {
    switch (set) {
      case IdentitySet::all:
        data.all_identities = texts(view, all, identity);
        break;
      case IdentitySet::registered:
        data.registered_identities = texts(view, registered, identity);
        break;
      case IdentitySet::implicit:
        data.implicit_identities = texts(view, implicit, identity);
        break;
      case IdentitySet::alias:
        data.alias_identities = texts(view, implicit, identity);
        break;
    }
  }
}

Result<std::optional<RepositoryData>> grants_data(const ports::DataView& view, const PublicIdentity& identity,
                                                  const ShContext& context) {
  if (!has_grants(view)) return std::optional<RepositoryData>{};
  auto xml = context.documents.write_grants(shown_grants(view, identity));
  if (!xml) return tl::unexpected<Error>(xml.error());
  return std::optional(RepositoryData{std::string(delegated_authorizers_service), view.grants_sequence, *xml});
}

ResultCode add_repository(const ports::DataView& view, const PublicIdentity& identity, DataReference reference,
                          const ShCommon& common, const ShContext& context, ports::ShData& data) {
  const bool aliases = reference == DataReference::aliases_repository_data;
  auto& out = aliases ? data.aliases_repository : data.repository;
  for (const auto& service : common.services) {
    if (!aliases && service == delegated_authorizers_service) {
      const auto grants = grants_data(view, identity, context);
      if (!grants) return to_result(grants.error().kind);
      if (*grants) out.push_back(**grants);
      continue;
    }
    const std::string stored = stored_service(reference, service);
    for (const auto& piece : view.repository) {
      if (piece.service_indication == stored) out.push_back({service, piece.sequence, piece.service_data});
    }
  }
  return result::success;
}

void add_msisdns(const ports::DataView& view, ports::ShData& data) {
  constexpr std::string_view international = "tel:+";
  for (const auto& u : view.subscription->profile.impus) {
    if (u.impu.text().starts_with(international)) data.msisdns.push_back(u.impu.text().substr(international.size()));
  }
}

}  // namespace

std::string stored_service(DataReference reference, const std::string& service) {
  return reference == DataReference::aliases_repository_data ? "\x1f" + service : service;
}

const Impu& stored_under(const ports::DataView& view, DataReference reference, const PublicIdentity& identity) {
  if (reference != DataReference::aliases_repository_data) return identity.impu;
  const auto& impus = view.subscription->profile.impus;
  return std::find_if(impus.begin(), impus.end(), [&](const auto& u) { return u.irs == identity.irs; })->impu;
}

std::vector<Grant> shown_grants(const ports::DataView& view, const PublicIdentity& identity) {
  std::vector<Grant> out;
  for (const auto& registered : view.grants) {
    const Grant& grant = registered.grant;
    if (grant.kind == Grant::Subject::impi || grant.subject == identity.impu.text()) out.push_back(grant);
  }
  return out;
}

bool has_grants(const ports::DataView& view) {
  if (view.grants_sequence != 0) return true;
  return std::any_of(view.grants.begin(), view.grants.end(), [&](const RegisteredGrant& g) {
    // A pool that is no identity of the subscription's is the operator's grant, and not its own.
    return g.grant.kind != Grant::Subject::pool || view.subscription->find(Impu::trusted(g.grant.subject)) != nullptr;
  });
}

ResultCode add_piece(const ports::DataView& view, const PublicIdentity& identity, DataReference reference,
                     const ShCommon& common, const ShContext& context, ports::ShData& data) {
  const Subscription& subscription = *view.subscription;
  switch (reference) {
    case DataReference::repository_data:
    case DataReference::aliases_repository_data:
      return add_repository(view, identity, reference, common, context, data);
    case DataReference::ims_public_identity:
      add_identities(view, identity, common, data);
      break;
    case DataReference::ims_user_state:
      data.user_state = user_state(subscription.state, identity, context.clock.now());
      break;
    case DataReference::scscf_name:
      if (subscription.state.scscf) data.scscf_name = subscription.state.scscf->name;
      break;
    case DataReference::initial_filter_criteria: {
      auto xml = context.documents.criteria_for(view, identity, common.server_name);
      if (!xml) return to_result(xml.error().kind);
      data.ifcs = std::move(*xml);
      break;
    }
    case DataReference::charging_information:
      if (!subscription.profile.charging.empty()) data.charging = subscription.profile.charging;
      break;
    case DataReference::msisdn:
      add_msisdns(view, data);
      break;
    case DataReference::psi_activation:
      data.psi_active = identity.psi == PublicIdentity::Psi::active;
      break;
    case DataReference::ims_private_user_identity:
      for (const auto& i : subscription.profile.impis) data.private_identities.push_back(i.impi.text());
      break;
    default:
      break;
  }
  return result::success;
}

}  // namespace vouchsafe::sh
