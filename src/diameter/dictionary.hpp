#pragma once

#include "diameter/freediameter.hpp"
#include "domain/result.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vouchsafe::diameter {

/// Every AVP of the dictionary's rows (dict/*.def).
enum class Avp : std::uint16_t {
#define AVP(vendor, code, enumerator, name, type, flags, clause) enumerator,
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name)
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
  count
};
inline constexpr std::size_t avp_count = static_cast<std::size_t>(Avp::count);

enum class Command : std::uint8_t {
#define AVP(vendor, code, enumerator, name, type, flags, clause)
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name) enumerator,
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
  count
};
inline constexpr std::size_t command_count = static_cast<std::size_t>(Command::count);

inline constexpr std::uint32_t vendor_3gpp_id = 10415;
inline constexpr std::uint32_t call_id_vendor_id = 50;     ///< of the AVP that Kamailio puts a SIP Call-ID into
inline constexpr std::uint32_t default_vendor_id = 32473;  ///< reserved for documentation (RFC 5612)
inline constexpr std::uint32_t cx_application_id = 16777216;
inline constexpr std::uint32_t sh_application_id = 16777217;
enum class Application : std::uint8_t { cx, sh };
inline constexpr std::size_t application_count = 2;

enum class AvpType : std::uint8_t { octets, utf8, identity, uri, u32, enumerated, grouped, time, address };
enum class AvpFlags : std::uint8_t { must, clear, either };
enum class AvpVendor : std::uint8_t { base, tgpp, ours, call_id_vendor };

struct AvpRow {
  Avp avp;
  AvpVendor vendor;
  std::uint32_t code;
  const char* name;
  AvpType type;
  AvpFlags flags;
  const char* clause;
};
struct ValueRow {
  Avp avp;
  std::int32_t number;
  const char* name;
};
struct MemberRow {
  Avp group;
  Avp avp;
  int least;
  int most;
};
struct CommandRow {
  Command command;
  Application application;
  std::uint32_t code;
  const char* name;
};
enum class Side : std::uint8_t { request, answer };
struct FieldRow {
  Command command;
  Side side;
  Avp avp;
  int least;
  int most;
};

std::span<const AvpRow> avp_rows();
std::span<const ValueRow> value_rows();  ///< with those of dict/reasons.def and data_references.def
std::span<const MemberRow> member_rows();
std::span<const CommandRow> command_rows();
std::span<const FieldRow> field_rows();

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
  [[nodiscard]] std::uint32_t ours() const { return ours_; }

 private:
  std::array<dict_object*, avp_count> avps_{};
  std::array<dict_object*, command_count> commands_{};
  std::array<dict_object*, application_count> applications_{};
  std::uint32_t ours_ = default_vendor_id;
  friend class Definer;
};

}  // namespace vouchsafe::diameter
