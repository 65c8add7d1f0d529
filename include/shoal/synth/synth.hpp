// A made corpus with known groups: profiles, captions, hashtags and drawn photos, of any size.
#pragma once

#include <cstdint>
#include <filesystem>

namespace shoal {

struct SynthOptions {
  std::int64_t posts = 5000;  ///< 1 to 3,000,000,000
  int groups = 8;  ///< 1 to 1,000; the first eight have a drawing style each, later ones vary these
  std::int64_t images =
      96;  ///< posts whose image file is there, spread evenly over posts and groups; 0 to posts
  int posts_per_profile = 0;  ///< 0: 20, and more where that would make over 10,000 files
  std::uint64_t seed = 1;
  int image_side = 400;  ///< longer side of a photo in pixels, 64 to 4,096
};

struct SynthSummary {
  std::int64_t profiles = 0;
  std::int64_t posts = 0;
  std::int64_t photos = 0;
  std::uint64_t bytes = 0;  ///< of all files together
};

/// Writes below folder, which must be new or empty:
///   profiles/*.json   posts in the profile format (docs/inputs.md), posts_per_profile in each
///   photos/*.jpg      a photo for each of `images` posts, named by the post's shortcode
///   truth.csv         shortcode,group for each post; it appears last, so its presence means the corpus is
///   whole
/// Every byte depends on the options alone (that of a photo also on the version of libjpeg). Holds one
/// profile in memory at a time. Throws UsageError for options out of range and for a folder that holds
/// something, FailureError or ResourceError where writing fails, Interrupted between two profiles.
SynthSummary make_corpus(const std::filesystem::path& folder, const SynthOptions& options);

}  // namespace shoal
