// Checkpoints on disk.
#include "shoal/journal/state_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

TEST(StateFileTest, TheLastStateIsReadAndEveryFlippedBitIsFound) {
  const testing::ScratchFolder scratch;
  const auto path = scratch.path() / "work/cluster-01";
  const StateFile file(path, sha256("key"));
  std::string damage;
  EXPECT_FALSE(file.load(damage));
  const std::vector<std::byte> state(37, std::byte{5});
  file.save(std::vector<std::byte>(99));
  file.save(state);
  EXPECT_EQ(file.load(damage), state);
  EXPECT_EQ(damage, "");
  EXPECT_FALSE(StateFile(path, sha256("another key")).load(damage));
  const auto whole = read_file(path);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto flipped = whole;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(flipped.data()), static_cast<std::streamsize>(flipped.size()));
    damage.clear();
    ASSERT_FALSE(file.load(damage)) << "bit " << bit;
    ASSERT_NE(damage.find("cluster-01"), std::string::npos);
  }
}

}  // namespace
}  // namespace shoal
