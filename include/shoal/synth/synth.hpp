// A made corpus with known groups: accounts, captions, hashtags, likes and drawn photos, of any size.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

struct SynthOptions {
  std::int64_t posts = 5000;  ///< 1 to 3,000,000,000
  int groups = 8;  ///< 1 to 1,000; the first eight have a drawing style each, later ones vary these
  std::int64_t images =
      96;  ///< posts whose image file is there, spread evenly over posts and groups; 0 to posts
  std::uint64_t seed = 1;
  int image_side = 400;            ///< longer side of a photo in pixels, 64 to 4,096
  std::string format = "profile";  ///< one of synth_formats()
  int files = 1;                   ///< that a format of records is spread over, 1 to 10,000
  double zipf = 1.1;    ///< exponent of the law of hashtags, 1.05 to 4; the smaller, the more rare ones
  double damage = 0.0;  ///< share of records with a defect of real dumps, 0 to 1
  int threads = 0;      ///< 0: all processors of this process
};

struct SynthSummary {
  std::int64_t accounts = 0;
  std::int64_t posts = 0;
  std::int64_t photos = 0;
  std::int64_t damaged = 0;
  std::uint64_t bytes = 0;  ///< of all files together
};

/// The formats that corpora are written in; docs/start.md describes them.
std::vector<std::string_view> synth_formats();

/// How many images a corpus has where nobody says it: 96, or one for each post where the format needs them.
/// Throws UsageError for a format that there is not.
std::int64_t usual_images(const SynthOptions& options);

/// Writes below folder, which must be new or empty:
///   profiles/*.json   in the format `profile`: an account with its posts in each (docs/inputs.md); or
///   posts/            in any other: `files` files of records, or a folder for each account
///   photos/*.jpg      a photo for each of `images` posts, named by the post's shortcode; not in formats that
///                     have photos among the posts
///   damage.csv        file,record,shortcode,damage for each damaged record, where `damage` is over 0
///   truth.csv         shortcode,group,account,likes,expected_likes for each post, in the order of posts; it
///                     appears last, so its presence means the corpus is whole
/// Every byte depends on the options but `threads` alone (those of a photo
/// also on the version of libjpeg, those of xz on that of liblzma).
/// Each thread holds a few thousand posts at a time, or an account's. Throws UsageError for options out of
/// range and for a folder that holds something, FailureError or ResourceError where writing fails,
/// Interrupted between two pieces.
SynthSummary make_corpus(const std::filesystem::path& folder, const SynthOptions& options);

}  // namespace shoal
