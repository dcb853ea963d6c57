#pragma once

#include "domain/features.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

/// The dictionary's rows (dict/*.def) as constants. No freeDiameter in here: vouchctl has them too.
namespace vouchsafe::diameter {

enum class Avp : std::uint16_t {
#define AVP(vendor, code, enumerator, name, type, flags, clause) enumerator,
#include "dict/all.def"
  count
};
inline constexpr std::size_t avp_count = static_cast<std::size_t>(Avp::count);

enum class Command : std::uint8_t {
#define COMMAND(application, code, enumerator, name) enumerator,
#include "dict/all.def"
  count
};
inline constexpr std::size_t command_count = static_cast<std::size_t>(Command::count);

enum class Application : std::uint8_t { cx, sh };
enum class AvpType : std::uint8_t { octets, utf8, identity, uri, u32, enumerated, grouped, time, address };
enum class AvpFlags : std::uint8_t { must, clear, either };
enum class AvpVendor : std::uint8_t { base, tgpp, ours, call_id_vendor };
enum class Side : std::uint8_t { request, answer };

inline constexpr std::uint32_t default_vendor_id = 32473;  ///< of our own AVPs: reserved for documentation (RFC 5612)

struct ApplicationRow {
  Application application;
  std::uint32_t id;
  const char* name;
};
struct VendorRow {
  AvpVendor vendor;
  std::uint32_t id;
  const char* name;
};
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
struct FieldRow {
  Command command;
  Side side;
  Avp avp;
  int least;
  int most;
};

namespace rows {

inline constexpr auto applications =
    std::to_array<ApplicationRow>({{Application::cx, 16777216, "Cx"}, {Application::sh, 16777217, "Sh"}});

inline constexpr auto vendors = std::to_array<VendorRow>({
    {AvpVendor::base, 0, "IETF"},
    {AvpVendor::tgpp, vendor_3gpp, "3GPP"},
    {AvpVendor::ours, default_vendor_id, "Vouchsafe"},
    {AvpVendor::call_id_vendor, 50, "vendor 50"},  // of the AVP that Kamailio puts a SIP Call-ID into
});

inline constexpr auto avps = std::to_array<AvpRow>({
#define AVP(vendor, code, enumerator, name, type, flags, clause) \
  {Avp::enumerator, AvpVendor::vendor, code, name, AvpType::type, AvpFlags::flags, clause},
#include "dict/all.def"
});

inline constexpr auto values = std::to_array<ValueRow>({
#define VALUE(avp, number, name) {Avp::avp, number, name},
#include "dict/all.def"
#define REASON(number, enumerator, name, check, sentence) {Avp::delegation_result, number, name},
#include "dict/reasons.def"
#undef REASON
#define DATA_REFERENCE(number, enumerator, name, keys, operations, held) {Avp::data_reference, number, name},
#include "dict/data_references.def"
#undef DATA_REFERENCE
});

inline constexpr auto members = std::to_array<MemberRow>({
#define MEMBER(group, avp, least, most) {Avp::group, Avp::avp, least, most},
#include "dict/all.def"
});

inline constexpr auto commands = std::to_array<CommandRow>({
#define COMMAND(application, code, enumerator, name) {Command::enumerator, Application::application, code, name},
#include "dict/all.def"
});

inline constexpr auto fields = std::to_array<FieldRow>({
#define FIELD(command, side, avp, least, most) {Command::command, Side::side, Avp::avp, least, most},
#include "dict/all.def"
});

}  // namespace rows

inline constexpr std::size_t application_count = rows::applications.size();

constexpr std::span<const AvpRow> avp_rows() { return rows::avps; }
constexpr std::span<const ValueRow> value_rows() { return rows::values; }
constexpr std::span<const MemberRow> member_rows() { return rows::members; }
constexpr std::span<const CommandRow> command_rows() { return rows::commands; }
constexpr std::span<const FieldRow> field_rows() { return rows::fields; }

constexpr const AvpRow& row_of(Avp avp) { return rows::avps.at(static_cast<std::size_t>(avp)); }
constexpr const CommandRow& row_of(Command command) { return rows::commands.at(static_cast<std::size_t>(command)); }
constexpr const ApplicationRow& row_of(Application which) {
  return rows::applications.at(static_cast<std::size_t>(which));
}
constexpr const VendorRow& row_of(AvpVendor vendor) { return rows::vendors.at(static_cast<std::size_t>(vendor)); }

/// \return whether it is one of the values of an Enumerated
constexpr bool is_value(Avp avp, std::uint32_t number) {
  for (const auto& row : rows::values) {
    if (row.avp == avp && static_cast<std::uint32_t>(row.number) == number) return true;
  }
  return false;
}

/// The number of a value of an Enumerated. A name that no row has does not compile.
consteval std::uint32_t value_of(Avp avp, std::string_view name) {
  for (const auto& row : rows::values) {
    if (row.avp == avp && row.name == name) return static_cast<std::uint32_t>(row.number);
  }
  throw "no row has this name";
}

}  // namespace vouchsafe::diameter
