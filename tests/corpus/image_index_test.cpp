// Names to numbered files, on any number of ranks.
#include "shoal/corpus/image_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using ::testing::HasSubstr;
using testing::world;

std::string begins_with_i(std::span<const std::byte> beginning) {
  return static_cast<char>(beginning[0]) == 'I' ? "" : "the file is not an image";
}

/// Writes an archive on rank 0.
void write_shard(const std::string& path, const std::vector<std::pair<std::string, std::string>>& members) {
  if (world().is_root()) {
    TarWriter shard(path);
    for (const auto& [name, text] : members) shard.add(name, std::as_bytes(std::span(text)));
    shard.publish();
  }
  world().barrier();
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
    if (world().is_root()) std::filesystem::create_directory(folder_ / "s");
    world().barrier();
  }

  /// 600 posts in three blocks; a few name images.
  [[nodiscard]] ImageIndex index(const std::vector<std::string>& sources) const {
    const std::vector<std::pair<int, std::string>> named{
        {3, "missing.jpg"}, {5, "sub/b.jpg"},  {300, "a.jpg"},      {301, "sub/b.jpg"},
        {599, "both.jpg"},  {400, "text.jpg"}, {401, "folder.jpg"}, {402, "empty.jpg"}};
    const BlockPartition partition(600, world().size());
    const RowRange mine = partition.owned_by(world().rank());
    std::vector<Post> posts(static_cast<std::size_t>(mine.size()));
    for (const auto& [row, name] : named) {
      if (mine.contains(row)) posts[static_cast<std::size_t>(row - mine.begin)].image = name;
    }
    return index_images(world(), posts, partition, reader(sources), begins_with_i, 1);
  }

  [[nodiscard]] ImageReader reader(const std::vector<std::string>& sources) const {
    std::vector<PathPattern> patterns;
    for (const std::string& source : sources) patterns.push_back({folder_ / "", source});
    return ImageReader(list_image_sources(patterns));
  }

  [[nodiscard]] static std::vector<ImageCandidate> all_candidates(const ImageIndex& index) {
    std::vector<ImageCandidate> all;
    for (const ImageCandidate& c : index.at_home) all.push_back(c);
    std::vector<std::string> names;
    std::vector<std::pair<std::int64_t, std::pair<std::string, std::int64_t>>> mine;
    for (const auto& c : all) mine.emplace_back(c.number, std::pair(c.ref.name, c.posts * 10 + c.ref.source));
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
    ASSERT_EQ(index.slides.offsets[i + 1], index.slides.offsets[i] + 1) << row;
    EXPECT_EQ(index.slides.states[i], state) << row;
    EXPECT_EQ(index.slides.candidates[i], candidate) << row;
  };
  expect(0, ImageState::none, -1);
  expect(3, ImageState::missing, -1);
  expect(5, ImageState::present, 0);
  expect(301, ImageState::present, 0);
  expect(300, ImageState::present, 1);
  expect(400, ImageState::unreadable, -1);
  expect(401, ImageState::unreadable, -1);
}

/// Posts with several slides in all blocks; what becomes of them.
class ImagesOfAllSlides : public ImageIndexTest {
 protected:
  [[nodiscard]] ImageIndex index_all() const {
    const std::vector<std::pair<std::int64_t, std::vector<std::string>>> named{
        {5, {"sub/b.jpg", "", "a.jpg", "none.jpg", "sub/b.jpg"}},
        {300, {"", "both.jpg", "a.jpg", "A.JPG"}},
        {599, {"none.jpg", "SUB/b.jpg", "text.jpg"}}};
    const BlockPartition partition(600, world().size());
    const RowRange mine = partition.owned_by(world().rank());
    std::vector<Post> posts(static_cast<std::size_t>(mine.size()));
    for (const auto& [row, names] : named) {
      if (!mine.contains(row)) continue;
      Post& post = posts[static_cast<std::size_t>(row - mine.begin)];
      post.image = names.front();
      post.further_images.assign(names.begin() + 1, names.end());
    }
    return index_images(world(), posts, partition, reader({"p"}), begins_with_i, 1);
  }
};

