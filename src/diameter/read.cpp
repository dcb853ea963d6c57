#include "diameter/read.hpp"

#include <algorithm>

namespace vouchsafe::diameter {
namespace {

enum class Holds : std::uint8_t { octets, number, members };

constexpr Holds holds(AvpType type) {
  switch (type) {
    case AvpType::u32:
    case AvpType::enumerated:
      return Holds::number;
    case AvpType::grouped:
      return Holds::members;
    case AvpType::octets:
    case AvpType::utf8:
    case AvpType::identity:
    case AvpType::uri:
    case AvpType::time:
    case AvpType::address:
      break;
  }
  return Holds::octets;
}

std::string_view octets_of(const avp_value& value) {
  return {reinterpret_cast<const char*>(value.os.data), value.os.len};
}

/// Calls `each` with every AVP directly below, and its header.
template <class Each>
void for_each_avp(msg_or_avp* parent, Each each) {
  const auto go = [](msg_or_avp* from, msg_brw_dir direction) {
    msg_or_avp* at = nullptr;
    check("fd_msg_browse", fd_msg_browse_internal(from, direction, &at, nullptr));
    return static_cast<avp*>(at);
  };
  for (avp* at = go(parent, MSG_BRW_FIRST_CHILD); at != nullptr; at = go(at, MSG_BRW_NEXT)) {
    avp_hdr* header = nullptr;
    check("fd_msg_avp_hdr", fd_msg_avp_hdr(at, &header));
    each(at, *header);
  }
}

bool has_flag(const avp_hdr& header, unsigned flag) { return (header.avp_flags & flag) != 0; }

}  // namespace

std::string_view AvpView::text() const {
  return value_ == nullptr || holds(row_of(which_).type) != Holds::octets ? std::string_view{} : octets_of(*value_);
}

std::uint32_t AvpView::number() const {
  return value_ == nullptr || holds(row_of(which_).type) != Holds::number ? 0 : value_->u32;
}

std::string AvpView::shown() const {
  if (value_ == nullptr) return {};
  return holds(row_of(which_).type) == Holds::number ? std::to_string(number()) : std::string(text());
}

AvpReader::AvpReader(const Dictionary& dictionary, msg_or_avp* parent, avp* group)
    : dictionary_(&dictionary), group_(group) {
  if (parent == nullptr) return;
  constexpr std::size_t usual = 16;
  entries_.reserve(usual);
  for_each_avp(parent, [&](avp* at, const avp_hdr& header) {
    dict_object* model = nullptr;
    check("fd_msg_model", fd_msg_model(at, &model));
    entries_.push_back(
        {at, model, has_flag(header, AVP_FLAG_VENDOR), has_flag(header, AVP_FLAG_MANDATORY), header.avp_value});
  });
}

bool AvpReader::is(const Entry& entry, Avp which) const {
  return entry.model == dictionary_->avp(which) && entry.vendor_specific == (row_of(which).vendor != AvpVendor::base);
}

AvpView AvpReader::find(Avp which) const {
  for (const auto& entry : entries_) {
    if (is(entry, which)) return view(entry, which);
  }
  return AvpView(which);
}

std::vector<AvpView> AvpReader::all(Avp which) const {
  std::vector<AvpView> out;
  for (const auto& entry : entries_) {
    if (is(entry, which)) out.push_back(view(entry, which));
  }
  return out;
}

avp* AvpReader::not_understood(std::initializer_list<Avp> known) const {
  for (const auto& entry : entries_) {
    const auto is_it = [&](Avp which) { return is(entry, which); };
    if (entry.mandatory && std::none_of(known.begin(), known.end(), is_it)) return entry.handle;
  }
  return nullptr;
}

Features features_in(const AvpReader& in) {
  Features out;
  for (const auto& group : in.all(Avp::supported_features)) {
    const AvpReader inside = in.inside(group);
    out.push_back({inside.find(Avp::vendor_id).number(), inside.find(Avp::feature_list_id).number(),
                   inside.find(Avp::feature_list).number(), group.mandatory()});
  }
  return out;
}

std::string_view base_text(msg_or_avp* parent, Avp which) {
  std::string_view out;
  for_each_avp(parent, [&](avp*, const avp_hdr& header) {
    if (header.avp_code == row_of(which).code && !has_flag(header, AVP_FLAG_VENDOR))
      out = header.avp_value == nullptr ? std::string_view{} : octets_of(*header.avp_value);
  });
  return out;
}

ResultCode result_of(msg* answer) {
  ResultCode out;
  const auto look_for = [&out](Avp which, bool experimental, const avp_hdr& header) {
    if (header.avp_code == row_of(which).code && !has_flag(header, AVP_FLAG_VENDOR) && header.avp_value != nullptr)
      out = {experimental, header.avp_value->u32};
  };
  for_each_avp(answer, [&](avp* at, const avp_hdr& header) {
    look_for(Avp::result_code, false, header);
    if (header.avp_code != row_of(Avp::experimental_result).code || has_flag(header, AVP_FLAG_VENDOR)) return;
    for_each_avp(at, [&](avp*, const avp_hdr& inside) { look_for(Avp::experimental_result_code, true, inside); });
  });
  return out;
}

std::string source_of(msg* message) {
  DiamId_t name = nullptr;
  std::size_t length = 0;
  check("fd_msg_source_get", fd_msg_source_get(message, &name, &length));
  return name == nullptr ? std::string{} : std::string(name, length);
}

}  // namespace vouchsafe::diameter
