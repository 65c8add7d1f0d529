// The arithmetic of fragments: a warp meets, and the last lane computes for all of them. Sums are as inexact
// as any tensor core's: products of eight k and the sum so far are cut off below the last bit that float32
// has beside the largest of them, and so is what they come to.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

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

constexpr std::size_t kBlock = 8;

/// The last bit that float32 has beside x, which is finite and not 0.
double last_bit_beside(double x) {
  const auto exponent = static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7ff) - 1023;
  const int last = std::max(exponent - 23, -149);
  return std::bit_cast<double>(static_cast<std::uint64_t>(last + 1023) << 52);
}

/// Toward zero, to a multiple of `unit`, a power of two.
double cut(double x, double unit) { return static_cast<double>(static_cast<std::int64_t>(x / unit)) * unit; }

/// addends: kBlock products and the sum so far. Not finite where one of them is not.
double add_up(const std::array<double, kBlock + 1>& addends) {
  double largest = 0.0;
  double sum = 0.0;
  for (const double x : addends) {
    largest = std::max(largest, std::abs(x));
    sum += x;
  }
  if (largest == 0.0 || !std::isfinite(sum)) return sum;
  const double unit = last_bit_beside(largest);
  const double units = 1.0 / unit;
  std::int64_t whole = 0;
  for (const double x : addends) whole += static_cast<std::int64_t>(x * units);
  sum = static_cast<double>(whole) * unit;
  return sum == 0.0 ? 0.0 : cut(sum, last_bit_beside(sum));
}

/// The sum of products of a row of a and a column of b, sixteen of each, and of what was there.
double multiply_add(const double* a, const double* b, double sum) {
  for (std::size_t first = 0; first < 16; first += kBlock) {
    std::array<double, kBlock + 1> addends{};
    for (std::size_t k = 0; k < kBlock; ++k) addends[k] = a[first + k] * b[(first + k) * 16];
    addends[kBlock] = sum;
    sum = add_up(addends);
  }
  return sum;
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
    for (std::size_t column = 0; column < 16; ++column) {
      double& sum = sums[row * 16 + column];
      sum = multiply_add(&a[row * 16], &b[column], sum);
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
