// Finished tiles on disk: written, read by others, torn and damaged.
#include "shoal/journal/tile_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <thread>

#include "shoal/base/file.hpp"
#include "shoal/base/random.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Digest kKey = sha256("a stage");

TileInput input_of(std::int64_t tile) {
  TileInput input{};
  input[0] = static_cast<std::uint8_t>(tile);
  input[15] = 7;
  return input;
}

std::vector<std::byte> payload_of(std::int64_t tile) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(50 + 13 * tile));
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(i * 31 + static_cast<std::size_t>(tile));
  return bytes;
}

std::vector<std::byte> bytes_of_file(const fs::path& path) { return read_file(path); }

void write_bytes(const fs::path& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::string> damage_of(const fs::path& folder) {
  const JournalSegments segments(folder, kKey, JournalSegments::list(folder));
  std::vector<std::string> damage;
  for (std::size_t s = 0; s < segments.names().size(); ++s) {
    for (std::string& sentence : segments.verify(static_cast<std::int32_t>(s))) {
      damage.push_back(std::move(sentence));
    }
  }
  return damage;
}

class TileJournalTest : public ::testing::Test {
 protected:
  void write(int rank, std::initializer_list<std::int64_t> tiles, bool sealed,
             JournalSettings settings = {}) {
    TileWriter writer(folder(), kKey, rank, settings);
    for (const std::int64_t tile : tiles) {
      writer.append(tile, input_of(tile), {tile, 1}, payload_of(tile));
    }
    if (sealed) writer.seal();
  }
  [[nodiscard]] fs::path folder() const { return scratch_.path() / "images-0123"; }
  [[nodiscard]] fs::path only_segment() const {
    const auto names = JournalSegments::list(folder());
    EXPECT_EQ(names.size(), 1U);
    return folder() / names.front();
  }
  /// Tiles that can be read, each compared with what was written.
  std::vector<std::int64_t> readable(std::vector<std::string>& damage, const Digest& key = kKey) const {
    const JournalSegments segments(folder(), key, JournalSegments::list(folder()));
    std::vector<std::int64_t> tiles;
    for (std::size_t s = 0; s < segments.names().size(); ++s) {
      for (const TilePlace& place : segments.read_index(static_cast<std::int32_t>(s), damage)) {
        const auto bytes = segments.read(place, damage);
        if (!bytes) continue;
        EXPECT_EQ(*bytes, payload_of(place.tile)) << "a wrong payload was taken for tile " << place.tile;
        EXPECT_EQ(place.input, input_of(place.tile));
        tiles.push_back(place.tile);
      }
    }
    std::sort(tiles.begin(), tiles.end());
    return tiles;
  }

  testing::ScratchFolder scratch_;
};

TEST_F(TileJournalTest, WhatWasAppendedIsReadByAnotherSealedOrNot) {
  write(0, {4, 2}, true);
  write(1, {7}, false);
  write(0, {9}, true);
  std::vector<std::string> damage;
  EXPECT_EQ(readable(damage), (std::vector<std::int64_t>{2, 4, 7, 9}));
  EXPECT_THAT(damage, IsEmpty());
  EXPECT_THAT(damage_of(folder()), IsEmpty());
  EXPECT_THAT(JournalSegments::list(folder()), SizeIs(3));
}

TEST_F(TileJournalTest, AMissingFolderIsEmpty) {
  EXPECT_THAT(JournalSegments::list(folder()), IsEmpty());
}

TEST_F(TileJournalTest, ASegmentIsSealedWhenItIsFull) {
  write(0, {1, 2, 3, 4, 5}, true, {.segment_bytes = 300});
  EXPECT_GT(JournalSegments::list(folder()).size(), 1U);
  std::vector<std::string> damage;
  EXPECT_EQ(readable(damage), (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  EXPECT_THAT(damage, IsEmpty());
}

TEST_F(TileJournalTest, ManyThreadsAppendToOneSegment) {
  {
    TileWriter writer(folder(), kKey, 0, {.sync_every = std::chrono::milliseconds(100)});
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&writer, thread] {
        for (std::int64_t tile = thread; tile < 100; tile += 4) {
          writer.append(tile, input_of(tile), {tile, 1}, payload_of(tile));
        }
      });
    }
  }
  std::vector<std::string> damage;
  EXPECT_THAT(readable(damage), SizeIs(100));
  EXPECT_THAT(damage, IsEmpty());
}

