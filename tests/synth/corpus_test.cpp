// The folder of a made corpus: its bytes, its format, its size.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "made_corpus.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/synth/synth.hpp"
#include "support/scratch_folder.hpp"
#include "synth/posts.hpp"

namespace shoal {
namespace {

using testing::digest_of;
using testing::files_of;
using testing::ScratchFolder;
using testing::text_of;
using testing::words_digest;
namespace fs = std::filesystem;

/// Whatever the files are called.
std::set<std::string> contents_of(const fs::path& folder) {
  std::set<std::string> contents;
  for (const fs::path& file : files_of(folder)) contents.insert(text_of(file));
  return contents;
}

/// Of a corpus of small_options().
std::vector<nlohmann::json> posts_of(const fs::path& corpus) {
  std::vector<nlohmann::json> posts;
  for (const fs::path& file : files_of(corpus / "profiles")) {
    const auto profile = nlohmann::json::parse(text_of(file));
    for (const auto& post : profile.at("posts")) posts.push_back(post);
  }
  EXPECT_EQ(posts.size(), 300U) << "without posts, what follows would hold of nothing";
  return posts;
}

SynthOptions small_options() {
  SynthOptions options;
  options.posts = 300;
  options.images = 24;
  options.image_side = 96;
  return options;
}

TEST(MakeCorpus, WritesTheSameWordsOnEveryMachine) {
  const ScratchFolder folder;
  make_corpus(folder.path() / "corpus", small_options());
  EXPECT_EQ(words_digest(folder.path() / "corpus"),
            "ca0cc1e0859d186dfe167ce064688585cfef07bd6d023f752c6195cae26db931");
}

TEST(MakeCorpus, WritesTheSameBytesTwiceAndOthersForAnotherSeed) {
  const ScratchFolder folder;
  SynthOptions options = small_options();
  make_corpus(folder.path() / "a", options);
  make_corpus(folder.path() / "b", options);
  options.seed = 2;
  make_corpus(folder.path() / "c", options);
  EXPECT_EQ(words_digest(folder.path() / "a"), words_digest(folder.path() / "b"));
  EXPECT_EQ(digest_of(files_of(folder.path() / "a/photos")), digest_of(files_of(folder.path() / "b/photos")));
  EXPECT_NE(words_digest(folder.path() / "a"), words_digest(folder.path() / "c"));
  EXPECT_NE(contents_of(folder.path() / "a/photos"), contents_of(folder.path() / "c/photos"));
}

TEST(MakeCorpus, CountsWhatLiesInTheFolder) {
  const ScratchFolder folder;
  const SynthSummary summary = make_corpus(folder.path(), small_options());
  EXPECT_EQ(summary.posts, 300);
  EXPECT_EQ(summary.accounts, std::ssize(files_of(folder.path() / "profiles")));
  EXPECT_EQ(summary.photos, 24);
  EXPECT_EQ(files_of(folder.path() / "photos").size(), 24U);
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  EXPECT_EQ(summary.bytes, bytes);
}

TEST(MakeCorpus, HasTheFieldsAndShapesOfRealProfiles) {
  const ScratchFolder folder;
  make_corpus(folder.path(), small_options());
  std::map<std::string, int> shapes;
  for (const auto& post : posts_of(folder.path())) {
    EXPECT_TRUE(post.at("url").get<std::string>().starts_with("https://www.instagram.com/p/B"));
    EXPECT_EQ(post.at("multipleImage").get<bool>(), post.at("filename").is_array());
    EXPECT_EQ(post.at("filename").size(), post.at("urlImage").size());
    EXPECT_EQ(post.at("isVideo").get<bool>(), post.contains("urlVideo"));
    EXPECT_TRUE(post.at("date").get<std::string>().ends_with("T05:00:00.000Z"));
    EXPECT_GE(post.at("numberLikes").get<int>(), 0);
    ++shapes[post.at("isVideo") ? "video" : post.at("multipleImage") ? "album" : "image"];
    shapes["untagged"] += post.at("tags").empty();
    shapes["placed"] += post.at("localization").is_string();
    shapes["mentioning"] += !post.at("mentions").empty();
  }
  for (const char* shape : {"video", "album", "image", "untagged", "placed", "mentioning"}) {
    EXPECT_GT(shapes[shape], 5) << shape;
  }
}

TEST(MakeCorpus, PutsEveryTagAndMentionIntoTheCaption) {
  const ScratchFolder folder;
  make_corpus(folder.path(), small_options());
  for (const auto& post : posts_of(folder.path())) {
    const auto caption = post.at("description").get<std::string>();
    for (const auto& tag : post.at("tags"))
      EXPECT_NE(caption.find(tag.get<std::string>()), std::string::npos);
    for (const auto& name : post.at("mentions"))
      EXPECT_NE(caption.find(name.get<std::string>()), std::string::npos);
  }
}

TEST(MakeCorpus, NamesEachPhotoByOnePostAndEachPostInTheTruth) {
  const ScratchFolder folder;
  make_corpus(folder.path(), small_options());
  std::multiset<std::string> first_slides;
  const std::string truth = text_of(folder.path() / "truth.csv");
  for (const auto& post : posts_of(folder.path())) {
    const auto& file = post.at("filename");
    first_slides.insert(file.is_array() ? file.at(0) : file);
    const std::string url = post.at("url");
    EXPECT_NE(truth.find("\n" + url.substr(28, 11) + ","), std::string::npos) << url;
  }
  for (const fs::path& photo : files_of(folder.path() / "photos")) {
    EXPECT_EQ(first_slides.count(photo.filename().string()), 1U) << photo;
  }
  EXPECT_EQ(std::count(truth.begin(), truth.end(), '\n'), 301);
}

TEST(MakeCorpus, RefusesAFolderThatHoldsSomething) {
  const ScratchFolder folder;
  write_file_durably(folder.path() / "mine.txt", "mine");
  EXPECT_THROW(make_corpus(folder.path(), small_options()), UsageError);
  EXPECT_EQ(files_of(folder.path()).size(), 1U);
}

TEST(MakeCorpus, RefusesOptionsOutOfRange) {
  const ScratchFolder folder;
  const auto refuses = [&](auto change) {
    SynthOptions options = small_options();
    change(options);
    EXPECT_THROW(make_corpus(folder.path() / "corpus", options), UsageError);
  };
  refuses([](SynthOptions& o) { o.posts = 0; });
  refuses([](SynthOptions& o) { o.groups = 0; });
  refuses([](SynthOptions& o) { o.images = o.posts + 1; });
  refuses([](SynthOptions& o) { o.format = "parchment"; });
  refuses([](SynthOptions& o) { o.files = 2; });  // of a format with a file for each account
  refuses([](SynthOptions& o) { o.zipf = 1.0; });
  refuses([](SynthOptions& o) { o.damage = 1.01; });
  refuses([](SynthOptions& o) { o.threads = -1; });
  refuses([](SynthOptions& o) { o.image_side = 8; });
  EXPECT_FALSE(fs::exists(folder.path() / "corpus"));
}

/// Where files of accounts need not wait for a disk, if there is such a place.
fs::path quick_folder() {
  std::error_code none;
  return fs::is_directory("/dev/shm", none) ? fs::path("/dev/shm") : fs::temp_directory_path();
}

TEST(MakeCorpus, WritesTheSameBytesOnAnyNumberOfThreads) {
  const ScratchFolder folder(quick_folder());
  for (const char* format : {"profile", "zeeschuimer"}) {
    SynthOptions options = small_options();
    options.format = format;
    options.posts = 17'000;  // more than a district, and many pieces
    options.damage = 0.1;
    std::set<std::string> digests;
    for (const int threads : {1, 2, 3}) {
      options.threads = threads;
      const fs::path corpus = folder.path() / (format + std::to_string(threads));
      make_corpus(corpus, options);
      digests.insert(words_digest(corpus) + digest_of(files_of(corpus / "photos")));
      fs::remove_all(corpus);  // memory may be short there
    }
    EXPECT_EQ(digests.size(), 1U) << format;
  }
}

TEST(MakeCorpus, TellsTheTruthInTheOrderOfPostsWhateverTheFormat) {
  const ScratchFolder folder;
  SynthOptions options = small_options();
  make_corpus(folder.path() / "profile", options);
  options.format = "zeeschuimer";
  make_corpus(folder.path() / "zeeschuimer", options);
  EXPECT_EQ(text_of(folder.path() / "profile/truth.csv"), text_of(folder.path() / "zeeschuimer/truth.csv"));
}

TEST(PostMaker, MakesAnyPostOfThreeBillionsWithoutTheOthers) {
  SynthOptions options;
  options.posts = 3'000'000'000;
  options.images = 1'000'000;
  const PostMaker maker(options);
  const MadePost last = maker.post(2'999'999'999).post;
  EXPECT_EQ(last.picture, 999'999);
  EXPECT_EQ(last.files.front(), last.shortcode + ".jpg");
  EXPECT_EQ(last.shortcode, maker.shortcode(2'999'999'999));
}

TEST(PostMaker, GivesNoTwoPostsOneShortcode) {
  SynthOptions options;
  const PostMaker maker(options);
  std::set<std::string> codes;
  for (std::int64_t post = 0; post < 20'000; ++post) codes.insert(maker.shortcode(post));
  EXPECT_EQ(codes.size(), 20'000U);
}

TEST(PictureOfPost, IsFoundTheOtherWayRound) {
  for (const std::int64_t images : {1, 96, 4'999, 5'000}) {
    for (std::int64_t picture = 0; picture < images; ++picture) {
      ASSERT_EQ(picture_of_post(post_of_picture(picture, 5'000, images), 5'000, images), picture);
    }
  }
  EXPECT_EQ(post_of_picture(2'999'999'999, 3'000'000'000, 3'000'000'000), 2'999'999'999);
}

TEST(PictureOfPost, SpreadsTheImagesEvenly) {
  std::vector<std::int64_t> posts;
  for (std::int64_t i = 0; i < 5000; ++i) {
    const auto picture = picture_of_post(i, 5000, 96);
    if (!picture) continue;
    EXPECT_EQ(*picture, std::ssize(posts));
    posts.push_back(i);
  }
  ASSERT_EQ(posts.size(), 96U);
  for (std::size_t i = 1; i < posts.size(); ++i) {
    EXPECT_GE(posts[i] - posts[i - 1], 52);
    EXPECT_LE(posts[i] - posts[i - 1], 53);
  }
}

TEST(PictureOfPost, DoesNotOverflowAtTheLargestSize) {
  EXPECT_EQ(picture_of_post(2'999'999'999, 3'000'000'000, 3'000'000'000), 2'999'999'999);
}

}  // namespace
}  // namespace shoal
