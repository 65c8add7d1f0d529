// The arithmetic of fragments: a warp meets, and the last lane computes for all of them.
#include "mma.h"
#include "world.hpp"

namespace emulator {
namespace {

struct Operands {
  FragmentC* d;
  const FragmentA* a;
  const FragmentB* b;
  const FragmentC* c;
  Place place;
};

const Operands& of_lane(const std::uint64_t* lanes, int lane) {
  return *reinterpret_cast<const Operands*>(lanes[lane]);
}

void multiply(std::uint64_t* lanes) {
  std::array<double, 256> a{};
  std::array<double, 256> b{};
  std::array<double, 256> sums{};
  const Operands& first = of_lane(lanes, 0);
  for (int lane = 0; lane < 32; ++lane) {
    const Operands& own = of_lane(lanes, lane);
    if (own.a->origin != first.a->origin || own.b->origin != first.b->origin) {
      wrong_use("lanes of a warp multiply matrices that they loaded from different places", own.place);
    }
    for (int place = 0; place < 8; ++place) {
      const auto element = static_cast<std::size_t>(element_of(lane, place));
      a[element] = static_cast<double>(__bfloat162float(own.a->x[place]));
      b[element] = static_cast<double>(__bfloat162float(own.b->x[place]));
      sums[element] = static_cast<double>(own.c->x[place]);
    }
  }
  for (std::size_t row = 0; row < 16; ++row) {
    for (std::size_t k = 0; k < 16; ++k) {
      for (std::size_t column = 0; column < 16; ++column) {
        sums[row * 16 + column] += a[row * 16 + k] * b[k * 16 + column];
      }
    }
  }
  for (int lane = 0; lane < 32; ++lane) {
    for (int place = 0; place < 8; ++place) {
      of_lane(lanes, lane).d->x[place] =
          static_cast<float>(sums[static_cast<std::size_t>(element_of(lane, place))]);
    }
  }
}

}  // namespace

int element_of(int lane, int place) {
  // Multiplying by an odd number permutes the numbers below 256.
  const auto odd = static_cast<unsigned>(world().seed * 2 + 1);
  return static_cast<int>(static_cast<unsigned>(lane * 8 + place) * odd % 256);
}

void check_matrix(const void* address, unsigned stride, std::size_t element_bytes, Place place) {
  if (reinterpret_cast<std::uintptr_t>(address) % 32 != 0)
    wrong_use("a matrix is not aligned to 32 bytes", place);
  if (stride < 16 || stride * element_bytes % 16 != 0) {
    wrong_use("the rows of a matrix do not begin 16 bytes apart, or overlap", place);
  }
}

void multiply_fragments(FragmentC& d, const FragmentA& a, const FragmentB& b, const FragmentC& c,
                        Place place) {
  const Operands own{&d, &a, &b, &c, place};
  meet(0xffffffffU, reinterpret_cast<std::uint64_t>(&own), place, multiply);
}

}  // namespace emulator
