#include "crypto/key_ring.hpp"

#include "domain/text.hpp"

#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <chrono>

namespace vouchsafe::crypto {
namespace {

constexpr std::size_t number_size = 4;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t overhead = number_size + nonce_size + tag_size;
constexpr std::size_t largest_box = 1024;

EVP_CIPHER* gcm() {
  thread_local const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  return cipher.get();
}

/// The thread's context, emptied of the key that it was used with.
class GcmContext {
 public:
  GcmContext() = default;
  ~GcmContext() {
    if (context_ != nullptr) EVP_CIPHER_CTX_reset(context_);
  }
  GcmContext(const GcmContext&) = delete;
  GcmContext& operator=(const GcmContext&) = delete;
  [[nodiscard]] EVP_CIPHER_CTX* get() const { return context_; }

 private:
  static EVP_CIPHER_CTX* of_thread() {
    thread_local const CipherContext context(EVP_CIPHER_CTX_new());
    return context.get();
  }
  EVP_CIPHER_CTX* context_ = of_thread();
};

std::string to_base64(const std::string& raw) {
  std::string out(4 * ((raw.size() + 2) / 3) + 1, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(octets(out), octets(raw), static_cast<int>(raw.size()))));
  return out;
}

/// \return false for what is not base64 as to_base64() writes it; the padding tells how many octets are meant
bool from_base64(std::string_view text, std::string& raw) {
  if (text.empty() || text.size() > largest_box || text.size() % 4 != 0) return false;
  raw.resize(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(octets(raw), octets(text), static_cast<int>(text.size()));
  if (size < 0) return false;
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
  raw.resize(static_cast<std::size_t>(size) - padding);
  return raw.size() > overhead && to_base64(raw) == text;
}

std::uint32_t number_in(const std::string& raw) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < number_size; ++i) number = (number << 8U) | static_cast<unsigned char>(raw[i]);
  return number;
}

Result<Keys> with_fresh_key(Keys keys) {
  const std::uint32_t number = keys.empty() ? 1 : keys.rbegin()->first + 1;
  auto& key = keys[number];
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) return library_error("no randomness for a key");
  return keys;
}

/// The first octets of HMAC-SHA256 over a fixed text: two keys do not share them by chance, and they say nothing of a
/// key.
Result<std::string> check_value(const Key& key) {
  constexpr std::string_view text = "vouchsafe: check value of a sealing key";
  constexpr std::size_t size = 8;
  std::array<unsigned char, 32> mac{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(), mac.data(), &length) ==
      nullptr)
    return library_error("HMAC-SHA256");
  return to_hex({reinterpret_cast<const char*>(mac.data()), size});
}

Result<ports::SealingRing::Checks> checks_of(const Keys& keys) {
  ports::SealingRing::Checks out;
  for (const auto& [number, key] : keys) {
    auto value = check_value(key);
    if (!value) return tl::unexpected<Error>(value.error());
    out[number] = std::move(*value);
  }
  return out;
}

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<std::unique_ptr<KeyRing>> KeyRing::load(const std::string& path) {
  std::unique_ptr<KeyRing> ring(new KeyRing(path));
  auto keys = read_key_file(path);
  if (!keys) return tl::unexpected<Error>(keys.error());
  ring->seals_with_ = keys->rbegin()->first;
  ring->keys_ = std::move(*keys);
  return ring;
}

Result<void> KeyRing::create(const std::string& path) {
  auto keys = with_fresh_key({});
  if (!keys) return tl::unexpected<Error>(keys.error());
  return create_key_file(path, *keys);
}

Result<KeyRing::Checks> KeyRing::read_again() {
  auto keys = read_key_file(path_);
  if (!keys) return tl::unexpected<Error>(keys.error());
  auto checks = checks_of(*keys);
  const std::lock_guard lock(mutex_);
  keys_.insert(keys->begin(), keys->end());
  return checks;
}

Result<KeyRing::Checks> KeyRing::add_key() {
  auto keys = read_key_file(path_);
  if (!keys) return tl::unexpected<Error>(keys.error());
  auto more = with_fresh_key(std::move(*keys));
  if (!more) return tl::unexpected<Error>(more.error());
  if (auto written = replace_key_file(path_, *more); !written) return tl::unexpected<Error>(written.error());
  return read_again();
}

