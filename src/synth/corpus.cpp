// The folder of a made corpus, written one profile at a time.
#include <fmt/format.h>

#include <string>
#include <system_error>
#include <vector>

#include "posts.hpp"
#include "profile_json.hpp"
#include "scenes.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/synth/synth.hpp"
#include "shoal/vision/encode.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kMostPosts = 3'000'000'000;  // its square fits 64 bits (picture_of_post)
constexpr int kMostGroups = 1'000;
constexpr int kSmallestSide = 64;
constexpr int kLargestSide = 4'096;
constexpr int kJpegQuality = 88;
constexpr std::size_t kTruthBuffer = std::size_t{1} << 20;

void require_between(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (low <= value && value <= high) return;
  throw UsageError(fmt::format("{} of a made corpus must be from {} to {}, not {}", what, low, high, value));
}

void check_options(const SynthOptions& options) {
  require_between("the number of posts", options.posts, 1, kMostPosts);
  require_between("the number of groups", options.groups, 1, kMostGroups);
  require_between("the number of images", options.images, 0, options.posts);
  require_between("the posts per profile", options.posts_per_profile, 0, 1'000'000);
  require_between("the side of an image", options.image_side, kSmallestSide, kLargestSide);
}

void make_empty_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw_system_error("creation", folder.string(), error.value());
  const bool empty = fs::is_empty(folder, error);
  if (error) throw_system_error("listing", folder.string(), error.value());
  if (!empty) {
    throw UsageError(
        fmt::format("'{}' already holds files, and a made corpus would be mixed up with them; name a new "
                    "folder, or empty it",
                    folder.string()));
  }
  fs::create_directory(folder / "profiles");
  fs::create_directory(folder / "photos");
}

/// truth.csv, collected in memory a MiB at a time.
class TruthFile {
 public:
  explicit TruthFile(const fs::path& path) : file_(path) { lines_ = "shortcode,group\n"; }

  void add(const MadePost& post) {
    lines_ += post.shortcode + "," + group_name(post.group) + "\n";
    if (lines_.size() >= kTruthBuffer) flush();
  }
  std::uint64_t publish() {
    flush();
    file_.publish();
    return file_.bytes_written();
  }

 private:
  void flush() {
    file_.write(lines_);
    lines_.clear();
  }

  PartialFile file_;
  std::string lines_;
};

class CorpusWriter {
 public:
  CorpusWriter(fs::path folder, const SynthOptions& options)
      : folder_(std::move(folder)),
        options_(options),
        maker_(options),
        photo_draws_(options.seed, "synth/photo"),
        truth_(folder_ / "truth.csv") {}

  SynthSummary write() {
    const std::int64_t profiles = maker_.profiles();
    for (std::int64_t number = 0; number < profiles; ++number) {
      leave_if_stop_requested();
      write_profile(number);
      log::progress(fmt::format("made {} of {} posts", summary_.posts, options_.posts),
                    number + 1 == profiles);
    }
    summary_.bytes += truth_.publish();
    return summary_;
  }

 private:
  void write_profile(std::int64_t number) {
    const MadeProfile profile = maker_.profile(number);
    std::vector<MadePost> posts;
    while (summary_.posts < options_.posts && std::ssize(posts) < maker_.posts_per_profile()) {
      posts.push_back(maker_.post(profile, std::ssize(posts)));
      truth_.add(posts.back());
      if (posts.back().picture) write_photo(posts.back());
      ++summary_.posts;
    }
    const std::string json = profile_json(profile, posts);
    write_file_durably(folder_ / "profiles" / (profile.account + ".json"), json);
    summary_.bytes += json.size();
    ++summary_.profiles;
  }

  void write_photo(const MadePost& post) {
    const RgbImage photo = draw_photo(post.group, options_.image_side, Dice(photo_draws_, *post.picture));
    const std::vector<std::byte> jpeg = encode_jpeg(photo, kJpegQuality);
    const std::string_view bytes(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
    write_file_durably(folder_ / "photos" / post.files.front(), bytes);
    summary_.bytes += jpeg.size();
    ++summary_.photos;
  }

  fs::path folder_;
  SynthOptions options_;
  PostMaker maker_;
  RandomStream photo_draws_;
  TruthFile truth_;
  SynthSummary summary_;
};

}  // namespace

SynthSummary make_corpus(const fs::path& folder, const SynthOptions& options) {
  check_options(options);
  make_empty_folder(folder);
  return CorpusWriter(folder, options).write();
}

}  // namespace shoal
