// What accounts post: groups, captions, hashtags, likes. Each post follows from the options and its number
// alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts.hpp"
#include "damage.hpp"
#include "dice.hpp"
#include "likes.hpp"
#include "shoal/base/random.hpp"
#include "shoal/data/post.hpp"
#include "shoal/synth/synth.hpp"
#include "tags.hpp"

namespace shoal {

struct MadePost {
  std::int64_t number = 0;  ///< in the corpus
  int group = 0;
  std::uint64_t id = 0;  ///< as the platform numbers media
  std::string shortcode;
  std::string caption;
  std::vector<std::string> tags;      ///< with #
  std::vector<std::string> mentions;  ///< with @
  std::string place;                  ///< empty: none given
  std::int64_t taken_at = 0;          ///< seconds since 1970, as the record tells it
  std::int64_t posted_at = 0;         ///< the true time, which names the files of some formats
  std::int64_t collected_at = 0;      ///< milliseconds since 1970
  Likes likes;
  bool likes_hidden = false;  ///< where a format can say so; `likes` are the true ones
  std::int64_t comments = 0;
  MediaKind kind = MediaKind::image;
  std::vector<std::string> files;        ///< image file names, one for each slide
  std::optional<std::int64_t> picture;   ///< number of its photo, if the first slide's file is there
  std::optional<std::int64_t> coauthor;  ///< first post of an account that stands beside the author
  std::optional<Damage> damage;          ///< what is wrong with its record
};

/// A post with its account.
struct OwnedPost {
  MadeAccount account;
  MadePost post;
};

class PostMaker {
 public:
  explicit PostMaker(const SynthOptions& options);

  [[nodiscard]] const AccountMaker& accounts() const { return accounts_; }
  /// A post of an account of a district; position: [0, account.posts), the newest post first.
  [[nodiscard]] MadePost post(const District& district, const MadeAccount& account,
                              std::int64_t position) const;
  /// The same of any post of the corpus.
  [[nodiscard]] OwnedPost post(std::int64_t number) const;
  [[nodiscard]] std::string shortcode(std::int64_t number) const;

 private:
  [[nodiscard]] int group_of(const MadeAccount& account, const MadePost& post, Dice& dice) const;
  [[nodiscard]] std::uint64_t id(std::int64_t number) const;

  SynthOptions options_;
  AccountMaker accounts_;
  TagMaker tags_;
  RandomStream post_draws_;
  std::uint64_t id_offset_;
};

/// The number of post `number`'s photo where it has one: `images` of `posts` posts, evenly spread, have.
std::optional<std::int64_t> picture_of_post(std::int64_t number, std::int64_t posts, std::int64_t images);
/// The post that has a photo: the other way round.
std::int64_t post_of_picture(std::int64_t picture, std::int64_t posts, std::int64_t images);
/// Photos take turns, so that even a few show all groups.
int group_of_picture(std::int64_t picture, int groups);

}  // namespace shoal
