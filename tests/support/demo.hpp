#pragma once

#include <cstdint>
#include <string>

// Who is in conf/demo-subscribers.jsonl, the S-CSCF's name, and the codes of the commands.
namespace vouchsafe::testing {

inline constexpr std::uint32_t mar = 303;
inline constexpr std::uint32_t rtr = 304;
inline constexpr std::uint32_t ppr = 305;
inline constexpr std::uint32_t pnr = 309;

inline constexpr const char* scscf_name = "sip:scscf.ims.example";
inline const std::string alice = "alice@ims.example";
inline const std::string alice_impu = "sip:alice@ims.example";
inline const std::string bob = "bob@ims.example";
inline const std::string bob_impu = "sip:bob@ims.example";
inline const std::string carol = "carol@ims.example";
inline const std::string carol_impu = "sip:carol@ims.example";
inline const std::string dave = "dave@ims.example";
inline const std::string dave_impu = "sip:dave@ims.example";

}  // namespace vouchsafe::testing
