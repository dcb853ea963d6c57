#include "sh/profile_update.hpp"

#include "operations/replace_grants.hpp"
#include "sh/access.hpp"
#include "sh/read_data.hpp"

#include <algorithm>

namespace vouchsafe::sh {
namespace {

using Kind = ports::ShUpdate::Kind;
using PuOutcome = ports::Outcome<PuAnswer>;

/// "waf.example.net, waf.other.example"; "none"
std::string summary_of(const std::vector<Grant>& grants) {
  std::string out;
  for (const auto& grant : grants) out += (out.empty() ? "" : ", ") + grant.authorizer.text();
  return out.empty() ? "none" : out;
}

DataReference reference_of(Kind kind) {
  switch (kind) {
    case Kind::aliases_repository:
      return DataReference::aliases_repository_data;
    case Kind::psi_activation:
      return DataReference::psi_activation;
    case Kind::repository:
      break;
  }
  return DataReference::repository_data;
}

class Update {
 public:
  Update(const ReadPuRequest& request, const ports::SubscriberReader& reader, const ShContext& context)
      : request_(request), common_(request.common), reader_(reader), context_(context) {}

  PuOutcome run() {
    if (features_refused(context_, common_, verdict())) return std::move(out_);
    if (common_.references.size() > 1) {  // feature Update-Eff is not offered
      verdict().offender = Offender::data_reference;
      return refuse(result::avp_occurs_too_many_times);
    }
    // The document says which repository data it is about, and who may write is asked before what it says.
    const auto& update = request_.update;
    std::vector<std::string> services;
    if (update) services.push_back(stored_service(common_.references.front(), update->service_indication));
    auto view = look_up(common_, reader_, services);
    if (!view) return refuse(to_result(view.error().kind));
    view_ = std::move(*view);
    if (const auto fault = access_fault(view_, common_, ShOperation::update)) return refuse(*fault);
    const DataReference reference = common_.references.front();
    if (reference == DataReference::dsai) return refuse(result::dsai_not_available);
    if (row_of(reference)->held != DataReferenceRow::Held::yes) return refuse(result::user_data_cannot_be_modified);
    if (request_.too_much) return refuse(result::too_much_data);
    if (!update) return refuse(result::user_data_not_recognized, update.error().detail);
    if (reference_of(update->kind) != reference)
      return refuse(result::user_data_not_recognized, "the document is about another Data-Reference");
    if (update->kind == Kind::psi_activation) return activate(*update);
    if (!permitted(view_, ShOperation::update, reference, update->service_indication))
      return refuse(result::user_data_cannot_be_modified);
    return update_repository(*update);
  }

 private:
  ShVerdict& verdict() { return out_.answer.verdict; }

  PuOutcome refuse(ResultCode code, std::string message = {}) {
    verdict().code = code;
    verdict().error_message = std::move(message);
    out_.writes.clear();
    return std::move(out_);
  }

  void changed(DataReference reference, const std::string& service, std::optional<Impu> impu) {
    out_.writes.emplace_back(ports::DataChanged{view_.subscription->id, reference, service, std::move(impu),
                                                common_.origin_host, context_.clock.now()});
  }

  /// Creating: nothing stored and 0. Replacing: one more than stored, after 65535 comes 1. Anything else is out of
  /// sync.
  static bool in_sync(std::optional<std::uint16_t> stored, std::uint16_t received) {
    return stored ? received != 0 && received == next_sequence(*stored) : received == 0;
  }

  PuOutcome update_repository(const ports::ShUpdate& update) {
    out_.answer.service_indication = update.service_indication;
    out_.answer.sequence = update.sequence;
    if (update.kind == Kind::repository && update.service_indication == delegated_authorizers_service)
      return update_grants(update);
    const DataReference reference = reference_of(update.kind);
    const Impu& impu = stored_under(view_, reference, identity());
    const std::string service = stored_service(reference, update.service_indication);
    const auto read = stored_sequence(reference, impu, service);
    if (!read) return refuse(to_result(read.error().kind));
    const std::optional<std::uint16_t> stored = *read;
    if (!in_sync(stored, update.sequence)) return refuse(result::transparent_data_out_of_sync);
    if (!stored && !update.service_data) return refuse(result::user_data_not_recognized, "nothing to create");
    ports::RepositoryChange change{view_.subscription->id, impu, service, std::nullopt};
    if (update.service_data) change.data = RepositoryData{service, update.sequence, *update.service_data};
    out_.writes.emplace_back(std::move(change));
    changed(reference, update.service_indication,
            reference == DataReference::repository_data ? std::optional(impu) : std::nullopt);
    return std::move(out_);
  }