TEST_F(ImagesOfAllSlides, AreNumberedByPostThenSlideAndEachFileOnce) {
  const ImageIndex index = index_all();
  const auto candidates = all_candidates(index);
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_EQ(candidates[0].ref.name, "sub/b.jpg");
  EXPECT_EQ(candidates[1].ref.name, "a.jpg");
  EXPECT_EQ(candidates[2].ref.name, "both.jpg");
  EXPECT_EQ(index.named, 5);
  EXPECT_EQ(index.missing, 1);
  EXPECT_EQ(index.unreadable, 1);
  EXPECT_EQ(index.similar, 2);
}

TEST_F(ImagesOfAllSlides, AreCountedOnceForAPostThatNamesAFileTwiceBeItByAnotherSpelling) {
  const auto candidates = all_candidates(index_all());
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_EQ(candidates[0].posts, 2) << "posts 5 and 599";
  EXPECT_EQ(candidates[1].posts, 2) << "posts 5 and 300";
  EXPECT_EQ(candidates[2].posts, 1);
}

TEST_F(ImagesOfAllSlides, AreToldToTheirPostsSlideBySlide) {
  const ImageIndex index = index_all();
  const RowRange mine = BlockPartition(600, world().size()).owned_by(world().rank());
  const auto expect = [&](std::int64_t row, const std::vector<ImageState>& states,
                          const std::vector<std::int64_t>& candidates) {
    if (!mine.contains(row)) return;
    const auto i = static_cast<std::size_t>(row - mine.begin);
    const auto [begin, end] = std::pair(index.slides.offsets[i], index.slides.offsets[i + 1]);
    EXPECT_EQ(std::vector(index.slides.states.begin() + begin, index.slides.states.begin() + end), states)
        << row;
    EXPECT_EQ(std::vector(index.slides.candidates.begin() + begin, index.slides.candidates.begin() + end),
              candidates)
        << row;
  };
  using enum ImageState;
  expect(5, {present, none, present, missing, present}, {0, -1, 1, -1, 0});
  expect(6, {none}, {-1});
  expect(300, {none, present, present, present}, {-1, 2, 1, 1});
  expect(599, {missing, present, unreadable}, {-1, 0, -1});
  std::vector<std::pair<std::int64_t, std::int64_t>> missing_here;
  for (const MissingImage& image : index.missing_of_posts)
    missing_here.emplace_back(mine.begin + image.post, image.slide);
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  for (const auto& part : all_gather_objects(world(), missing_here))
    all.insert(all.end(), part.begin(), part.end());
  EXPECT_EQ(all, (std::vector<std::pair<std::int64_t, std::int64_t>>{{5, 3}, {599, 0}}));
}

TEST_F(ImageIndexTest, TellsHowManyPhotosNoPostNames) {
  folder_.write("p/further.JPEG", "I");
  folder_.write("p/sub/notes.txt", "no photo by its name");
  folder_.write("q/sub/b.jpg", "I of a name that is in use");
  write_shard(folder_ / "s/1.tar",
              {{"a.jpg", "I"}, {"z/1.webp", "I"}, {"z/2.json", "{}"}, {"z/1.webp", "I"}});
  for (const std::vector<std::string>& sources :
       {std::vector<std::string>{"p"}, {"p", "q"}, {"s"}, {"q", "s", "p"}}) {
    const ImageIndex index = this->index(sources);
    const bool shards = std::ranges::count(sources, "s") > 0;
    const bool folders = std::ranges::count(sources, "p") > 0;
    // Below the folder inside the one that is called folder.jpg lies no photo.
    EXPECT_EQ(count_unused_images(world(), index, reader(sources).sources()),
              (folders ? 1 : 0) + (shards ? 2 : 0));
  }
}

