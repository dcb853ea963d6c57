#pragma once

#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "domain/time.hpp"

#include <string_view>

namespace vouchsafe::diameter {

/// Adds AVPs to a message or a grouped AVP. Throws FdError.
class AvpWriter {
 public:
  AvpWriter(const Dictionary& dictionary, msg_or_avp* parent) : dictionary_(dictionary), parent_(parent) {}

  void text(Avp avp, std::string_view value) {
    avp_value v{};
    // freeDiameter copies the octets; its union merely forgets to say const.
    v.os.data = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
    v.os.len = value.size();
    add(avp, v);
  }
  void number(Avp avp, std::uint32_t value) {
    avp_value v{};
    v.u32 = value;
    add(avp, v);
  }
  /// Time: seconds since 1900, modulo 2^32 (RFC 6733, 4.3.1).
  void time(Avp avp, Time value);
  /// A grouped AVP, filled by `fill(AvpWriter&)`.
  template <class Fill>
  void group(Avp avp, Fill fill) {
    OwnedAvp made = make(avp);
    AvpWriter inside(dictionary_, made.get());
    fill(inside);
    add(std::move(made));
  }
  void add(OwnedAvp made) { append(parent_, std::move(made)); }
  [[nodiscard]] const Dictionary& dictionary() const { return dictionary_; }

 private:
  [[nodiscard]] OwnedAvp make(Avp avp) const;
  void add(Avp avp, avp_value& value);
  const Dictionary& dictionary_;
  msg_or_avp* parent_;
};

/// Failed-AVP with a copy of the offender, inside a copy of the grouped AVP that held it, if any (RFC 6733, 7.5).
/// \param group nullptr for an AVP of the message itself
void add_failed_avp(AvpWriter& answer, avp* offender, avp* group);
/// Failed-AVP with an example of an AVP that is missing.
void add_missing_avp(AvpWriter& answer, Avp missing);

}  // namespace vouchsafe::diameter
