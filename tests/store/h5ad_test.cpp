// Results files: the same bytes on any number of ranks, read back before they are named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <optional>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/store/h5ad_reader.hpp"
#include "shoal/store/h5ad_writer.hpp"
#include "store/sample_results.hpp"
#include "store/shared_folder.hpp"
#include "support/mpi_world.hpp"

namespace shoal::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string digest_of(const fs::path& path) { return to_hex(sha256(read_file(path))); }

RowRange my_rows(std::int64_t rows) { return BlockPartition(rows, world().size()).owned_by(world().rank()); }

/// What a call throws, as text; empty if it throws nothing.
template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void write_index(H5adWriter& writer, std::span<const std::string> rows,
                 const std::vector<std::string>& columns) {
  EXPECT_TRUE(writer.obs_strings("_index", rows));
  const RowRange share = writer.var_share();
  EXPECT_TRUE(
      writer.var_strings("_index", std::span(columns).subspan(static_cast<std::size_t>(share.begin),
                                                              static_cast<std::size_t>(share.size()))));
}

TEST(H5adWriter, WritesTheSameBytesOnAnyNumberOfRanks) {
  const SharedFolder folder(world());
  write_sample_posts(world(), folder.path() / "posts.h5ad");
  write_sample_images(world(), folder.path() / "images.h5ad");
  if (!world().is_root()) return;
  const auto alone = make_single_rank();
  write_sample_posts(*alone, folder.path() / "alone-posts.h5ad");
  write_sample_images(*alone, folder.path() / "alone-images.h5ad");
  EXPECT_EQ(digest_of(folder.path() / "posts.h5ad"), digest_of(folder.path() / "alone-posts.h5ad"));
  EXPECT_EQ(digest_of(folder.path() / "images.h5ad"), digest_of(folder.path() / "alone-images.h5ad"));
}

TEST(H5adWriter, LeavesOnlyTheFinalName) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  if (world().is_root())
    std::ofstream(partial_name(path)) << "left over by a killed run, and longer than nothing";
  world().barrier();
  write_sample_posts(world(), path);
  EXPECT_TRUE(fs::exists(path));
  EXPECT_FALSE(fs::exists(partial_name(path)));
}

TEST(H5adWriter, TakesRanksThatOwnNoRows) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "small.h5ad";
  // Ten rows are one block: all but one rank own nothing.
  const RowRange mine = my_rows(10);
  {
    H5adWriter writer(world(), path, mine, 10, 3);
    std::vector<std::string> names;
    CsrMatrix x;
    x.columns = 3;
    for (std::int64_t row = mine.begin; row < mine.end; ++row) {
      names.push_back("row " + std::to_string(row));
      if (row == 7) {
        x.indices.push_back(2);
        x.values.push_back(0.5F);
      }
      x.close_row();
    }
    write_index(writer, names, {"a", "b", "c"});
    writer.x_csr(x.view());
    writer.uns({});
    writer.publish();
  }
  const H5adFile file(path);
  EXPECT_EQ(file.rows(), 10);
  EXPECT_EQ(file.strings("obs/_index")[9], "row 9");
  EXPECT_THAT(file.integers("X/indptr"), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1));
  EXPECT_THAT(file.integers("X/indices"), ElementsAre(2));
  EXPECT_THAT(file.numbers("X/data"), ElementsAre(0.5));
}

TEST(H5adWriter, TakesATableWithoutRowsAndColumns) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "empty.h5ad";
  {
    H5adWriter writer(world(), path, {}, 0, 0);
    write_index(writer, {}, {});
    writer.x_csr(CsrMatrix().view());
    writer.uns({});
    writer.publish();
  }
  const H5adFile file(path);
  EXPECT_EQ(file.rows(), 0);
  EXPECT_THAT(file.integers("X/indptr"), ElementsAre(0));
}

TEST(H5adWriter, TakesAPartOfALargerSparseMatrix) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "part.h5ad";
  const std::vector<std::int64_t> offsets{5, 6, 6, 8};
  const std::vector<std::int32_t> indices{9, 9, 9, 9, 9, 1, 0, 1};
  const std::vector<float> values{9, 9, 9, 9, 9, 1, 2, 3};
  const RowRange mine = my_rows(3);
  const bool owner = mine.size() == 3;
  {
    H5adWriter writer(world(), path, mine, 3, 2);
    const std::vector<std::string> names{"x", "y", "z"};
    write_index(writer, std::span(names).first(owner ? 3 : 0), {"a", "b"});
    writer.x_csr({std::span(offsets).first(owner ? 4 : 1), indices, values, 2});
    writer.uns({});
    writer.publish();
  }
  const H5adFile file(path);
  EXPECT_THAT(file.integers("X/indptr"), ElementsAre(0, 1, 1, 3));
  EXPECT_THAT(file.numbers("X/data"), ElementsAre(1, 2, 3));
}

