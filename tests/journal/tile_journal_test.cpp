// Finished tiles on disk: written, read by others, torn and damaged.
#include "shoal/journal/tile_journal.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>

#include "shoal/base/file.hpp"
#include "shoal/base/patience.hpp"
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
    TileReader reader(segments);
    for (std::size_t s = 0; s < segments.names().size(); ++s) {
      for (const TilePlace& place : segments.read_index(static_cast<std::int32_t>(s), damage)) {
        const auto bytes = reader.read(place, damage);
        if (!bytes) continue;
        EXPECT_TRUE(std::ranges::equal(*bytes, payload_of(place.tile)))
            << "a wrong payload was taken for tile " << place.tile;
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

TEST_F(TileJournalTest, AMissingFolderIsEmpty) { EXPECT_THAT(JournalSegments::list(folder()), IsEmpty()); }

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

std::vector<TilePlace> places_in(const JournalSegments& segments) {
  std::vector<TilePlace> places;
  std::vector<std::string> damage;
  for (std::size_t s = 0; s < segments.names().size(); ++s) {
    const auto of_segment = segments.read_index(static_cast<std::int32_t>(s), damage);
    places.insert(places.end(), of_segment.begin(), of_segment.end());
  }
  EXPECT_THAT(damage, IsEmpty());
  return places;
}

TEST_F(TileJournalTest, TilesAreReadSegmentBySegmentInTheirOrderThere) {
  write(0, {5, 1, 8}, true);
  write(1, {3, 2}, true);
  const JournalSegments segments(folder(), kKey, JournalSegments::list(folder()));
  std::vector<TilePlace> places = places_in(segments);
  std::ranges::sort(places, {}, &TilePlace::tile);
  const auto lists = by_segment(places);
  ASSERT_THAT(lists, SizeIs(2));
  std::vector<std::vector<std::int64_t>> tiles;
  for (const auto& list : lists) {
    tiles.emplace_back();
    for (const std::size_t i : list) tiles.back().push_back(places[i].tile);
  }
  EXPECT_THAT(tiles, ::testing::UnorderedElementsAre(std::vector<std::int64_t>{5, 1, 8},
                                                     std::vector<std::int64_t>{3, 2}));
  EXPECT_THAT(by_segment({}), IsEmpty());
}

TEST_F(TileJournalTest, ASegmentIsOpenedOnceForAllItsTiles) {
  write(0, {1, 4, 6}, true);
  write(1, {2, 3}, false);
  const JournalSegments segments(folder(), kKey, JournalSegments::list(folder()));
  const std::vector<TilePlace> places = places_in(segments);
  for (const auto& list : by_segment(places)) {
    TileReader reader(segments);
    for (const std::size_t i : list) {
      std::vector<std::string> damage;
      const auto payload = reader.read(places[i], damage);
      ASSERT_TRUE(payload) << "tile " << places[i].tile << " was looked for in a file that is gone";
      EXPECT_TRUE(std::ranges::equal(*payload, payload_of(places[i].tile)));
      // What is open stays readable; whoever opens it again finds nothing.
      fs::remove(folder() / segments.names()[static_cast<std::size_t>(places[i].segment)]);
    }
  }
}

/// Makes reads through this process's descriptor of a file fail.
void break_descriptor_of(const fs::path& path) {
  const int broken = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  int changed = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    if (fs::read_symlink(entry, error) != fs::canonical(path)) continue;
    ::dup2(broken, std::stoi(entry.path().filename()));
    ++changed;
  }
  ::close(broken);
  ASSERT_EQ(changed, 1);
}

TEST_F(TileJournalTest, ASegmentThatCannotBeReadAnyMoreIsOpenedAnew) {
  write(0, {1, 4}, true);
  const JournalSegments segments(folder(), kKey, JournalSegments::list(folder()));
  const std::vector<TilePlace> places = places_in(segments);
  TileReader reader(segments);
  std::vector<std::string> damage;
  ASSERT_TRUE(reader.read(places[0], damage));
  break_descriptor_of(only_segment());
  set_read_patience(std::chrono::milliseconds(15));
  const auto payload = reader.read(places[1], damage);
  set_read_patience(std::chrono::minutes(1));
  ASSERT_TRUE(payload);
  EXPECT_TRUE(std::ranges::equal(*payload, payload_of(4)));
  EXPECT_THAT(damage, IsEmpty());
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
