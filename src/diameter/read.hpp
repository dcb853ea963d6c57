#pragma once

#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "domain/features.hpp"
#include "domain/result_code.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace vouchsafe::diameter {

/// One AVP of a parsed message, as a row of the dictionary knows it; or that it is not there. A view: lives as long as
/// the message.
class AvpView {
 public:
  explicit AvpView(Avp which) : which_(which) {}
  AvpView(Avp which, avp* handle, avp* group, bool mandatory, const avp_value* value)
      : which_(which), handle_(handle), group_(group), mandatory_(mandatory), value_(value) {}

  /// Whether it is there.
  explicit operator bool() const { return handle_ != nullptr; }
  [[nodiscard]] Avp which() const { return which_; }
  [[nodiscard]] avp* handle() const { return handle_; }
  /// The grouped AVP that holds it; nullptr for one of the message itself.
  [[nodiscard]] avp* group() const { return group_; }
  /// Its M flag.
  [[nodiscard]] bool mandatory() const { return mandatory_; }
  /// Its octets; empty where it is not there, or is of a type that holds none.
  [[nodiscard]] std::string_view text() const;
  /// 0 where it is not there, or is of a type that holds no number.
  [[nodiscard]] std::uint32_t number() const;
  /// What it holds, for people; empty for a group.
  [[nodiscard]] std::string shown() const;

 private:
  Avp which_;
  avp* handle_ = nullptr;
  avp* group_ = nullptr;
  bool mandatory_ = false;
  const avp_value* value_ = nullptr;
};

/// The AVPs directly in a message or in a grouped AVP, found by the dictionary's rows in one pass. An AVP is a row's
/// when code and vendor are, and it has the V flag just when its vendor is not the base protocol's: one with V and
/// Vendor-Id 0 is nobody's. Throws FdError.
class AvpReader {
 public:
  /// \param message parsed against the dictionary
  AvpReader(const Dictionary& dictionary, msg* message) : AvpReader(dictionary, message, nullptr) {}

  /// The first of that row, or that there is none.
  [[nodiscard]] AvpView find(Avp which) const;
  [[nodiscard]] std::vector<AvpView> all(Avp which) const;
  /// What is in a group of this reader's; nothing where that is not there.
  [[nodiscard]] AvpReader inside(const AvpView& group) const { return {*dictionary_, group.handle(), group.handle()}; }
  /// The first that its sender wants understood (M) and that is none of these; nullptr: there is none.
  [[nodiscard]] avp* not_understood(std::initializer_list<Avp> known) const;

 private:
  struct Entry {
    avp* handle;
    dict_object* model;  ///< nullptr for one that the dictionary does not know
    bool vendor_specific;
    bool mandatory;
    const avp_value* value;
  };
  AvpReader(const Dictionary& dictionary, msg_or_avp* parent, avp* group);
  [[nodiscard]] bool is(const Entry& entry, Avp which) const;
  [[nodiscard]] AvpView view(const Entry& entry, Avp which) const {
    return {which, entry.handle, group_, entry.mandatory, entry.value};
  }

  const Dictionary* dictionary_;
  avp* group_;
  std::vector<Entry> entries_;
};

/// Every Supported-Features AVP.
Features features_in(const AvpReader& in);

/// \return the text of the last AVP of the base protocol with that row's code, directly below, in a message that may
/// not have been parsed against a dictionary; empty: none. A view into it.
std::string_view base_text(msg_or_avp* parent, Avp which);

/// \return what an answer that was made here says that its request came to; 0 where it says nothing. Throws FdError.
ResultCode result_of(msg* answer);

/// \return the peer whose connection the message came over; empty for one that was made here
std::string source_of(msg* message);

}  // namespace vouchsafe::diameter
