#pragma once

#include "crypto/wiped.hpp"
#include "domain/result.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace vouchsafe::crypto {

/// Keys and what comes of them are wiped when they go.
using Block = Wiped<16>;

/// The MILENAGE functions f1 to f5* (TS 35.206) for one subscriber and one RAND.
struct MilenageOutput {
  std::array<unsigned char, 8> mac_a{};  ///< f1
  std::array<unsigned char, 8> mac_s{};  ///< f1*
  Wiped<8> res{};                        ///< f2
  Block ck{};                            ///< f3
  Block ik{};                            ///< f4
  Wiped<6> ak{};                         ///< f5
  Wiped<6> ak_s{};                       ///< f5*
};

/// \param sqn 48 bits, big-endian on the wire; \param amf two octets
Result<MilenageOutput> milenage(const Block& k, const Block& opc, const Block& rand, std::uint64_t sqn,
                                const std::array<unsigned char, 2>& amf);

/// OPc = E_K(OP) xor OP (TS 35.206, 4.1).
Result<Block> derive_opc(const Block& k, const Block& op);

/// \return false when the text does not have 16 octets
bool to_block(std::string_view octets, Block& block);

std::array<unsigned char, 6> sqn_octets(std::uint64_t sqn);

}  // namespace vouchsafe::crypto
