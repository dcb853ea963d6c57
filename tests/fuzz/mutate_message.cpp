#include "client/wire.hpp"
#include "fuzz.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>
#include <vector>

// Mutations that keep the lengths of a Diameter message right: without them nearly every input ends at the first AVP.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned int seed);

namespace vouchsafe::fuzz {
namespace {

using client::Avp;
using Random = std::minstd_rand;

constexpr std::size_t header_size = 20;
constexpr int deepest = 20;

/// Codes and vendors whose rules differ.
Avp renamed(Avp avp, Random& random) {
  static constexpr std::array<std::uint32_t, 24> codes = {1,   33,  55,  258, 260, 263, 264, 266, 268, 277, 278,  279,
                                                          280, 282, 283, 284, 293, 296, 601, 614, 628, 700, 1001, 9999};
  static constexpr std::array<std::uint32_t, 4> vendors = {0, 10415, 32473, 4711};
  if (random() % 2 == 0) avp.code = codes.at(random() % codes.size());
  if (random() % 4 == 0) avp.vendor = vendors.at(random() % vendors.size());
  if (random() % 4 == 0) avp.mandatory = !avp.mandatory;
  return avp;
}

std::string octets_changed(std::string octets) {
  const std::size_t size = octets.size();
  octets.resize(size + 16);
  octets.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(octets.data()), size, octets.size()));
  return octets;
}

std::string avps_changed(const std::string& octets, Random& random, int depth) {
  auto avps = client::decode_avps(octets);
  if (!avps || avps->empty() || depth == deepest) return octets_changed(octets);
  const std::size_t which = random() % avps->size();
  Avp& avp = (*avps)[which];
  const auto place = avps->begin() + static_cast<std::ptrdiff_t>(which);
  switch (random() % 10) {
    case 0:
      avps->erase(place);
      break;
    case 1:
      avps->insert(place, Avp(avp));
      break;
    case 2:
      std::swap(avp, (*avps)[random() % avps->size()]);
      break;
    case 3:
      avp = renamed(avp, random);
      break;
    case 4:
      avps->insert(place, renamed(avp, random));
      break;
    case 5:
      avp = client::group_avp(random() % 2 == 0 ? 284 : 279, {avp}, 0, random() % 2 == 0);
      break;
    case 6:
      avp.announced = static_cast<std::uint32_t>(random() % (avp.data.size() + 24));
      break;
    default:
      avp.data = avps_changed(avp.data, random, depth + 1);
  }
  std::string out;
  for (const Avp& one : *avps) out += client::encode(one);
  return out;
}

}  // namespace
}  // namespace vouchsafe::fuzz

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned int seed) {
  using vouchsafe::fuzz::header_size;
  vouchsafe::fuzz::Random random(seed);
  if (size <= header_size || random() % 4 == 0) {
    size = LLVMFuzzerMutate(data, size, most);
  } else {
    const std::string changed =
        vouchsafe::fuzz::avps_changed(std::string(vouchsafe::fuzz::text(data, size).substr(header_size)), random, 0);
    size = std::min(most, header_size + changed.size());
    std::copy_n(changed.begin(), size - header_size, data + header_size);
  }
  if (size < header_size) return size;
  data[0] = 1;
  for (std::size_t i = 0; i < 3; ++i) data[1 + i] = static_cast<std::uint8_t>(size >> (8 * (2 - i)));
  return size;
}
