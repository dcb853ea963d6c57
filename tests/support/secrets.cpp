#include "support/secrets.hpp"

#include "client/cx.hpp"
#include "domain/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <regex>
#include <stdexcept>

namespace vouchsafe::testing {
namespace {

constexpr std::uint32_t sip_authorization = 610;
constexpr std::uint32_t sip_auth_data_item = 612;
constexpr std::uint32_t confidentiality_key = 625;
constexpr std::uint32_t integrity_key = 626;
constexpr std::uint32_t sip_digest_authenticate = 635;
constexpr std::uint32_t digest_ha1 = 121;

/// One write: test clients of several threads share the files.
void append(const std::string& name, const std::string& text) {
  const std::filesystem::path folder = std::filesystem::path(VOUCHSAFE_BUILD_DIR) / "tests" / "logs";
  std::filesystem::create_directories(folder);
  const int file = ::open((folder / name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const bool good = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) ::close(file);
  if (!good) throw std::runtime_error("cannot write " + (folder / name).string());
}

void note(std::string& lines, const client::Avp* secret) {
  if (secret != nullptr && !secret->data.empty()) lines += to_hex(secret->data) + "\n";
}

void note_item(std::string& lines, const client::Avp& item) {
  const auto members = client::decode_avps(item.data).value_or(std::vector<client::Avp>{});
  for (const auto code : {sip_authorization, confidentiality_key, integrity_key})
    note(lines, client::find_in(members, code, client::tgpp));
  const auto* digest = client::find_in(members, sip_digest_authenticate, client::tgpp);
  if (digest == nullptr) return;
  note(lines, client::find_in(client::decode_avps(digest->data).value_or(std::vector<client::Avp>{}), digest_ha1));
}

}  // namespace

void note_secrets(const client::Message& message) {
  std::string lines;
  for (const auto& item : message.all(sip_auth_data_item, client::tgpp)) note_item(lines, item);
  if (!lines.empty()) append("secrets", lines);
}

void note_secrets_in(const std::string& text) {
  static const std::regex secret(R"re("(k|op|opc|ha1)"\s*:\s*"([0-9A-Fa-f]{16,})")re");
  std::string lines;
  for (std::sregex_iterator at(text.begin(), text.end(), secret), end; at != end; ++at) lines += (*at)[2].str() + "\n";
  if (!lines.empty()) append("secrets", lines);
}

void keep_log(const std::string& text) { append("process-" + std::to_string(::getpid()) + ".log", text); }

}  // namespace vouchsafe::testing
