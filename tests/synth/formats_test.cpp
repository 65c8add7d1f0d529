// Every format that is written is read again: the posts that were made, to the last tag, and of damage what
// damage.csv says.
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "made_corpus.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/text/unicode.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using testing::rows_of;
using testing::ScratchFolder;

/// What a format carries of what was made, and what damage does to its records.
struct Written {
  std::string name;
  std::string reader;  ///< that recognises it
  bool codes = true;
  bool likes = true;
  bool captions = true;
  std::set<std::string> records_lost = {"foreign", "cut"};            ///< kinds that cost a record each
  std::set<std::string> values_lost = {"invalid_utf8", "year_zero"};  ///< kinds that cost a value each

  friend void PrintTo(const Written& format, std::ostream* out) { *out << format.name; }
};

const std::vector<Written>& formats() {
  const std::set<std::string> none;
  static const std::vector<Written> kFormats = {
      {"profile", "profile JSON"},
      {"zeeschuimer", "Zeeschuimer NDJSON"},
      {"likes", "like-prediction table"},
      {"igramscraper", "igramscraper text", true, true, true, {"cut", "invalid_utf8"}, {"year_zero"}},
      {"tags", "tag lines", false, false, false, {"invalid_utf8"}, none},
      {"4cat", "4CAT table"},
      {"4cat-ndjson", "Zeeschuimer NDJSON"},
      {"crowdtangle", "CrowdTangle table"},
      {"instaloader", "Instaloader JSON", true, true, true, {"cut"}},
      {"images", "image table", true, false, true, {"foreign", "cut"}, {"invalid_utf8"}},
      {"webdataset", "WebDataset archive", false, false, true, none, {"invalid_utf8"}},
      {"meta", "Instagram export", false, false},
      {"export", "Shoal export as table", true, true, true, {"foreign", "cut"}, none},
      {"export-jsonl", "Shoal export as JSON lines", true, true, true, {"foreign", "cut"}, none},
  };
  return kFormats;
}

SynthOptions options_of(const Written& format, double damage) {
  SynthOptions options;
  options.format = format.name;
  options.posts = 300;
  options.image_side = 64;
  options.images = std::min<std::int64_t>(usual_images(options), 300);
  if (options.images < options.posts) options.images = 12;
  options.damage = damage;
  return options;
}

/// As a job names them: beside Instaloader's JSON lie captions, which may look like tables.
fs::path posts_of(const fs::path& corpus, const Written& format) {
  if (format.name == "instaloader") return corpus / "posts/*/*.json.xz";
  return corpus / (format.name == "profile" ? "profiles" : "posts");
}

Corpus read(const fs::path& corpus, const Written& format) {
  const auto comm = make_single_rank();
  return read_corpus(*comm, list_units({{"", posts_of(corpus, format).string()}}).units, {});
}

/// Whatever shortcodes say, in the order of posts.
std::vector<std::string> codes_in_order(const fs::path& corpus) {
  std::vector<std::string> codes;
  for (auto& row : rows_of(corpus / "truth.csv")) codes.push_back(row["shortcode"]);
  return codes;
}

std::map<std::string, Post> by_code(const Corpus& corpus) {
  std::map<std::string, Post> posts;
  for (const Post& post : corpus.posts) posts[post.shortcode] = post;
  return posts;
}

/// Where small files need not wait for a disk, if there is such a place.
fs::path quick_folder() {
  std::error_code none;
  return fs::is_directory("/dev/shm", none) ? fs::path("/dev/shm") : fs::temp_directory_path();
}

class WrittenFormats : public ::testing::TestWithParam<Written> {};