TEST_F(ImageIndexTest, APhotoThatPostsSpellOtherwiseIsInUse) {
  folder_.write("t/SUB/B.JPG", "I");
  write_shard(folder_ / "s/1.tar", {{"Sub/B.jpg", "I"}});
  for (const std::string source : {"t", "s"}) {
    const ImageIndex index = this->index({source});
    EXPECT_EQ(index.similar, 1);
    EXPECT_EQ(count_unused_images(world(), index, reader({source}).sources()), 0) << source;
  }
}

TEST_F(ImageIndexTest, OfTwoCopiesTheOneWithTheLowerDigestCountsInAnyOrderOfFolders) {
  const bool first_is_lower = sha256(std::string_view("I first")) < sha256(std::string_view("I second"));
  EXPECT_EQ(all_candidates(index({"p", "q"}))[2].ref.source, first_is_lower ? 0 : 1);
  EXPECT_EQ(all_candidates(index({"q", "p"}))[2].ref.source, first_is_lower ? 1 : 0);
}

TEST_F(ImageIndexTest, HowManyNamesAreThoseOfFilesThatDifferIsToldOnce) {
  folder_.write("same/both.jpg", "I first");
  folder_.write("same/text.jpg", "text");
  const auto told = [&](const std::vector<std::string>& sources) {
    std::string log;
    log::set_event_sink([&](const std::string& line) { log += line; });
    static_cast<void>(index(sources));
    log::set_event_sink({});
    return log;
  };
  EXPECT_EQ(told({"p", "same"}), "");
  const std::string log = told({"p", "q", "same"});
  EXPECT_EQ(log.find("1 image names are those of several files") != log.npos, world().is_root()) << log;
}

/// One is a folder, the other a link to itself: neither can be read, and the order of the sources does not
/// decide which of the two is told.
TEST_F(ImageIndexTest, OfCopiesThatCannotBeReadTheSameIsToldInAnyOrderOfFolders) {
  if (world().is_root()) {
    std::filesystem::create_directory(folder_ / "q");
    std::filesystem::create_symlink("folder.jpg", std::filesystem::path(folder_ / "q") / "folder.jpg");
  }
  world().barrier();
  const auto told = [&](const std::vector<std::string>& sources) {
    std::vector<std::string> reasons;
    const ImageIndex found = index(sources);
    std::vector<std::string> mine;
    for (const QuarantineRow& row : found.quarantine) mine.push_back(row.file + ": " + row.reason);
    for (const auto& part : all_gather_objects(world(), mine)) {
      reasons.insert(reasons.end(), part.begin(), part.end());
    }
    std::sort(reasons.begin(), reasons.end());
    return reasons;
  };
  const auto reasons = told({"p", "q"});
  EXPECT_THAT(reasons, ::testing::Contains(HasSubstr("folder.jpg")));
  EXPECT_EQ(told({"q", "p"}), reasons);
}

TEST_F(ImageIndexTest, EachRankIsHomeToItsBlocksOfCandidates) {
  constexpr std::int64_t kImages = 520;  // two blocks and a part of one
  for (std::int64_t i = 0; i < kImages; ++i) folder_.write("n/" + std::to_string(i), "I");
  world().barrier();
  const BlockPartition partition(kImages, world().size());
  const RowRange mine = partition.owned_by(world().rank());
  std::vector<Post> posts(static_cast<std::size_t>(mine.size()));
  for (std::size_t i = 0; i < posts.size(); ++i)
    posts[i].image = std::to_string(mine.begin + static_cast<std::int64_t>(i));
  const ImageIndex index = index_images(world(), posts, partition, reader({"n"}), begins_with_i, 1);
  ASSERT_EQ(index.candidates, kImages);
  ASSERT_EQ(std::ssize(index.at_home), mine.size());
  for (std::int64_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(index.at_home[static_cast<std::size_t>(i)].number, mine.begin + i);
  }
}

