// The passes over vectors of four lanes, as AVX-512 has them, on any processor: lanes here are plain numbers.
// What remains for a processor with AVX-512 is whether each instruction does what its line says.
#include <gtest/gtest.h>

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>

#define SHOAL_TARGET __attribute__((target("sse4.1")))

namespace shoal {
namespace {

struct Lanes {
  template <class T>
  using Numbers = std::array<T, 16 / sizeof(T)>;  // of a lane
  struct Vector {
    std::array<Numbers<std::uint8_t>, 4> lanes{};
  };

  template <class T>
  static Numbers<T> as(const Numbers<std::uint8_t>& lane) {
    Numbers<T> numbers{};
    std::memcpy(numbers.data(), lane.data(), 16);
    return numbers;
  }
  template <class T, class Make>
  static Vector made(const Make& number) {
    Vector v;
    for (std::size_t lane = 0; lane < 4; ++lane) {
      Numbers<T> numbers{};
      for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = number(lane, i);
      std::memcpy(v.lanes[lane].data(), numbers.data(), 16);
    }
    return v;
  }

  static Vector load(const std::uint8_t* bytes) {
    return made<std::uint8_t>([&](std::size_t lane, std::size_t i) { return bytes[16 * lane + i]; });
  }
  static void store(std::uint8_t* bytes, const Vector& v) { std::memcpy(bytes, v.lanes.data(), 64); }
  static Vector all32(std::int32_t number) {
    return made<std::int32_t>([&](std::size_t, std::size_t) { return number; });
  }
  static Vector add32(const Vector& a, const Vector& b) {
    return made<std::uint32_t>([&](std::size_t lane, std::size_t i) {
      return as<std::uint32_t>(a.lanes[lane])[i] + as<std::uint32_t>(b.lanes[lane])[i];
    });
  }
  template <int Bits>
  static Vector shift_left32(const Vector& v) {
    return made<std::uint32_t>(
        [&](std::size_t lane, std::size_t i) { return as<std::uint32_t>(v.lanes[lane])[i] << Bits; });
  }
  template <int Bits>
  static Vector shift_right32(const Vector& v) {
    return made<std::int32_t>(
        [&](std::size_t lane, std::size_t i) { return as<std::int32_t>(v.lanes[lane])[i] >> Bits; });
  }
  static Vector multiply_add16(const Vector& a, const Vector& b) {
    return made<std::int32_t>([&](std::size_t lane, std::size_t i) {
      const auto x = as<std::int16_t>(a.lanes[lane]), y = as<std::int16_t>(b.lanes[lane]);
      return x[2 * i] * y[2 * i] + x[2 * i + 1] * y[2 * i + 1];
    });
  }
  static Vector mix(const Vector& a, const Vector& b, std::size_t from) {
    return made<std::uint8_t>(
        [&](std::size_t lane, std::size_t i) { return (i % 2 == 0 ? a : b).lanes[lane][from + i / 2]; });
  }
  static Vector mix_low8(const Vector& a, const Vector& b) { return mix(a, b, 0); }
  static Vector mix_high8(const Vector& a, const Vector& b) { return mix(a, b, 8); }
  static Vector to_words(const Vector& a, const Vector& b) {
    return made<std::int16_t>([&](std::size_t lane, std::size_t i) {
      return static_cast<std::int16_t>(
          std::clamp(as<std::int32_t>((i < 4 ? a : b).lanes[lane])[i % 4], -32768, 32767));
    });
  }
  static Vector to_bytes(const Vector& a, const Vector& b) {
    return made<std::uint8_t>([&](std::size_t lane, std::size_t i) {
      return static_cast<std::uint8_t>(
          std::clamp<int>(as<std::int16_t>((i < 8 ? a : b).lanes[lane])[i % 8], 0, 255));
    });
  }
  template <int Lane>
  static __m128i lane(const Vector& v) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(v.lanes[Lane].data()));
  }
  static Vector spread_weights(const std::int16_t* weights) {
    return made<std::int16_t>(
        [&](std::size_t lane, std::size_t i) { return weights[2 * (lane % 2) + i % 2]; });
  }
  static Vector load_pixels(const std::uint8_t* const* rows, std::size_t offset) {
    return made<std::int16_t>([&](std::size_t lane, std::size_t i) {
      const std::uint8_t* pixel = rows[lane / 2] + offset + 3 * (2 * (lane % 2) + i % 2);
      return static_cast<std::int16_t>(i < 6 ? pixel[i / 2] : 0);
    });
  }
  static Vector add_lane_pairs(const Vector& a, const Vector& b) {
    return made<std::uint32_t>([&](std::size_t lane, std::size_t i) {
      const Vector& from = lane < 2 ? a : b;
      return as<std::uint32_t>(from.lanes[2 * (lane % 2)])[i] +
             as<std::uint32_t>(from.lanes[2 * (lane % 2) + 1])[i];
    });
  }
};

}  // namespace
}  // namespace shoal

#include "golden_tables.hpp"
#include "vision/resample_kernel.hpp"

namespace shoal {
namespace {

TEST(ResampleLanes, FourGiveThePlainBytesOnEveryWidth) {
  for (int width = 1; width < 50; ++width) {
    const int height = 1 + width * 7 % 23;
    const RgbImage image = made_image(width, height);
    const std::size_t stride = 3 * static_cast<std::size_t>(width);
    const SourceRows source{image.pixels.data(), stride, image.pixels.data() + image.pixels.size()};
    for (const int outputs : {1, width / 2 + 1, width + 3}) {
      const AxisPlan columns = plan_axis(width, outputs, 0, outputs);
      const std::size_t target_stride = 3 * columns.outputs() + 1;
      std::vector<std::uint8_t> plain(static_cast<std::size_t>(height) * target_stride), lanes(plain.size());
      const std::size_t done = resample_columns_by_lanes(source, static_cast<std::size_t>(height), columns,
                                                         {lanes.data(), target_stride});
      resample_columns(source, done, columns, {plain.data(), target_stride}, InstructionLevel::baseline);
      for (std::size_t y = 0; y < done; ++y) lanes[(y + 1) * target_stride - 1] = 0;
      EXPECT_EQ(plain, lanes) << width << " columns to " << outputs;

      const AxisPlan rows = plan_axis(height, outputs, 0, outputs);
      plain.assign(rows.outputs() * stride, 0);
      lanes = plain;
      const bool wide = resample_rows_by_lanes(source, 0, stride, rows, {lanes.data(), stride}) == stride;
      EXPECT_EQ(wide, stride >= 64);
      if (!wide) continue;
      resample_rows(source, 0, stride, rows, {plain.data(), stride}, InstructionLevel::baseline);
      EXPECT_EQ(plain, lanes) << height << " rows to " << outputs;
    }
  }
}

}  // namespace
}  // namespace shoal

#endif
