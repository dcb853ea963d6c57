#include "delegation/distinct_sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vouchsafe::delegation {

void DistinctSketch::add(std::uint64_t hash) {
  const std::uint64_t rest = (hash << 8U) | 0x80U;  // a bit that ends the count of zeros
  const auto rank = static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
  auto& one = registers_.at(hash >> 56U);
  one = std::max(one, rank);
}

void DistinctSketch::merge(const DistinctSketch& other) {
  for (std::size_t i = 0; i < registers_.size(); ++i)
    registers_.at(i) = std::max(registers_.at(i), other.registers_.at(i));
}

double DistinctSketch::estimate() const {
  constexpr auto count = static_cast<double>(std::tuple_size_v<decltype(registers_)>);
  constexpr double alpha = 0.7213 / (1.0 + 1.079 / count);
  double sum = 0;
  for (const auto rank : registers_) sum += std::ldexp(1.0, -rank);
  const double raw = alpha * count * count / sum;
  const auto empty = static_cast<double>(std::count(registers_.begin(), registers_.end(), 0));
  if (raw <= 2.5 * count && empty > 0) return count * std::log(count / empty);
  return raw;
}

}  // namespace vouchsafe::delegation
