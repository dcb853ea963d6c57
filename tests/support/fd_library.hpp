#pragma once

#include "client/cx.hpp"
#include "diameter/dictionary.hpp"
#include "diameter/handle.hpp"
#include "domain/role.hpp"

#include <cstdint>
#include <string>

// freeDiameter's libraries in this process, without a daemon: what a peer sends is octets, and what is sent to it.
namespace vouchsafe::testing {

inline constexpr std::uint32_t cx_id = 16777216;
inline constexpr std::uint32_t sh_id = 16777217;

/// The rows in the core's dictionary. The first call starts the libraries: as hss.ims.example.
const diameter::Dictionary& dictionary();

/// A request with what every one holds: session, application, state, origin and destination.
client::Message request(std::uint32_t command, std::uint32_t application = cx_id,
                        const std::string& from = "client.ims.example");
client::Message with(client::Message message, client::Avp avp);
client::Message without(client::Message message, std::uint32_t code);
/// What stands in Failed-AVP. Throws where that is not one AVP.
client::Avp failed(const client::Message& answer);
/// What the daemon makes of a peer's octets: parsed against the dictionary, by no rules yet.
diameter::OwnedMessage received(const client::Message& message);
/// Sets the V flag, with Vendor-Id 0, of the AVPs of that code: what another parser than this core's may let pass.
void claim_vendor_0(const diameter::OwnedMessage& message, std::uint32_t code);
/// What the core makes of a request by the rules too, before a handler sees it. \return its answer to an error;
/// nullptr: there is none
diameter::OwnedMessage refusal_of_the_core(const client::Message& message);
/// A message of this process as a peer sees it.
client::Message sent(const diameter::OwnedMessage& message);

/// A client of the HSS, connected itself.
Speaker speaker(const std::string& host = "client.ims.example");

}  // namespace vouchsafe::testing