Result<std::size_t> KeyRing::keep_only(const Checks& wanted) {
  auto keys = read_key_file(path_);
  if (!keys) return tl::unexpected<Error>(keys.error());
  const std::size_t dropped = std::erase_if(*keys, [&](const auto& key) { return !wanted.contains(key.first); });
  if (dropped == 0) return dropped;
  if (auto written = replace_key_file(path_, *keys); !written) return tl::unexpected<Error>(written.error());
  return dropped;
}

void KeyRing::seal_with(std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  seals_with_ = number;
}

std::uint32_t KeyRing::seals_with() const {
  const std::lock_guard lock(mutex_);
  return seals_with_;
}

std::uint32_t KeyRing::key_of(std::string_view sealed) const {
  std::string raw;
  return from_base64(sealed, raw) ? number_in(raw) : 0;
}

bool KeyRing::opens(const PrivateIdentity& impi) const { return open(impi.sealed, impi.impi.text()).has_value(); }

/// A number that is not there may be in the file by now: vouchctl rekey adds keys while the HSS runs. The file is read
/// for that at most once a second.
bool KeyRing::copy_key(std::uint32_t number, Key& key) const {
  const std::lock_guard lock(mutex_);
  if (!keys_.contains(number) && monotonic_ms() >= reread_after_ms_) {
    reread_after_ms_ = monotonic_ms() + 1000;
    if (auto again = read_key_file(path_)) keys_.insert(again->begin(), again->end());
  }
  const auto found = keys_.find(number);
  if (found == keys_.end()) return false;
  key = found->second;
  return true;
}

Result<std::string> KeyRing::seal(std::string_view plain, std::string_view bound_to) const {
  const std::uint32_t number = seals_with();
  Key key;
  if (!copy_key(number, key)) return unavailable("the key file has no key " + std::to_string(number));
  std::string raw(number_size + nonce_size + plain.size() + tag_size, '\0');
  for (std::size_t i = 0; i < number_size; ++i) raw[i] = static_cast<char>(number >> (8U * (number_size - 1 - i)));
  unsigned char* nonce = octets(raw) + number_size;
  unsigned char* body = nonce + nonce_size;
  if (RAND_bytes(nonce, nonce_size) != 1) return library_error("no randomness for a nonce");
  const GcmContext own;
  EVP_CIPHER_CTX* context = own.get();
  int size = 0;
  const bool done =
      EVP_EncryptInit_ex2(context, gcm(), key.data(), nonce, nullptr) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &size, octets(bound_to), static_cast<int>(bound_to.size())) == 1 &&
      EVP_EncryptUpdate(context, body, &size, octets(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context, body + size, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_size, body + plain.size()) == 1;
  if (!done) return library_error("AES-256-GCM could not seal");
  return to_base64(raw);
}

Result<Secret> KeyRing::open(std::string_view box, std::string_view bound_to) const {
  std::string raw;
  if (!from_base64(box, raw)) return unavailable("a sealed secret is damaged");
  Key key;
  const std::uint32_t number = number_in(raw);
  if (!copy_key(number, key)) return unavailable("the key file has no key " + std::to_string(number));
  const std::size_t length = raw.size() - overhead;
  unsigned char* nonce = octets(raw) + number_size;
  unsigned char* body = nonce + nonce_size;
  Secret secret(std::string(length, '\0'));
  std::string& plain = secret.text();
  const GcmContext own;
  EVP_CIPHER_CTX* context = own.get();
  int size = 0;
  const bool done =
      EVP_DecryptInit_ex2(context, gcm(), key.data(), nonce, nullptr) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &size, octets(bound_to), static_cast<int>(bound_to.size())) == 1 &&
      EVP_DecryptUpdate(context, octets(plain), &size, body, static_cast<int>(length)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, body + length) == 1 &&
      EVP_DecryptFinal_ex(context, octets(plain) + size, &size) == 1;
  if (!done) {
    ERR_clear_error();
    return unavailable("a sealed secret does not open: it was changed, or belongs to another identity");
  }
  return secret;
}

Result<std::optional<std::string>> KeyRing::seal_anew(const PrivateIdentity& impi) const {
  if (impi.sealed.empty() || key_of(impi.sealed) == seals_with()) return std::optional<std::string>{};
  const auto secret = open(impi.sealed, impi.impi.text());
  if (!secret) return fail(secret.error().kind, impi.impi.text() + ": " + secret.error().detail);
  auto box = seal(secret->text(), impi.impi.text());
  if (!box) return tl::unexpected<Error>(box.error());
  return std::optional<std::string>(std::move(*box));
}

}  // namespace vouchsafe::crypto
