#pragma once

#include "ports/subscriber_store.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vouchsafe::store {

/// What one of the named reads asks of the tables. Views into the request; they live as long as the call.
struct Lookup {
  const Impi* impi = nullptr;               ///< nullptr where the request names none
  const Impu* impu = nullptr;               ///< nullptr: the subscription is the IMPI's
  const AuthorizerName* voucher = nullptr;  ///< whose word the request brings
  bool grants = false;                      ///< the subject's grants are wanted, and who can vouch
  bool shared_ifc = false;                  ///< the shared sets that the profile names are wanted
  std::int64_t subscription = 0;            ///< asked for by its number, where neither identity is named
  /// Repository data of the IMPU that are wanted, by Service-Indication.
  const std::vector<std::string>* services = nullptr;
  const std::string* application_server = nullptr;  ///< Origin-Host whose permissions are wanted
};

/// The named reads, each by one look-up.
/// \tparam Port  ports::SubscriberReader, or one that reads more
template <class Port = ports::SubscriberReader>
class LookupReader : public Port {
 public:
  [[nodiscard]] Result<ports::View> subject_of(const Impi* impi, const Impu* impu,
                                               const AuthorizerName* voucher) const final {
    return find({impi, impu, voucher, voucher != nullptr});
  }
  [[nodiscard]] Result<ports::ServedView> to_serve(const Impi* impi, const Impu* impu,
                                                   const AuthorizerName* voucher) const final {
    return find({impi, impu, voucher, true, true});
  }
  [[nodiscard]] Result<ports::ServedView> to_deregister(const Impi* impi, const Impu* impu) const final {
    return find({impi, impu, nullptr, false, true});
  }
  [[nodiscard]] Result<ports::ServedView> to_locate(const Impu& impu) const final {
    return find({nullptr, &impu, nullptr, false, true});
  }
  [[nodiscard]] Result<ports::View> by_number(std::int64_t subscription) const final {
    return find({nullptr, nullptr, nullptr, true, false, subscription});
  }
  [[nodiscard]] Result<ports::ServedView> to_push(std::int64_t subscription) const final {
    return find({nullptr, nullptr, nullptr, true, true, subscription});
  }
  [[nodiscard]] Result<ports::View> by_identity(const Impi* impi, const Impu* impu) const final {
    return find({impi, impu, nullptr, true});
  }
  [[nodiscard]] Result<ports::DataView> data_of(const Impu& impu, const std::vector<std::string>& services,
                                                const std::string& application_server) const final {
    return find({nullptr, &impu, nullptr, true, true, 0, &services, &application_server});
  }
  [[nodiscard]] Result<std::vector<RepositoryData>> repository_of(
      const Impu& impu, const std::vector<std::string>& services) const final {
    auto view = find({nullptr, &impu, nullptr, false, false, 0, &services});
    if (!view) return tl::unexpected<Error>(view.error());
    return std::move(view->repository);
  }
  [[nodiscard]] Result<std::shared_ptr<const Authorizers>> authorizers() const final {
    auto view = find({nullptr, nullptr, nullptr, true});
    if (!view) return tl::unexpected<Error>(view.error());
    return std::move(view->authorizers);
  }

 private:
  /// \return a view with all that was asked for, and nothing of what was not
  [[nodiscard]] virtual Result<ports::DataView> find(const Lookup& lookup) const = 0;
};

}  // namespace vouchsafe::store
