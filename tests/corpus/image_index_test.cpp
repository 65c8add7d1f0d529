// Names to numbered files, on any number of ranks.
#include "shoal/corpus/image_index.hpp"

#include <gtest/gtest.h>

#include "shoal/base/digest.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::world;

std::string begins_with_i(std::span<const std::byte> beginning) {
  return static_cast<char>(beginning[0]) == 'I' ? "" : "the file is not an image";
}

class ImageIndexTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("p/a.jpg", "I a");
    folder_.write("p/sub/b.jpg", "I b");
    folder_.write("p/text.jpg", "text");
    folder_.write("p/empty.jpg", "");
    folder_.write("p/both.jpg", "I first");
    folder_.write("q/both.jpg", "I second");
    folder_.write("p/folder.jpg/inside", "");
  }

  /// 600 posts in three blocks; a few name images.
  [[nodiscard]] ImageIndex index(const std::vector<std::string>& folders, std::int64_t tile = 2) const {
    const std::vector<std::pair<int, std::string>> named{
        {3, "missing.jpg"}, {5, "sub/b.jpg"},  {300, "a.jpg"},      {301, "sub/b.jpg"},
        {599, "both.jpg"},  {400, "text.jpg"}, {401, "folder.jpg"}, {402, "empty.jpg"}};
    const BlockPartition partition(600, world().size());
    const RowRange mine = partition.owned_by(world().rank());
    std::vector<Post> posts(static_cast<std::size_t>(mine.size()));
    for (const auto& [row, name] : named) {
      if (mine.contains(row)) posts[static_cast<std::size_t>(row - mine.begin)].image = name;
    }
    std::vector<std::string> paths;
    for (const std::string& folder : folders) paths.push_back(folder_ / folder);
    return index_images(world(), posts, partition, paths, begins_with_i, tile, 1);
  }

  [[nodiscard]] static std::vector<ImageCandidate> all_candidates(const ImageIndex& index) {
    std::vector<ImageCandidate> all;
    for (const ImageCandidate& c : index.at_home) all.push_back(c);
    std::vector<std::string> names;
    std::vector<std::pair<std::int64_t, std::pair<std::string, std::int64_t>>> mine;
    for (const auto& c : all) mine.emplace_back(c.number, std::pair(c.ref.name, c.posts * 10 + c.ref.folder));
    all.clear();
    std::vector<std::pair<std::int64_t, std::pair<std::string, std::int64_t>>> gathered;
    for (auto& part : all_gather_objects(world(), mine))
      gathered.insert(gathered.end(), part.begin(), part.end());
    std::sort(gathered.begin(), gathered.end());
    for (const auto& [number, rest] : gathered) {
      all.push_back({number, {rest.first, static_cast<int>(rest.second % 10)}, rest.second / 10});
    }
    return all;
  }

 private:
  testing::SharedFolder folder_;
};

TEST_F(ImageIndexTest, NumbersFilesByFirstUse) {
  const ImageIndex index = this->index({"p", "q"});
  const auto candidates = all_candidates(index);
  ASSERT_EQ(candidates.size(), 3u);
  EXPECT_EQ(index.candidates, 3);
  EXPECT_EQ(candidates[0].ref.name, "sub/b.jpg");
  EXPECT_EQ(candidates[0].posts, 2);
  EXPECT_EQ(candidates[1].ref.name, "a.jpg");
  EXPECT_EQ(candidates[2].ref.name, "both.jpg");
  EXPECT_EQ(index.named, 7);
  EXPECT_EQ(index.missing, 1);
  EXPECT_EQ(index.unreadable, 3);
  EXPECT_EQ(world().sum(static_cast<std::int64_t>(index.quarantine.size())), 3);
}

TEST_F(ImageIndexTest, PostsLearnWhatBecameOfTheirImage) {
  const ImageIndex index = this->index({"p", "q"});
  const RowRange mine = BlockPartition(600, world().size()).owned_by(world().rank());
  const auto expect = [&](std::int64_t row, ImageState state, std::int64_t candidate) {
    if (!mine.contains(row)) return;
    const auto i = static_cast<std::size_t>(row - mine.begin);
    EXPECT_EQ(index.post_state[i], state) << row;
    EXPECT_EQ(index.post_candidate[i], candidate) << row;
  };
  expect(0, ImageState::none, -1);
  expect(3, ImageState::missing, -1);
  expect(5, ImageState::present, 0);
  expect(301, ImageState::present, 0);
  expect(300, ImageState::present, 1);
  expect(400, ImageState::unreadable, -1);
  expect(401, ImageState::unreadable, -1);
}

TEST_F(ImageIndexTest, OfTwoCopiesTheOneWithTheLowerDigestCountsInAnyOrderOfFolders) {
  const bool first_is_lower = sha256(std::string_view("I first")) < sha256(std::string_view("I second"));
  EXPECT_EQ(all_candidates(index({"p", "q"}))[2].ref.folder, first_is_lower ? 0 : 1);
  EXPECT_EQ(all_candidates(index({"q", "p"}))[2].ref.folder, first_is_lower ? 1 : 0);
}

TEST_F(ImageIndexTest, EachRankIsHomeToARunOfTiles) {
  const ImageIndex index = this->index({"p", "q"}, 1);
  for (const ImageCandidate& candidate : index.at_home) {
    EXPECT_EQ(home_of_tile(candidate.number, index.candidates, world().size()), world().rank());
  }
  std::int64_t before = -1;
  for (std::int64_t tile = 0; tile < 10; ++tile) {
    const std::int64_t home = home_of_tile(tile, 10, 4);
    EXPECT_TRUE(home == before || home == before + 1);
    before = home;
  }
  EXPECT_EQ(before, 3);
}

TEST_F(ImageIndexTest, SizesAndTimesOfFilesAreTold) {
  for (const ImageCandidate& candidate : index({"p", "q"}).at_home) {
    EXPECT_EQ(candidate.bytes, candidate.ref.name == "both.jpg" ? (candidate.ref.folder == 0 ? 7 : 8) : 3);
    EXPECT_GT(candidate.modified, std::int64_t{1'600'000'000} * 1'000'000'000);
  }
}

}  // namespace
}  // namespace shoal
