// `shoal diff`: finds what differs, and how far.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "shoal/base/error.hpp"
#include "shoal/store/compare.hpp"
#include "store/sample_results.hpp"
#include "store/shared_folder.hpp"
#include "support/mpi_world.hpp"

namespace shoal::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Outcome = ArrayComparison::Outcome;

/// Two folders of results; the second one's posts have another caption length in row 300.
struct TwoResults {
  explicit TwoResults(std::int64_t second) : folder(world()), a(folder.path() / "a"), b(folder.path() / "b") {
    if (world().is_root()) {
      fs::create_directory(a);
      fs::create_directory(b);
    }
    world().barrier();
    write_sample_posts(world(), a / "posts.h5ad");
    write_sample_posts(world(), b / "posts.h5ad", second);
  }
  SharedFolder folder;
  fs::path a;
  fs::path b;
};

const ArrayComparison& array_of(const FileComparison& file, const std::string& path) {
  for (const ArrayComparison& array : file.arrays) {
    if (array.path == path) return array;
  }
  throw std::runtime_error("no array " + path);
}

TEST(CompareResults, CallsEqualFilesIdentical) {
  const TwoResults two(300);
  const ResultsComparison comparison = compare_results(two.a, two.b);
  EXPECT_TRUE(comparison.identical());
  EXPECT_THAT(format_comparison(comparison), HasSubstr("posts.h5ad: identical, byte for byte"));
}

TEST(CompareResults, FindsTheOneValueThatDiffers) {
  const TwoResults two(330);
  const ResultsComparison comparison = compare_results(two.a, two.b);
  EXPECT_FALSE(comparison.identical());
  ASSERT_EQ(comparison.files.size(), 1U);
  const ArrayComparison& array = array_of(comparison.files[0], "obs/caption_length");
  EXPECT_EQ(array.outcome, Outcome::different_values);
  EXPECT_EQ(array.values, kSamplePosts);
  EXPECT_EQ(array.differing, 1);
  EXPECT_EQ(array.largest_absolute, 30);
  EXPECT_DOUBLE_EQ(array.largest_relative, 30.0 / 330.0);
  // NaN stands in this column on both sides, and is no difference.
  EXPECT_EQ(array_of(comparison.files[0], "obs/topics_distance").outcome, Outcome::identical);
  EXPECT_THAT(format_comparison(comparison),
              HasSubstr("obs/caption_length: 1 of 600 values differ, by up to 30"));
}

TEST(CompareResults, ComparesTwoFilesByPath) {
  const TwoResults two(330);
  EXPECT_FALSE(compare_results(two.a / "posts.h5ad", two.b / "posts.h5ad").identical());
  EXPECT_TRUE(compare_results(two.a / "posts.h5ad", two.a / "posts.h5ad").identical());
  EXPECT_THROW(compare_results(two.a, two.b / "posts.h5ad"), InputError);
}

TEST(CompareResults, NamesWhatStandsOnOneSideOnly) {
  const TwoResults two(300);
  write_sample_images(world(), two.b / "images.h5ad");
  const ResultsComparison folders = compare_results(two.a, two.b);
  EXPECT_FALSE(folders.identical());
  EXPECT_THAT(format_comparison(folders), HasSubstr("images.h5ad: only in the second"));
  const ResultsComparison files = compare_results(two.a / "posts.h5ad", two.b / "images.h5ad");
  EXPECT_EQ(array_of(files.files[0], "X/data").outcome, Outcome::only_in_a);
  EXPECT_EQ(array_of(files.files[0], "X").outcome, Outcome::only_in_b);
  EXPECT_EQ(array_of(files.files[0], "obs/_index").outcome, Outcome::different_kind_or_shape);
}

TEST(CompareResults, RefusesAFolderWithoutResults) {
  const SharedFolder folder(world());
  EXPECT_THROW(compare_results(folder.path(), folder.path()), InputError);
}

}  // namespace
}  // namespace shoal::testing