TEST_F(TileJournalTest, ATailTornAtAnyByteCostsOnlyTheTileInWork) {
  write(0, {0, 1, 2}, false);
  const fs::path segment = only_segment();
  const auto whole = bytes_of_file(segment);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    write_bytes(segment, std::span(whole).first(length));
    std::vector<std::string> damage;
    const auto tiles = readable(damage);
    EXPECT_THAT(damage, IsEmpty()) << "a torn tail of " << length << " bytes was called damage";
    std::size_t expected = 0;
    for (std::size_t end = 64; expected < 3; ++expected) {
      end += 64 + (payload_of(static_cast<std::int64_t>(expected)).size() + 7) / 8 * 8;
      if (end > length) break;
    }
    ASSERT_EQ(tiles.size(), expected) << "at " << length << " bytes";
  }
}

TEST_F(TileJournalTest, ASealedSegmentThatLostItsEndIsToldAndItsTilesStand) {
  write(0, {0, 1, 2}, true);
  const fs::path segment = only_segment();
  const auto whole = bytes_of_file(segment);
  write_bytes(segment, std::span(whole).first(whole.size() - 10));
  std::vector<std::string> damage;
  EXPECT_EQ(readable(damage), (std::vector<std::int64_t>{0, 1, 2}));
  ASSERT_FALSE(damage.empty());
  EXPECT_THAT(damage.front(), HasSubstr(segment.filename().string()));
}

TEST_F(TileJournalTest, AnotherKeysTilesAreNotTaken) {
  write(0, {0}, true);
  std::vector<std::string> damage;
  EXPECT_THAT(readable(damage, sha256("other settings")), IsEmpty());
  EXPECT_THAT(damage, SizeIs(1));
}

/// Flips one bit at a time: each must be told, and no wrong payload be read.
void expect_every_flip_found(const fs::path& segment, int flips, std::uint64_t seed,
                             const std::function<std::vector<std::string>()>& look) {
  const auto whole = read_file(segment);
  const RandomStream random(seed, "flips");
  for (int i = 0; i < flips; ++i) {
    auto flipped = whole;
    const std::uint64_t bit = random.below(whole.size() * 8, 0, static_cast<std::uint64_t>(i));
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    write_bytes(segment, flipped);
    const auto damage = look();
    ASSERT_FALSE(damage.empty()) << "the flipped bit " << bit << " was not found";
    ASSERT_THAT(damage.front(), HasSubstr(segment.filename().string()));
  }
  write_bytes(segment, whole);
}

TEST_F(TileJournalTest, EveryFlippedBitIsFoundAndNoWrongTileIsRead) {
  for (const bool sealed : {false, true}) {
    fs::remove_all(folder());
    write(0, {0, 1, 2, 3}, sealed);
    expect_every_flip_found(only_segment(), 5000, sealed ? 1 : 2, [&] {
      std::vector<std::string> damage;
      readable(damage);
      return damage_of(folder());
    });
    EXPECT_THAT(damage_of(folder()), IsEmpty());
  }
}

TEST_F(TileJournalTest, BehindADamagedRecordTheOthersStand) {
  write(0, {0, 1, 2}, false);
  const fs::path segment = only_segment();
  auto bytes = bytes_of_file(segment);
  bytes[64 + 12] ^= std::byte{1};  // in the header of the first record
  write_bytes(segment, bytes);
  std::vector<std::string> damage;
  EXPECT_EQ(readable(damage), (std::vector<std::int64_t>{1, 2}));
  EXPECT_THAT(damage, SizeIs(1));
}

}  // namespace
}  // namespace shoal
