// The folder of a made corpus, from the checked options to the last file.
#include <fmt/format.h>

#include <string>
#include <system_error>

#include "corpus_files.hpp"
#include "formats.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/synth/synth.hpp"
#include "writing.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kMostPosts = 3'000'000'000;  // its square fits 64 bits (picture_of_post)
constexpr int kMostGroups = 1'000;
constexpr int kMostFiles = 10'000;
constexpr int kSmallestSide = 64;
constexpr int kLargestSide = 4'096;
constexpr double kSmallestExponent = 1.05;
constexpr double kLargestExponent = 4.0;

bool holds_photos(const PostWriter& writer) {
  const auto* records = std::get_if<RecordFiles>(&writer.makes);
  return records != nullptr && records->holds_photos;
}

bool holds_photos_among_posts(const PostWriter& writer) {
  const auto* accounts = std::get_if<AccountFiles>(&writer.makes);
  return accounts != nullptr ? accounts->photo != nullptr : holds_photos(writer);
}

template <class Number>
void require_between(std::string_view what, Number value, Number low, Number high) {
  if (low <= value && value <= high) return;
  throw UsageError(fmt::format("{} of a made corpus must be from {} to {}, not {}", what, low, high, value));
}

void check_options(const SynthOptions& options) {
  require_between<std::int64_t>("the number of posts", options.posts, 1, kMostPosts);
  require_between("the number of groups", options.groups, 1, kMostGroups);
  require_between<std::int64_t>("the number of images", options.images, 0, options.posts);
  require_between("the side of an image", options.image_side, kSmallestSide, kLargestSide);
  require_between("the number of files", options.files, 1, kMostFiles);
  require_between("the exponent of hashtags", options.zipf, kSmallestExponent, kLargestExponent);
  require_between("the damaged share", options.damage, 0.0, 1.0);
  require_between("the number of threads", options.threads, 0, 100'000);
  const PostWriter& writer = post_writer(options.format);
  if (options.files > 1 && std::holds_alternative<AccountFiles>(writer.makes)) {
    throw UsageError(
        fmt::format("a corpus in the format '{}' has a file for each account; its number of files "
                    "cannot be chosen",
                    writer.name));
  }
  if (holds_photos(writer) && options.images != options.posts) {
    throw UsageError(fmt::format(
        "each post of a corpus in the format '{}' has its photo beside it: there are {} posts, and "
        "as many images are needed, not {}",
        writer.name, options.posts, options.images));
  }
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
}

std::string path_in_photos(const PostMaker& posts, std::int64_t post) {
  return "photos/" + posts.shortcode(post) + ".jpg";
}

/// Writes the posts; returns where their photos belong, if not among them.
PhotoPath write_posts(const PostWriter& writer, const SynthOptions& options, int threads,
                      CorpusFiles& files) {
  if (const auto* records = std::get_if<RecordFiles>(&writer.makes)) {
    write_record_files(*records, options, threads, files);
    return records->holds_photos ? PhotoPath() : path_in_photos;
  }
  const auto& accounts = std::get<AccountFiles>(writer.makes);
  write_account_files(accounts, options, threads, files);
  if (accounts.photo == nullptr) return path_in_photos;
  return [&accounts](const PostMaker& posts, std::int64_t post) {
    const OwnedPost owned = posts.post(post);
    return fmt::format("{}/{}", accounts.folder, accounts.photo(owned.account, owned.post));
  };
}

}  // namespace

SynthSummary make_corpus(const fs::path& folder, const SynthOptions& options) {
  check_options(options);
  const PostWriter& writer = post_writer(options.format);
  const int threads = options.threads > 0 ? options.threads : available_processors();
  make_empty_folder(folder);
  fs::create_directory(folder / std::visit([](const auto& format) { return format.folder; }, writer.makes));
  CorpusFiles files(folder, options);
  if (!holds_photos_among_posts(writer)) fs::create_directory(folder / "photos");
  if (const PhotoPath photos = write_posts(writer, options, threads, files))
    write_photos(options, photos, threads, files);
  return files.publish();
}

}  // namespace shoal
