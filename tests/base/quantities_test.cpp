// Bytes and durations, from nothing to a great deal.
#include "shoal/base/quantities.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace shoal {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

TEST(Quantities, BytesOfFilesAreToldInPowersOfAThousand) {
  const auto text = [](std::int64_t bytes) { return bytes_text(bytes, ByteUnits::decimal); };
  EXPECT_EQ(text(0), "0 bytes");
  EXPECT_EQ(text(1), "1 byte");
  EXPECT_EQ(text(999), "999 bytes");
  EXPECT_EQ(text(1000), "1.0 kB");
  EXPECT_EQ(text(999'999), "1000.0 kB");
  EXPECT_EQ(text(123'456'789), "123.5 MB");
  EXPECT_EQ(text(2'000'000'000), "2.0 GB");
  EXPECT_EQ(text(5'000'000'000'000'000), "5000.0 TB");
}

TEST(Quantities, BytesOfMemoryAreToldInPowersOf1024) {
  const auto text = [](std::int64_t bytes) { return bytes_text(bytes, ByteUnits::binary); };
  EXPECT_EQ(text(300 * kMiB), "300 MiB");
  EXPECT_EQ(text(kMiB + kMiB / 2), "1.5 MiB");
  EXPECT_EQ(text(1280 * kMiB), "1.25 GiB");
  EXPECT_EQ(text(3 * kMiB * kMiB / 2), "1.50 TiB");
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max()), "8388608.00 TiB");
}

TEST(Quantities, AFewBytesOfMemoryAreNotNoMemory) {
  const auto text = [](std::int64_t bytes) { return bytes_text(bytes, ByteUnits::binary); };
  EXPECT_EQ(text(0), "0 bytes");
  EXPECT_EQ(text(1), "1 byte");
  EXPECT_EQ(text(1023), "1023 bytes");
  EXPECT_EQ(text(12800), "12.5 KiB");
  EXPECT_EQ(text(kMiB * 7 / 10), "0.7 MiB");
  EXPECT_EQ(text(kMiB / 10 + 1), "0.1 MiB");
}

TEST(Quantities, DurationsAreToldInTheUnitThatFits) {
  EXPECT_EQ(duration_text(0.4), "0.4 s");
  EXPECT_EQ(duration_text(45.2), "45 s");
  EXPECT_EQ(duration_text(119), "119 s");
  EXPECT_EQ(duration_text(2100), "35 minutes");
  EXPECT_EQ(duration_text(9000), "2.5 hours");
  EXPECT_EQ(duration_text(12 * 86400.0), "12.0 days");
}

TEST(Quantities, AMomentIsNotNoTime) {
  EXPECT_EQ(duration_text(0), "0 s");
  EXPECT_EQ(duration_text(0.001), "less than 0.1 s");
  EXPECT_EQ(duration_text(0.1), "0.1 s");
}

}  // namespace
}  // namespace shoal
