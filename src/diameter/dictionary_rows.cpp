#include "diameter/dictionary.hpp"

namespace vouchsafe::diameter {
namespace {

constexpr auto avps = std::to_array<AvpRow>({
#define AVP(vendor, code, enumerator, name, type, flags, clause) \
  {Avp::enumerator, AvpVendor::vendor, code, name, AvpType::type, AvpFlags::flags, clause},
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name)
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
});

constexpr auto values = std::to_array<ValueRow>({
#define AVP(vendor, code, enumerator, name, type, flags, clause)
#define VALUE(avp, number, name) {Avp::avp, number, name},
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name)
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
#define REASON(number, enumerator, name, check, sentence) {Avp::delegation_result, number, name},
#include "dict/reasons.def"
#undef REASON
#define DATA_REFERENCE(number, enumerator, name, keys, operations, held) {Avp::data_reference, number, name},
#include "dict/data_references.def"
#undef DATA_REFERENCE
});

constexpr auto members = std::to_array<MemberRow>({
#define AVP(vendor, code, enumerator, name, type, flags, clause)
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most) {Avp::group, Avp::avp, least, most},
#define COMMAND(application, code, enumerator, name)
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
});

constexpr auto commands = std::to_array<CommandRow>({
#define AVP(vendor, code, enumerator, name, type, flags, clause)
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name) {Command::enumerator, Application::application, code, name},
#define FIELD(command, side, avp, least, most)
#include "dict/all.def"
});

constexpr auto fields = std::to_array<FieldRow>({
#define AVP(vendor, code, enumerator, name, type, flags, clause)
#define VALUE(avp, number, name)
#define MEMBER(group, avp, least, most)
#define COMMAND(application, code, enumerator, name)
#define FIELD(command, side, avp, least, most) {Command::command, Side::side, Avp::avp, least, most},
#include "dict/all.def"
});

}  // namespace

std::span<const AvpRow> avp_rows() { return avps; }
std::span<const ValueRow> value_rows() { return values; }
std::span<const MemberRow> member_rows() { return members; }
std::span<const CommandRow> command_rows() { return commands; }
std::span<const FieldRow> field_rows() { return fields; }

}  // namespace vouchsafe::diameter
