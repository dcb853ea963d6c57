#include "diameter/bad_request.hpp"

#include "diameter/answer.hpp"

namespace vouchsafe::diameter {

OwnedMessage answer_to(OwnedMessage&& message, const BadRequest& bad, Application application,
                       const Dictionary& dictionary) {
  make_answer(message, bad.code);
  AvpWriter out(dictionary, message.get());
  add_common(out, message.get(), application, bad.code);
  if (bad.offender != nullptr) add_failed_avp(out, bad.offender, bad.group);
  if (bad.missing) add_missing_avp(out, *bad.missing);
  return std::move(message);
}

}  // namespace vouchsafe::diameter
