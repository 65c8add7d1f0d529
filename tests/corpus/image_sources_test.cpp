// What `images` of a job names.
#include "shoal/corpus/image_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {
namespace {

using ::testing::ElementsAre;
namespace fs = std::filesystem;

class ImageSourcesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"photos/sub", "shards", "photos/folder.tar"})
      fs::create_directories(folder_.path() / folder);
    for (const char* file : {"photos/a.jpg", "photos/b.tar", "photos/c.TAR", "photos/._b.tar",
                             "photos/sub/deeper.tar", "shards/1.tar", "shards/0.tar", "shards/notes.txt"})
      write_file_durably(folder_.path() / file, "12345");
  }
  /// Paths of the sources below the folder; shards in brackets, with what lists call them.
  [[nodiscard]] std::vector<std::string> list(const std::vector<std::string>& texts) const {
    std::vector<PathPattern> patterns;
    for (const std::string& text : texts) patterns.push_back({folder_.path().string(), text});
    std::vector<std::string> lines;
    for (const ImageSource& source : list_image_sources(patterns)) {
      const std::string path = fs::path(source.path).lexically_relative(folder_.path()).string();
      lines.push_back(source.shard ? "[" + path + " " + source.relative + "]" : path);
    }
    return lines;
  }
  ScratchFolder folder_;
};

TEST_F(ImageSourcesTest, AFolderIsOneAndTheArchivesDirectlyInItAreShards) {
  EXPECT_THAT(list({"photos"}), ElementsAre("photos", "[photos/b.tar b.tar]", "[photos/c.TAR c.TAR]"));
  EXPECT_THAT(list({"shards"}), ElementsAre("shards", "[shards/0.tar 0.tar]", "[shards/1.tar 1.tar]"));
}

TEST_F(ImageSourcesTest, FilesAndPatternsNameShards) {
  EXPECT_THAT(list({"shards/1.tar"}), ElementsAre("[shards/1.tar 1.tar]"));
  EXPECT_THAT(list({"shards/*.tar"}), ElementsAre("[shards/0.tar 0.tar]", "[shards/1.tar 1.tar]"));
  EXPECT_THAT(list({"*/1.tar"}), ElementsAre("[shards/1.tar shards/1.tar]"));
  EXPECT_THAT(list({"sh*"}), ElementsAre("shards", "[shards/0.tar 0.tar]", "[shards/1.tar 1.tar]"));
}

TEST_F(ImageSourcesTest, WhatIsNamedTwiceIsOneSource) {
  EXPECT_THAT(list({"shards/1.tar", "shards/", "shards", "photos/../shards/*.tar"}),
              ElementsAre("[shards/1.tar 1.tar]", "shards/", "[shards/0.tar 0.tar]"));
}

TEST_F(ImageSourcesTest, WhatIsNotThereIsAnError) {
  EXPECT_THROW(list({"nowhere"}), InputError);
  EXPECT_THROW(list({"nowhere/*.tar"}), InputError);
}

TEST_F(ImageSourcesTest, SizesAndTimesOfShardsAreTold) {
  const auto sources = list_image_sources({{folder_.path().string(), "shards/0.tar"}});
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].bytes, 5);
  EXPECT_GT(sources[0].modified, std::int64_t{1'600'000'000} * 1'000'000'000);
}

}  // namespace
}  // namespace shoal::testing
