#include "crypto/milenage.hpp"

#include "crypto/handles.hpp"

#include <algorithm>

namespace vouchsafe::crypto {
namespace {

/// AES-128 of single blocks under one key. Fetching a cipher costs more than using it, so both are kept per thread.
class Aes {
 public:
  explicit Aes(const Block& k) {
    ok_ = cipher() && context() && EVP_EncryptInit_ex2(context(), cipher(), k.data(), nullptr, nullptr) == 1 &&
          EVP_CIPHER_CTX_set_padding(context(), 0) == 1;
  }
  ~Aes() {
    if (context() != nullptr) EVP_CIPHER_CTX_reset(context());
  }
  Aes(const Aes&) = delete;
  Aes& operator=(const Aes&) = delete;

  /// Encrypts whole blocks in place.
  template <std::size_t N>
  bool encrypt(std::array<Block, N>& blocks) {
    int written = 0;
    const int size = static_cast<int>(N * sizeof(Block));
    return ok_ && EVP_EncryptUpdate(context(), blocks[0].data(), &written, blocks[0].data(), size) == 1 &&
           written == size;
  }

 private:
  static EVP_CIPHER* cipher() {
    thread_local const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr));
    return cipher.get();
  }
  static EVP_CIPHER_CTX* context() {
    thread_local const CipherContext context(EVP_CIPHER_CTX_new());
    return context.get();
  }
  bool ok_ = false;
};

Block operator^(const Block& a, const Block& b) {
  Block out{};
  for (std::size_t i = 0; i < out.size(); ++i) out.at(i) = a.at(i) ^ b.at(i);
  return out;
}

/// rot(x, r): towards the most significant bit, by whole octets, as all of r1 to r5 are.
Block rotated(const Block& block, std::size_t octet_count) {
  Block out = block;
  std::rotate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(octet_count), out.end());
  return out;
}

Block constant(unsigned char last) {
  Block out{};
  out.back() = last;
  return out;
}

template <std::size_t N>
Wiped<N> part(const Block& block, std::size_t from) {
  Wiped<N> out{};
  std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(from), N, out.begin());
  return out;
}

}  // namespace

std::array<unsigned char, 6> sqn_octets(std::uint64_t sqn) {
  std::array<unsigned char, 6> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out.at(i) = static_cast<unsigned char>(sqn >> (8U * (5U - i)));
  return out;
}

bool to_block(std::string_view octets, Block& block) {
  if (octets.size() != block.size()) return false;
  std::copy(octets.begin(), octets.end(), block.begin());
  return true;
}

Result<Block> derive_opc(const Block& k, const Block& op) {
  std::array<Block, 1> block{op};
  if (Aes aes(k); !aes.encrypt(block)) return library_error("AES-128 for OPc");
  return block[0] ^ op;
}

Result<MilenageOutput> milenage(const Block& k, const Block& opc, const Block& rand, std::uint64_t sqn,
                                const std::array<unsigned char, 2>& amf) {
  Aes aes(k);
  std::array<Block, 1> temp{rand ^ opc};
  if (!aes.encrypt(temp)) return library_error("AES-128 for MILENAGE");

  Block in1{};
  const auto sqn_bytes = sqn_octets(sqn);
  for (const std::size_t half : {std::size_t{0}, std::size_t{8}}) {
    std::copy(sqn_bytes.begin(), sqn_bytes.end(), in1.begin() + static_cast<std::ptrdiff_t>(half));
    std::copy(amf.begin(), amf.end(), in1.begin() + static_cast<std::ptrdiff_t>(half) + 6);
  }
  const Block base = temp[0] ^ opc;
  // r1..r5 = 64, 0, 32, 64, 96 bits; c1..c5 = 0, 1, 2, 4, 8 (TS 35.206, 4.1).
  std::array<Block, 5> out{temp[0] ^ rotated(in1 ^ opc, 8), rotated(base, 0) ^ constant(1),
                           rotated(base, 4) ^ constant(2), rotated(base, 8) ^ constant(4),
                           rotated(base, 12) ^ constant(8)};
  if (!aes.encrypt(out)) return library_error("AES-128 for MILENAGE");
  for (auto& block : out) block = block ^ opc;
  return MilenageOutput{part<8>(out[0], 0), part<8>(out[0], 8), part<8>(out[1], 8), out[2], out[3],
                        part<6>(out[1], 0), part<6>(out[4], 0)};
}

}  // namespace vouchsafe::crypto
