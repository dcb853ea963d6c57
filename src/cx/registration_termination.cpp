#include "cx/registration_termination.hpp"

namespace vouchsafe::cx {

RegistrationTermination registration_termination(const Termination& termination, const std::string& info) {
  return {termination.impi, termination.impus, termination.reason, info};
}

}  // namespace vouchsafe::cx
