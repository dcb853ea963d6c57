#include "diameter/write.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace vouchsafe::diameter {

OwnedAvp AvpWriter::make(Avp avp) const {
  ::avp* made = nullptr;
  check("fd_msg_avp_new", fd_msg_avp_new(dictionary_.avp(avp), 0, &made));
  return OwnedAvp(made);
}

void AvpWriter::add(Avp avp, avp_value& value) {
  OwnedAvp made = make(avp);
  check("fd_msg_avp_setvalue", fd_msg_avp_setvalue(made.get(), &value));
  add(std::move(made));
}

void AvpWriter::time(Avp avp, Time value) {
  constexpr std::uint64_t seconds_from_1900_to_1970 = 2208988800U;
  const auto seconds = static_cast<std::uint32_t>(static_cast<std::uint64_t>(value.time_since_epoch().count()) +
                                                  seconds_from_1900_to_1970);
  std::array<char, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets.at(i) = static_cast<char>(seconds >> (8U * (3U - i)));
  text(avp, {octets.data(), octets.size()});
}

namespace {

/// Of one that is nobody's the header, and as many octets of zero as it had of data. freeDiameter cannot write an AVP
/// that it does not know and that holds nothing: that one gets four.
OwnedAvp copy_unknown(avp* source, avp_hdr& header) {
  const std::uint32_t length = header.avp_len;
  const std::uint32_t own_size = (header.avp_flags & AVP_FLAG_VENDOR) != 0 ? 12 : 8;
  if (length < own_size) throw FdError("an AVP's length", EBADMSG);
  header.avp_len = std::max(length, own_size + 4);
  avp* made = source;
  const int rc = fd_msg_avp_new(nullptr, AVPFL_SET_RAWDATA_FROM_AVP, &made);
  const std::uint32_t copied = std::exchange(header.avp_len, length);
  check("fd_msg_avp_new", rc);
  OwnedAvp copy(made);
  avp_hdr* own = nullptr;
  check("fd_msg_avp_hdr", fd_msg_avp_hdr(made, &own));
  own->avp_code = header.avp_code;
  own->avp_flags = header.avp_flags;
  own->avp_len = copied;
  own->avp_vendor = header.avp_vendor;
  return copy;
}

/// Whether the dictionary's AVP is what the header says: one of the base protocol has no V flag, whatever its
/// Vendor-Id. By another one's model the copy would be counted as one and written as the other.
bool is_of(const avp_hdr& header, dict_object* model) {
  dict_avp_data data{};
  check("fd_dict_getval", fd_dict_getval(model, &data));
  const bool has_vendor = (header.avp_flags & AVP_FLAG_VENDOR) != 0;
  return data.avp_code == header.avp_code && has_vendor == (data.avp_vendor != 0) &&
         (!has_vendor || data.avp_vendor == header.avp_vendor);
}

OwnedAvp copy_leaf(avp* source) {
  dict_object* model = nullptr;
  check("fd_msg_model", fd_msg_model(source, &model));
  avp_hdr* header = nullptr;
  check("fd_msg_avp_hdr", fd_msg_avp_hdr(source, &header));
  if (model == nullptr || !is_of(*header, model)) return copy_unknown(source, *header);
  avp* made = nullptr;
  check("fd_msg_avp_new", fd_msg_avp_new(model, 0, &made));
  OwnedAvp copy(made);
  if (header->avp_value != nullptr) check("fd_msg_avp_setvalue", fd_msg_avp_setvalue(made, header->avp_value));
  return copy;
}

}  // namespace

void add_failed_avp(AvpWriter& answer, avp* offender, avp* group) {
  OwnedAvp inner = copy_leaf(offender);
  if (group != nullptr) {
    OwnedAvp outer = copy_leaf(group);
    append(outer.get(), std::move(inner));
    inner = std::move(outer);
  }
  answer.group(Avp::failed_avp, [&](AvpWriter& failed) { failed.add(std::move(inner)); });
}

void add_missing_avp(AvpWriter& answer, Avp missing) {
  answer.group(Avp::failed_avp, [&](AvpWriter& failed) {
    switch (row_of(missing).type) {
      case AvpType::grouped:
        return failed.group(missing, [](AvpWriter&) {});
      case AvpType::u32:
      case AvpType::enumerated:
        return failed.number(missing, 0);
      case AvpType::octets:
      case AvpType::utf8:
      case AvpType::identity:
      case AvpType::uri:
      case AvpType::time:
      case AvpType::address:
        return failed.text(missing, {});
    }
  });
}

}  // namespace vouchsafe::diameter
