#pragma once

#include "diameter/bad_request.hpp"
#include "diameter/handle.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>

// A message on its way through the guard and freeDiameter's own reader, in this process.
namespace vouchsafe::fuzz {

/// What becomes of a request that a handler gets. \return its answer; nothing where it is of no command of these
using Handler = std::function<diameter::OwnedMessage(diameter::OwnedMessage query, std::uint32_t command)>;

/// The octets as the wire brings them: judged, rewritten where something is found, read by the core, and by its rules.
/// What comes so far goes to the handler, and every answer, the core's own too, must be one that can be sent and read.
void receive(const std::uint8_t* data, std::size_t size, const Handler& handler);

/// What every handler does: the decoder's struct is answered by `answer`, what it refuses with its error.
template <class Request, class Answer>
diameter::OwnedMessage answered(diameter::OwnedMessage query, const diameter::Parsed<Request>& request,
                                diameter::Application application, const diameter::Dictionary& dictionary,
                                const Answer& answer) {
  if (request) return answer(std::move(query), *request);
  return diameter::answer_to(std::move(query), request.error(), application, dictionary);
}

}  // namespace vouchsafe::fuzz