  /// Aliases' data lie under the set's first identity: that one is asked for where it is not the request's own.
  Result<std::optional<std::uint16_t>> stored_sequence(DataReference reference, const Impu& impu,
                                                       const std::string& service) {
    const auto sequence_in = [](const std::vector<RepositoryData>& data) {
      return data.empty() ? std::nullopt : std::optional(data.front().sequence);
    };
    const std::vector<std::string> services{service};
    if (reference == DataReference::aliases_repository_data && impu != identity().impu) {
      const auto data = reader_.repository_of(impu, services);
      if (!data) return tl::unexpected<Error>(data.error());
      return sequence_in(*data);
    }
    return sequence_in(view_.repository);
  }

  PuOutcome update_grants(const ports::ShUpdate& update) {
    const bool there = has_grants(view_);
    const auto stored = there ? std::optional(view_.grants_sequence) : std::nullopt;
    if (!in_sync(stored, update.sequence)) return refuse(result::transparent_data_out_of_sync);
    if (!there && !update.service_data) return refuse(result::user_data_not_recognized, "nothing to create");
    if (!request_.grants) return refuse(result::user_data_not_recognized, request_.grants.error().detail);
    std::vector<Grant> grants = *request_.grants;
    for (auto& grant : grants) {
      if (const auto fault = fault_of(grant); !fault.empty()) return refuse(result::user_data_not_recognized, fault);
      // The identity is the one that is stored: the request may name one that a wildcarded one means.
      if (grant.kind == Grant::Subject::impi) continue;
      if (const auto set = set_subject(grant, Grant::Subject::impu, identity().impu.text()); !set)
        return refuse(result::unable_to_comply);
    }
    const std::uint16_t sequence = update.service_data ? update.sequence : std::uint16_t{0};
    out_.events.emplace_back(ports::Provisioned{"grants replaced", identity().impu.text(), summary_of(grants)});
    out_.writes = operations::replace_grants(view_, identity().impu, std::move(grants), sequence, common_.origin_host,
                                             context_.clock.now());
    return std::move(out_);
  }

  /// A grant to somebody whom the operator does not know, or for an IMPI that is not the subscription's.
  [[nodiscard]] std::string fault_of(const Grant& grant) const {
    if (grant.kind == Grant::Subject::impi && view_.subscription->find(Impi::trusted(grant.subject)) == nullptr)
      return grant.subject + " is not an IMPI of this subscription";
    if (view_.authorizers->find(grant.authorizer) != nullptr) return {};
    return "the operator knows no authorizer " + grant.authorizer.text();
  }

  PuOutcome activate(const ports::ShUpdate& update) {
    Profile profile = view_.subscription->profile;
    for (auto& u : profile.impus) {
      if (u.impu != identity().impu) continue;
      u.psi = update.psi_active ? PublicIdentity::Psi::active : PublicIdentity::Psi::inactive;
    }
    out_.writes.emplace_back(ports::ProfileChange{view_.subscription->id, std::move(profile)});
    changed(DataReference::psi_activation, {}, identity().impu);
    return std::move(out_);
  }

  [[nodiscard]] const PublicIdentity& identity() const { return identity_of(view_, common_); }

  const ReadPuRequest& request_;
  const ShCommon& common_;
  const ports::SubscriberReader& reader_;
  const ShContext& context_;
  ports::DataView view_;
  PuOutcome out_;
};

}  // namespace

ReadPuRequest read_document(PuRequest request, const ShContext& context) {
  ReadPuRequest out{std::move(request.common), request.user_data.size() > context.largest_update,
                    context.documents.read(std::string_view(request.user_data).substr(0, context.largest_update)),
                    std::vector<Grant>{}};
  const bool grants = out.update && out.update->kind == Kind::repository && out.update->service_data &&
                      out.update->service_indication == delegated_authorizers_service;
  if (grants) out.grants = context.documents.read_grants(*out.update->service_data, out.common.user);
  return out;
}

PuOutcome profile_update(const ReadPuRequest& request, const ports::SubscriberReader& reader,
                         const ShContext& context) {
  return Update(request, reader, context).run();
}

}  // namespace vouchsafe::sh