/// "name=bytes" of each candidate, by number.
std::string contents_of(const ImageIndex& index, const ImageReader& images) {
  std::vector<std::pair<std::int64_t, std::string>> mine;
  for (const ImageCandidate& c : index.at_home) {
    const auto bytes = images.read(c.ref);
    mine.emplace_back(
        c.number, c.ref.name + "=" + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  std::string text;
  for (const auto& part : all_gather_objects(world(), mine)) {
    for (const auto& [number, content] : part) text += content + " ";
  }
  return text;
}

TEST_F(ImageIndexTest, AShardGivesWhatTheFolderGives) {
  write_shard(folder_ / "s/1.tar", {{"./sub/b.jpg", "I b"}, {"text.jpg", "text"}, {"unnamed.jpg", "I"}});
  write_shard(folder_ / "s/2.tar", {{"a.jpg", "I a"}, {"empty.jpg", ""}, {"both.jpg", "I first"}});
  const ImageIndex from_folder = index({"p"});
  for (const std::string where : {"s", "s/*.tar"}) {
    SCOPED_TRACE(where);
    const ImageIndex index = this->index({where});
    EXPECT_EQ(contents_of(index, reader({where})), contents_of(from_folder, reader({"p"})));
    EXPECT_EQ(index.members, 6);
    EXPECT_EQ(index.unreadable, from_folder.unreadable - 1) << "folder.jpg is a folder, and not in a shard";
    EXPECT_EQ(index.missing, from_folder.missing + 1);
  }
}

TEST_F(ImageIndexTest, NamesInShardsAreThoseBelowTheArchiveAndNoneLeavesIt) {
  write_shard(folder_ / "s/1.tar", {{"/sub/b.jpg", "I b"}, {"/../a.jpg", "I"}, {"../both.jpg", "I"}});
  const ImageIndex index = this->index({"s"});
  EXPECT_EQ(contents_of(index, reader({"s"})), "sub/b.jpg=I b ");
  EXPECT_EQ(index.members, 3);
}

TEST_F(ImageIndexTest, OfCopiesInFoldersAndShardsTheOneWithTheLowestDigestCounts) {
  const std::vector<std::string> texts{"I first", "I second", "I third", "I fourth"};
  write_shard(folder_ / "s/1.tar", {{"both.jpg", texts[2]}, {"both.jpg", texts[3]}});
  const std::string lowest = *std::min_element(texts.begin(), texts.end(), [](const auto& a, const auto& b) {
    return sha256(std::string_view(a)) < sha256(std::string_view(b));
  });
  for (const std::vector<std::string>& sources :
       {std::vector<std::string>{"p", "q", "s"}, {"s/1.tar", "q", "p"}, {"q", "s", "p"}}) {
    EXPECT_THAT(contents_of(index(sources), reader(sources)), HasSubstr("both.jpg=" + lowest));
  }
}

TEST_F(ImageIndexTest, OfADamagedShardWhatStandsBeforeTheDamageIsUsed) {
  write_shard(folder_ / "s/1.tar", {{"a.jpg", "I a"}, {"sub/b.jpg", "I b"}});
  if (world().is_root()) std::filesystem::resize_file(folder_ / "s/1.tar", 1024 + 512 + 2);
  world().barrier();
  const ImageIndex index = this->index({"s"});
  EXPECT_EQ(contents_of(index, reader({"s"})), "a.jpg=I a ");
  EXPECT_EQ(index.unreadable, 1) << "the member that is cut";
  std::vector<QuarantineRow> rows;
  for (const auto& part : all_gather_objects(world(), index.quarantine))
    rows.insert(rows.end(), part.begin(), part.end());
  std::sort(rows.begin(), rows.end());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].file, "sub/b.jpg");
  EXPECT_EQ(rows[0].reason, "the file is cut short, as its archive is");
  EXPECT_EQ(rows[1].kind, QuarantineKind::shard);
  EXPECT_EQ(rows[1].file, "1.tar");
  EXPECT_THAT(rows[1].reason, HasSubstr("cut short at byte 1538, in 'sub/b.jpg'"));
}