TEST_P(WrittenFormats, HaveThePostsThatProfilesHave) {
  const Written& format = GetParam();
  const ScratchFolder folder(quick_folder());
  make_corpus(folder.path() / "made", options_of(format, 0.0));
  SynthOptions options = options_of(format, 0.0);
  options.format = "profile";
  make_corpus(folder.path() / "profiles", options);
  const Corpus corpus = read(folder.path() / "made", format);
  EXPECT_EQ(corpus.accounting.read, 300);
  EXPECT_EQ(corpus.accounting.kept, 300);
  ASSERT_TRUE(corpus.quarantine.empty()) << corpus.quarantine.front().reason;
  ASSERT_EQ(corpus.formats.size(), 1U);
  EXPECT_EQ(corpus.formats.begin()->first, format.reader);
  const Corpus profiles = read(folder.path() / "profiles", formats().front());
  const std::map<std::string, Post> made = by_code(profiles);
  ASSERT_EQ(made.size(), 300U);
  // An export's folder has its account's name, as a profile has: the same order of rows.
  std::vector<std::string> order = codes_in_order(folder.path() / "made");
  if (format.name == "meta") {
    order.clear();
    for (const Post& post : profiles.posts) order.push_back(post.shortcode);
  }
  std::map<std::string, int> seen;
  for (std::size_t row = 0; row < corpus.posts.size(); ++row) {
    const Post& post = corpus.posts[row];
    ASSERT_EQ(post.shortcode.empty(), !format.codes);
    const Post& wanted = made.at(format.codes ? post.shortcode : order.at(row));
    // A caption that is a file of its own loses what is never shown at its end.
    const bool file = format.name == "webdataset";
    if (format.captions) ASSERT_EQ(post.caption, file ? trimmed(wanted.caption) : wanted.caption);
    ASSERT_EQ(post.tags, wanted.tags) << post.caption;
    ++seen[wanted.shortcode];
    if (!format.likes) {
      ASSERT_FALSE(post.likes.known());
    } else if (post.likes.missing != Missing::hidden) {
      ASSERT_EQ(post.likes.value, wanted.likes.value);
    }
    seen["hidden"] += post.likes.missing == Missing::hidden;
    seen["tagged"] += !post.tags.empty();
    if (!format.captions || format.name == "webdataset" || format.name == "images") continue;
    ASSERT_EQ(post.media, wanted.media);
    ASSERT_EQ(post.taken_at / 86'400, wanted.taken_at / 86'400);
    if (format.name == "meta") continue;
    ASSERT_EQ(post.creator.empty(), wanted.creator.empty());
    if (format.name != "igramscraper") ASSERT_EQ(post.creator, wanted.creator);
  }
  EXPECT_GT(seen["tagged"], 200);
  EXPECT_LT(seen["hidden"], 40);
}

TEST_P(WrittenFormats, LoseOfDamageWhatDamageCsvSays) {
  const Written& format = GetParam();
  const ScratchFolder folder(quick_folder());
  const SynthSummary summary = make_corpus(folder.path() / "made", options_of(format, 0.2));
  std::map<std::string, int> kinds;
  std::int64_t records = 0, values = 0;
  for (auto& row : rows_of(folder.path() / "made/damage.csv")) {
    ++kinds[row["damage"]];
    records += static_cast<std::int64_t>(format.records_lost.count(row["damage"]));
    values += static_cast<std::int64_t>(format.values_lost.count(row["damage"]));
    EXPECT_TRUE(fs::exists(folder.path() / "made" / row["file"])) << row["file"];
  }
  EXPECT_GT(summary.damaged, 30);
  for (const std::string& kind : format.records_lost) EXPECT_GT(kinds[kind], 0) << kind;
  for (const std::string& kind : format.values_lost) EXPECT_GT(kinds[kind], 0) << kind;
  const Corpus corpus = read(folder.path() / "made", format);
  EXPECT_TRUE(corpus.accounting.balanced());
  EXPECT_EQ(corpus.accounting.read, 300 + kinds["foreign"] + kinds["repeated"]);
  EXPECT_EQ(corpus.accounting.quarantined, records);
  EXPECT_EQ(corpus.accounting.merged, kinds["repeated"]);
  EXPECT_EQ(corpus.quarantined_values, values);
  if (::testing::Test::HasFailure()) {
    for (const QuarantineRow& row : corpus.quarantine)
      std::cerr << row.file << " " << row.record << " " << row.reason << "\n";
  }
}