TEST(H5adWriter, NamesTheBlockThatReadsDifferently) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  std::optional<H5adWriter> writer;
  writer.emplace(world(), path, my_rows(kSamplePosts), kSamplePosts, kSampleTags);
  fill_sample_posts(*writer, my_rows(kSamplePosts));
  writer->close();
  if (world().is_root()) flip_bit_of(partial_name(path), "ig:post-0300");
  world().barrier();
  const std::string message = message_of([&] { writer->publish(); });
  // The rank that wrote the block says which; the others pass it on.
  EXPECT_THAT(message, HasSubstr("dataset 'obs/_index', block 1 (rows 256 to 511)"));
  EXPECT_EQ(message.starts_with("rank "), !my_rows(kSamplePosts).contains(300));
  EXPECT_FALSE(fs::exists(path));
  writer.reset();
  world().barrier();
  EXPECT_FALSE(fs::exists(partial_name(path)));
}

TEST(H5adWriter, StoresTextsOfVeryDifferentLengthsInTheirOwn) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  write_sample_posts(world(), path);
  const H5adFile file(path);
  const auto notes = file.strings("obs/note");
  ASSERT_EQ(notes.size(), static_cast<std::size_t>(kSamplePosts));
  EXPECT_EQ(notes[300], std::string(5000, 'n'));
  EXPECT_EQ(notes[299], "note 299\n");
  EXPECT_THAT(file.column_order("obs"), ::testing::Contains("note"));
  EXPECT_LT(fs::file_size(path), 30'000'000u / 10) << "padded, the notes alone would take 3 MB";
}

TEST(H5adWriter, FindsAFlippedBitInATextOfItsOwnLength) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  H5adWriter writer(world(), path, my_rows(kSamplePosts), kSamplePosts, kSampleTags);
  fill_sample_posts(writer, my_rows(kSamplePosts));
  writer.close();
  if (world().is_root()) flip_bit_of(partial_name(path), "note 299");
  world().barrier();
  EXPECT_THAT(message_of([&] { writer.publish(); }), HasSubstr("dataset 'obs/note'"));
}

TEST(H5adWriter, GivesSparseMatricesOneTypeOfIndices) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  write_sample_posts(world(), path);
  const H5adFile file(path);
  // SciPy cannot take rows out of a matrix whose two index arrays have different types.
  EXPECT_EQ(file.array("X/indices").element_bytes, 4u);
  EXPECT_EQ(file.array("X/indptr").element_bytes, 4u);
}

TEST(H5adWriter, FindsAFlippedBitInAnyBlockOfTheMatrix) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  H5adWriter writer(world(), path, my_rows(kSamplePosts), kSamplePosts, kSampleTags);
  fill_sample_posts(writer, my_rows(kSamplePosts));
  writer.close();
  // The value of post 599's last entry, the last of the matrix.
  const float last = 1.0F / 603.0F;
  std::string pattern(sizeof last, '\0');
  std::memcpy(pattern.data(), &last, sizeof last);
  if (world().is_root()) flip_bit_of(partial_name(path), pattern);
  world().barrier();
  EXPECT_THAT(message_of([&] { writer.publish(); }), HasSubstr("X/data"));
}

TEST(H5adWriter, RemovesWhatItDidNotPublish) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  { H5adWriter writer(world(), path, my_rows(kSamplePosts), kSamplePosts, kSampleTags); }
  world().barrier();
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(H5adWriter, FailsOnAllRanksWhenOneGivesTooFewValues) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  const RowRange mine = my_rows(kSamplePosts);
  {
    H5adWriter writer(world(), path, mine, kSamplePosts, kSampleTags);
    std::vector<std::int64_t> values(static_cast<std::size_t>(mine.size()));
    if (world().is_root()) values.pop_back();
    EXPECT_THROW(writer.obs_integers("likes", values), FailureError);
  }
  world().barrier();
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(H5adWriter, FailsInPlaceOfHangingWhenRanksCallDifferentMethods) {
  if (world().size() == 1) GTEST_SKIP() << "one rank cannot disagree with itself";
  const SharedFolder folder(world());
  H5adWriter writer(world(), folder.path() / "x.h5ad", my_rows(0), 0, 0);
  const std::string name = world().is_root() ? "likes" : "comments";
  EXPECT_THAT(message_of([&] { writer.obs_integers(name, {}); }), HasSubstr("disagree"));
}

