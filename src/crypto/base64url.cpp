#include "crypto/base64url.hpp"

#include "crypto/handles.hpp"

#include <algorithm>

namespace vouchsafe::crypto {

std::string to_base64url(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(octets(out), octets(text), static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  out.resize(std::min(out.find('='), out.size()));
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  const auto is_of_alphabet = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (text.size() % 4 == 1 || !std::all_of(text.begin(), text.end(), is_of_alphabet)) return std::nullopt;
  std::string padded{text};
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  const std::size_t padding = (4 - text.size() % 4) % 4;
  padded.append(padding, '=');
  std::string out(padded.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(octets(out), octets(padded), static_cast<int>(padded.size())) < 0) return std::nullopt;
  out.resize(out.size() - padding);
  const std::size_t tail = text.size() % 4;
  if (tail != 0 &&
      to_base64url(std::string_view(out).substr(out.size() - (tail - 1))) != text.substr(text.size() - tail))
    return std::nullopt;
  return out;
}

}  // namespace vouchsafe::crypto
