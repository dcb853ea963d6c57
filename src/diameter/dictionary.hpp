#pragma once

#include "core/freediameter.hpp"
#include "diameter/rows.hpp"
#include "domain/result.hpp"

#include <array>
#include <cstdint>

namespace vouchsafe::diameter {

/// freeDiameter's objects for the rows.
class Dictionary {
 public:
  /// Adds to the daemon's dictionary what is not there yet: an identical definition by somebody else is taken as it is.
  /// \param ours vendor of the project's own AVPs
  /// \return unavailable, with the AVP's name, when another definition stands in the way
  static Result<Dictionary> define(dictionary* dict, std::uint32_t ours);

  [[nodiscard]] dict_object* avp(Avp avp) const { return avps_[static_cast<std::size_t>(avp)]; }
  [[nodiscard]] dict_object* request(Command command) const { return commands_[static_cast<std::size_t>(command)]; }
  [[nodiscard]] dict_object* application(Application which) const {
    return applications_[static_cast<std::size_t>(which)];
  }

 private:
  std::array<dict_object*, avp_count> avps_{};
  std::array<dict_object*, command_count> commands_{};
  std::array<dict_object*, application_count> applications_{};
  friend class Definer;
};

}  // namespace vouchsafe::diameter
