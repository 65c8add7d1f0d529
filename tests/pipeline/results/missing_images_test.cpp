// missing-images.csv on any number of ranks.
#include "pipeline/results/missing_images.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/mpi_world.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::SharedFolder;
using testing::world;

/// What the ranks together write of `count` posts, of which every third one's image is missing.
/// backwards: whether they are stored so.
std::string written(const SharedFolder& folder, std::int64_t count, bool pseudonyms, bool backwards = false) {
  Table table;
  table.partition = BlockPartition(count, world().size());
  const RowRange mine = table.partition.owned_by(world().rank());
  if (backwards) {
    table.stored.emplace();
    for (std::int64_t row = mine.begin; row < mine.end; ++row) table.stored->push_back(count - 1 - row);
  }
  std::vector<Post> posts(static_cast<std::size_t>(mine.size()));
  std::vector<MissingImage> missing;
  for (std::int64_t i = 0; i < mine.size(); ++i) {
    const std::int64_t row = mine.begin + i;
    posts[static_cast<std::size_t>(i)].id = "ig:" + std::to_string(row);
    posts[static_cast<std::size_t>(i)].image = std::to_string(row) + ".jpg";
    if (row % 3 == 0) missing.push_back({i, row % 2 == 0});
  }
  const auto file =
      write_missing_images(world(), table, posts, missing, {pseudonyms}, folder / "missing-images.csv");
  EXPECT_EQ(file != nullptr, world().is_root());
  if (file) file->publish();
  world().barrier();
  const auto bytes = read_file(folder / "missing-images.csv");
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(MissingImages, HaveRowsInTheOrderOfThePostsWhoeverOwnsThem) {
  constexpr std::int64_t kPosts = 100'000;  // more than one part of a rank's
  const SharedFolder folder;
  const std::string csv = written(folder, kPosts, false);
  std::string expected = "post,image,reason\r\n";
  for (std::int64_t row = 0; row < kPosts; row += 3) {
    expected += "\"ig:" + std::to_string(row) + "\",\"" + std::to_string(row) + ".jpg\",\"";
    expected += row % 2 == 0
                    ? "several files have this name but for case, composition or separators; none was taken"
                    : "no file has this name";
    expected += "\"\r\n";
  }
  EXPECT_TRUE(csv == expected) << csv.substr(0, 300);
}

TEST(MissingImages, AreNamedByTheirPostAloneUnderPseudonyms) {
  const SharedFolder folder;
  EXPECT_EQ(written(folder, 2, true),
            "post,image,reason\r\n\"ig:0\",,\"several files have this name but for case, composition or "
            "separators; none was taken\"\r\n");
}

TEST(MissingImages, OfAllSlidesAreToldByTheirNumbers) {
  Post post;
  post.id = "ig:A";
  post.image = "a.jpg";
  post.further_images = {"b.jpg", "c.jpg"};
  const BlockPartition partition(1, world().size());
  const bool mine = partition.owned_by(world().rank()).size() > 0;
  Table table;
  table.partition = partition;
  const SharedFolder folder;
  const auto file = write_missing_images(
      world(), table, mine ? std::vector{post} : std::vector<Post>(),
      mine ? std::vector<MissingImage>{{0, false, 0}, {0, false, 2}} : std::vector<MissingImage>(),
      {.all_slides = true}, folder / "missing-images.csv");
  if (file) file->publish();
  world().barrier();
  const auto bytes = read_file(folder / "missing-images.csv");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
            "post,image,reason,slide\r\n\"ig:A\",\"a.jpg\",\"no file has this name\",1\r\n"
            "\"ig:A\",\"c.jpg\",\"no file has this name\",3\r\n");
}

TEST(MissingImages, StandAsTheirPostsAreStored) {
  const SharedFolder folder;
  const std::string csv = written(folder, 1000, true, true);
  std::size_t before = 0;
  for (std::int64_t row = 999; row >= 0; row -= 3) {
    const std::size_t at = csv.find("\"ig:" + std::to_string(row) + "\"");
    ASSERT_NE(at, std::string::npos) << row;
    EXPECT_GT(at, before) << row;
    before = at;
  }
}

TEST(MissingImages, OfNoneIsAHeading) {
  const SharedFolder folder;
  EXPECT_EQ(written(folder, 0, false), "post,image,reason\r\n");
}

}  // namespace
}  // namespace shoal