TEST_F(ImageIndexTest, ACompressedShardIsAnErrorOnAllRanks) {
  folder_.write("s/1.tar", "\x1F\x8B\x08 and so on");
  try {
    static_cast<void>(index({"s"}));
    FAIL() << "it was read";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("compressed with gzip"));
  }
}

TEST_F(ImageIndexTest, SizesAndTimesOfAShardAreThoseOfItsMembers) {
  write_shard(folder_ / "s/1.tar", {{"a.jpg", "I a"}});
  for (const ImageCandidate& candidate : index({"s"}).at_home) {
    EXPECT_EQ(candidate.ref.bytes, 3);
    EXPECT_EQ(candidate.file_bytes, 2048);
    EXPECT_GT(candidate.modified, std::int64_t{1'600'000'000} * 1'000'000'000);
  }
}

TEST_F(ImageIndexTest, AMemberThatIsNotThereAnyMoreIsNoBadImage) {
  write_shard(folder_ / "s/1.tar", {{"a.jpg", "I a"}});
  const ImageReader images = reader({"s"});
  const ImageRef ref{"a.jpg", 1, 1'000'000, 3};
  set_read_patience(std::chrono::milliseconds(0));
  EXPECT_THROW(static_cast<void>(images.read(ref)), UnavailableError);
  set_read_patience(std::chrono::minutes(1));
}

TEST_F(ImageIndexTest, AFileThatIsGoneSinceItWasFoundIsNoBadImage) {
  const ImageReader images = reader({"p"});
  set_read_patience(std::chrono::milliseconds(0));
  EXPECT_THROW(static_cast<void>(images.read({"gone.jpg", 0, 0, 3})), UnavailableError);
  EXPECT_THROW(static_cast<void>(images.read({"both.jpg", 0, 0, 4000})), UnavailableError);
  set_read_patience(std::chrono::minutes(1));
}

TEST_F(ImageIndexTest, SizesAndTimesOfFilesAreTold) {
  for (const ImageCandidate& candidate : index({"p", "q"}).at_home) {
    EXPECT_EQ(candidate.file_bytes, candidate.ref.bytes);
    EXPECT_EQ(candidate.ref.bytes,
              candidate.ref.name == "both.jpg" ? (candidate.ref.source == 0 ? 7 : 8) : 3);
    EXPECT_GT(candidate.modified, std::int64_t{1'600'000'000} * 1'000'000'000);
  }
}

constexpr const char* kComposed = "sub/caf\xC3\xA9.jpg";     // NFC
constexpr const char* kDecomposed = "sub/cafe\xCC\x81.jpg";  // NFD

/// A post for each name, in this order, in blocks of all ranks; the index of these.
class SimilarNames : public ImageIndexTest {
 protected:
  [[nodiscard]] ImageIndex index_of(const std::vector<std::string>& names,
                                    const std::vector<std::string>& sources) const {
    // Names that follow each other lie in different blocks.
    const BlockPartition partition(256 * std::ssize(names), world().size());
    const RowRange mine = partition.owned_by(world().rank());
    std::vector<Post> posts(static_cast<std::size_t>(mine.size()));
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::int64_t row = 256 * static_cast<std::int64_t>(i) + 7;
      if (mine.contains(row)) posts[static_cast<std::size_t>(row - mine.begin)].image = names[i];
    }
    ImageIndex index = index_images(world(), posts, partition, reader(sources), begins_with_i, 1);
    for (MissingImage& missing : index.missing_of_posts) missing.post += mine.begin;
    return index;
  }
};

TEST_F(SimilarNames, FindTheFileThatDiffersInCaseCompositionOrSeparators) {
  folder_.write(std::string("p/") + kComposed, "I composed");
  const ImageIndex index = index_of({"SUB/b.JPG", "sub\\b.jpg", kDecomposed, "A.jpg"}, {"p"});
  EXPECT_EQ(contents_of(index, reader({"p"})),
            "sub/b.jpg=I b " + std::string(kComposed) + "=I composed a.jpg=I a ");
  EXPECT_EQ(index.similar, 4);
  EXPECT_EQ(index.named, 3) << "two names of one file name one image";
  EXPECT_EQ(index.missing, 0);
  EXPECT_EQ(index.ambiguous, 0);
  const auto candidates = all_candidates(index);
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_EQ(candidates[0].posts, 2);
}

TEST_F(SimilarNames, AnExactNameComesFirstAndSharesItsRow) {
  const ImageIndex index = index_of({"A.JPG", "a.jpg", "none.jpg"}, {"p"});
  const auto candidates = all_candidates(index);
  ASSERT_EQ(candidates.size(), 1U);
  EXPECT_EQ(candidates[0].ref.name, "a.jpg");
  EXPECT_EQ(candidates[0].posts, 2);
  EXPECT_EQ(index.named, 2);
  EXPECT_EQ(index.missing, 1);
  EXPECT_EQ(index.similar, 1);
}

TEST_F(SimilarNames, OfSeveralSimilarFilesNoneIsTaken) {
  folder_.write("p/A.JPG", "I another");
  const ImageIndex index = index_of({"a.JPG", "none.jpg", "a.jpg"}, {"p", "q"});
  EXPECT_EQ(index.ambiguous, 1);
  EXPECT_EQ(index.missing, 2);
  EXPECT_EQ(index.similar, 0);
  EXPECT_EQ(contents_of(index, reader({"p", "q"})), "a.jpg=I a ");
  std::vector<std::string> mine;
  for (const MissingImage& missing : index.missing_of_posts)
    mine.push_back(std::to_string(missing.post) + (missing.ambiguous ? " several" : " none"));
  std::vector<std::string> all;
  for (const auto& part : all_gather_objects(world(), mine)) all.insert(all.end(), part.begin(), part.end());
  EXPECT_EQ(all, (std::vector<std::string>{"7 several", "263 none"}));
}

TEST_F(SimilarNames, AreFoundInShardsToo) {
  write_shard(folder_ / "s/1.tar", {{"Sub/B.jpg", "I b"}, {"other.jpg", "I"}});
  write_shard(folder_ / "s/2.tar", {{"Sub/B.jpg", "I b"}});
  for (const std::vector<std::string>& sources :
       {std::vector<std::string>{"s"}, {"s/2.tar", "s/1.tar"}, {"q", "s/*.tar"}}) {
    const ImageIndex index = index_of({"sub/b.jpg", "sub\\b.jpg"}, sources);
    EXPECT_EQ(contents_of(index, reader(sources)), "Sub/B.jpg=I b ");
    EXPECT_EQ(index.similar, 2);
  }
}

TEST_F(SimilarNames, AFolderAndALinkToItAreOneFolder) {
  if (world().is_root()) {
    std::filesystem::create_directory_symlink("sub", std::filesystem::path(folder_ / "p") / "SUB");
    std::filesystem::create_symlink("nowhere", std::filesystem::path(folder_ / "p") / "Lost.jpg");
  }
  world().barrier();
  const ImageIndex index = index_of({"Sub/B.jpg", "lost.jpg", "Lost.jpg"}, {"p"});
  EXPECT_EQ(contents_of(index, reader({"p"})), "sub/b.jpg=I b ");
  EXPECT_EQ(index.missing, 2);
  EXPECT_EQ(index.named, 3);
}

}  // namespace
}  // namespace shoal
