// What accounts post: groups, captions, hashtags, likes. Each post follows from the options and its number
// alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dice.hpp"
#include "shoal/base/random.hpp"
#include "shoal/data/post.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

struct MadeProfile {
  std::int64_t number = 0;
  std::string account;
  int home_group = 0;  ///< what this account mostly posts about
  std::int64_t followers = 0;
  std::int64_t following = 0;
};

struct MadePost {
  int group = 0;
  std::string shortcode;
  std::string caption;
  std::vector<std::string> tags;      ///< with #
  std::vector<std::string> mentions;  ///< with @
  std::string place;                  ///< empty: none given
  std::string day;                    ///< YYYY-MM-DD
  std::int64_t likes = 0;
  MediaKind kind = MediaKind::image;
  std::vector<std::string> files;       ///< image file names, one for each slide
  std::optional<std::int64_t> picture;  ///< number of its photo, if the first slide's file is there
};

class PostMaker {
 public:
  explicit PostMaker(const SynthOptions& options);

  [[nodiscard]] std::int64_t posts_per_profile() const { return posts_per_profile_; }
  [[nodiscard]] std::int64_t profiles() const;
  [[nodiscard]] MadeProfile profile(std::int64_t number) const;
  /// position: [0, posts_per_profile()), the newest post first.
  [[nodiscard]] MadePost post(const MadeProfile& profile, std::int64_t position) const;

 private:
  [[nodiscard]] int group_of(const MadeProfile& profile, const MadePost& post, Dice& dice) const;
  [[nodiscard]] std::string shortcode(std::int64_t number) const;
  [[nodiscard]] std::string day(std::int64_t position) const;

  SynthOptions options_;
  std::int64_t posts_per_profile_;
  RandomStream profile_draws_;
  RandomStream post_draws_;
  std::uint64_t code_offset_;
};

/// The number of post `number`'s photo where it has one: `images` of `posts` posts, evenly spread, have.
std::optional<std::int64_t> picture_of_post(std::int64_t number, std::int64_t posts, std::int64_t images);

}  // namespace shoal