TEST_P(WrittenFormats, NamePhotosThatAreThere) {
  const Written& format = GetParam();
  if (!format.captions) return;  // lines of tags name no photos
  const ScratchFolder folder(quick_folder());
  const SynthOptions options = options_of(format, 0.2);
  const SynthSummary summary = make_corpus(folder.path() / "made", options);
  EXPECT_EQ(summary.photos, options.images);
  std::set<std::string> photos;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "made")) {
    if (entry.path().extension() == ".jpg")
      photos.insert(fs::relative(entry.path(), folder.path() / "made").string());
  }
  if (format.name == "webdataset") {
    EXPECT_TRUE(photos.empty());
    return;
  }
  EXPECT_EQ(std::ssize(photos), options.images);
  const bool beside = !fs::exists(folder.path() / "made/photos");
  std::int64_t found = 0, lost = 0;
  for (const Post& post : read(folder.path() / "made", format).posts)
    found += static_cast<std::int64_t>(photos.erase((beside ? "posts/" : "photos/") + post.image));
  for (auto& row : rows_of(folder.path() / "made/damage.csv"))
    lost += row["damage"] == "cut" || row["damage"] == "invalid_utf8";
  // Of a video, an export has no photo.
  if (format.name != "meta") EXPECT_GE(found + lost, options.images);
  EXPECT_GT(found, options.images / 2);
}

INSTANTIATE_TEST_SUITE_P(Each, WrittenFormats, ::testing::ValuesIn(formats()), [](const auto& of) {
  std::string name = of.param.name;
  std::erase(name, '-');
  return name;
});

TEST(FormatsThatAreWritten, AreAllTested) {
  std::vector<std::string_view> names;
  for (const Written& format : formats()) names.push_back(format.name);
  EXPECT_EQ(names, synth_formats());
}

TEST(FormatsThatAreWritten, HaveTheSameBytesOnAnyNumberOfThreads) {
  const ScratchFolder folder(quick_folder());
  for (const Written& format : formats()) {
    if (format.name == "profile" || format.name == "zeeschuimer") continue;  // corpus_test.cpp
    SynthOptions options = options_of(format, 0.2);
    const bool small = options.images == options.posts;  // its pieces are smaller, too
    // More than a piece, or than a district where posts are written by accounts.
    if (!small) options.posts = format.name == "meta" ? 16'400 : format.name == "instaloader" ? 600 : 4'500;
    std::set<std::string> digests;
    for (const int threads : {1, 3}) {
      options.threads = threads;
      const fs::path corpus = folder.path() / (format.name + std::to_string(threads));
      make_corpus(corpus, options);
      digests.insert(testing::words_digest(corpus));
      fs::remove_all(corpus);  // memory may be short there
    }
    EXPECT_EQ(digests.size(), 1U) << format.name;
  }
}

TEST(FormatsThatAreWritten, InSeveralFilesHaveTheSamePosts) {
  for (const Written& format : formats()) {
    if (format.name == "profile" || format.name == "instaloader" || format.name == "meta") continue;
    const ScratchFolder folder(quick_folder());
    SynthOptions options = options_of(format, 0.0);
    options.files = 3;
    make_corpus(folder.path() / "made", options);
    const Corpus corpus = read(folder.path() / "made", format);
    EXPECT_EQ(corpus.files, 3) << format.name;
    EXPECT_EQ(corpus.accounting.kept, 300) << format.name;
    EXPECT_TRUE(corpus.quarantine.empty()) << format.name;
  }
}

TEST(WebDataset, NeedsAPhotoForEachPost) {
  const ScratchFolder folder(quick_folder());
  SynthOptions options;
  options.posts = 3;
  options.format = "webdataset";
  EXPECT_EQ(usual_images(options), 3);
  options.images = 2;
  EXPECT_THROW(make_corpus(folder.path() / "made", options), UsageError);
}

}  // namespace
}  // namespace shoal
