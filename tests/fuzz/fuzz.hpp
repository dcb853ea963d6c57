#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// What the targets share. Each has one LLVMFuzzerTestOneInput, which libFuzzer calls with one input after the other.
namespace vouchsafe::fuzz {

/// A property that must hold for every input: libFuzzer keeps the input that breaks it.
inline void holds(bool condition, const char* property, std::string_view found = {}) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s: %.*s\n", property, static_cast<int>(found.size()), found.data());
  std::abort();
}

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace vouchsafe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