TEST(H5adWriter, RefusesRowsThatNoRankGives) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "x.h5ad";
  EXPECT_THROW(H5adWriter(world(), path, my_rows(300), 301, 0), FailureError);
  const std::int64_t ranks = world().size();
  // Every rank begins one row too late.
  const RowRange late{world().rank() + 1, world().rank() + 2};
  EXPECT_THROW(H5adWriter(world(), path, late, ranks, 0), FailureError);
  world().barrier();
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(H5adWriter, RefusesWhatAReaderCouldNotTake) {
  const SharedFolder folder(world());
  H5adWriter writer(world(), folder.path() / "x.h5ad", my_rows(0), 0, 0);
  EXPECT_THAT(message_of([&] { writer.obs_integers("a/b", {}); }), HasSubstr("cannot name"));
  EXPECT_THAT(message_of([&] {
                writer.obs_categorical("c", {}, {"twin", "other", "twin"});
              }),
              HasSubstr("'twin'"));
  EXPECT_THAT(message_of([&] {
                EXPECT_TRUE(writer.var_strings("_index", {}));
                EXPECT_TRUE(writer.obs_strings("d", {}));
                static_cast<void>(writer.obs_strings("d", {}));
              }),
              HasSubstr("Two columns"));
  EXPECT_THAT(message_of([&] { writer.publish(); }), HasSubstr("no index"));
}

TEST(H5adWriter, ReportsAFolderThatIsNotThere) {
  const SharedFolder folder(world());
  EXPECT_THROW(write_sample_posts(world(), folder.path() / "missing" / "posts.h5ad"), Error);
}

TEST(H5adFile, ReadsWhatWasWritten) {
  const SharedFolder folder(world());
  const fs::path path = folder.path() / "posts.h5ad";
  write_sample_posts(world(), path);
  const H5adFile file(path);
  EXPECT_EQ(file.rows(), kSamplePosts);
  EXPECT_EQ(file.columns(), kSampleTags);
  EXPECT_THAT(file.column_order("obs"), ElementsAre("creator", "caption_length", "likes", "video", "topics",
                                                    "topics_distance", "day", "note"));
  EXPECT_EQ(file.strings("obs/_index")[599], "ig:post-0599");
  EXPECT_EQ(file.strings("obs/creator")[1], "1-ü");
  EXPECT_EQ(file.strings("obs/creator")[3], "");
  EXPECT_EQ(file.integers("obs/caption_length")[257], 257);
  EXPECT_EQ(file.integers("obs/video")[12], 1);
  EXPECT_TRUE(std::isnan(file.numbers("obs/topics_distance")[5]));
  EXPECT_EQ(file.strings("var/_index")[39], "tag39é");
  EXPECT_EQ(file.numbers("varm/topics_centroids")[159], 159);
  EXPECT_EQ(file.number_rows(file.array("obsm/X_map"), 597, 2), (std::vector<double>{0, 597, 0, 598}));
}

TEST(H5adFile, KeepsMissingApartFromNumbers) {
  const SharedFolder folder(world());
  write_sample_posts(world(), folder.path() / "posts.h5ad");
  const H5adFile file(folder.path() / "posts.h5ad");
  const std::vector<double> likes = file.numbers("obs/likes");
  EXPECT_TRUE(std::isnan(likes[4]));
  EXPECT_EQ(likes[5], 25);
  const Categorical topics = file.categorical("obs/topics");
  EXPECT_EQ(topics.categories[0], kAwkwardName);
  EXPECT_EQ(topics.codes[5], -1);
  EXPECT_EQ(topics.codes[6], 0);
}

TEST(H5adFile, ReadsTheTreeUnderUns) {
  const SharedFolder folder(world());
  write_sample_posts(world(), folder.path() / "posts.h5ad");
  EXPECT_EQ(H5adFile(folder.path() / "posts.h5ad").uns("uns/shoal"), sample_uns());
}

TEST(H5adFile, SaysWhatIsWrongWithAFile) {
  const SharedFolder folder(world());
  const fs::path text = folder.path() / "text.h5ad";
  if (world().is_root()) std::ofstream(text) << "no results";
  world().barrier();
  EXPECT_THROW(H5adFile{folder.path() / "absent.h5ad"}, InputError);
  EXPECT_THROW(H5adFile{folder.path()}, InputError);
  EXPECT_THAT(message_of([&] { const H5adFile file(text); }), HasSubstr("is not an HDF5 file"));
}

TEST(H5adFile, SaysWhatIsMissingOrOfAnotherKind) {
  const SharedFolder folder(world());
  write_sample_images(world(), folder.path() / "images.h5ad");
  const H5adFile file(folder.path() / "images.h5ad");
  EXPECT_THAT(message_of([&] { static_cast<void>(file.integers("obs/comments/values")); }),
              HasSubstr("no array 'obs/comments/values'"));
  EXPECT_THAT(message_of([&] { static_cast<void>(file.integers("obs/digest")); }), HasSubstr("holds text"));
}

}  // namespace
}  // namespace shoal::testing
