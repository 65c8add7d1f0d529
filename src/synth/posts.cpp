// Posts from counter-based draws: nothing is remembered from one post to the next.
#include "posts.hpp"

#include <fmt/format.h>

#include <string_view>

#include "caption.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kNewest = 1'493'596'800;  // the first second of May 2017
constexpr std::int64_t kYear = 365 * std::int64_t{86'400};
constexpr std::int64_t kFirstCollected = 1'496'275'200'000;  // June 2017, in milliseconds
constexpr std::int64_t kBetweenCollected = 7;

MediaKind draw_kind(Dice& dice) {
  const std::uint64_t percent = dice.below(100);
  if (percent < 6) return MediaKind::album;
  return percent < 10 ? MediaKind::video : MediaKind::image;
}

std::vector<std::string> file_names(const MadePost& post, Dice& dice) {
  std::vector<std::string> names{post.shortcode + ".jpg"};
  const int slides = post.kind == MediaKind::album ? dice.between(2, 5) : 1;
  for (int slide = 2; slide <= slides; ++slide)
    names.push_back(fmt::format("{}_{}.jpg", post.shortcode, slide));
  return names;
}

/// An account's posts are spread over a year, one in each of equal parts.
std::int64_t draw_time(const MadeAccount& account, std::int64_t position, Dice& dice) {
  const std::int64_t newest = kNewest - 1 - kYear * position / account.posts;
  return newest - static_cast<std::int64_t>(dice.below(static_cast<std::uint64_t>(kYear / account.posts)));
}

std::int64_t draw_comments(const MadePost& post, Dice& dice) {
  return (post.likes.count * dice.between(5, 60) + static_cast<std::int64_t>(dice.below(2'000))) / 1'000;
}

/// Who has more posts in a district is drawn more often.
std::int64_t draw_account(const District& district, Dice& dice) {
  const auto posts = static_cast<std::uint64_t>(district.end - district.firsts.front());
  const std::int64_t post = district.firsts.front() + static_cast<std::int64_t>(dice.below(posts));
  return district.firsts[district.account_of(post)];
}

}  // namespace

std::optional<std::int64_t> picture_of_post(std::int64_t number, std::int64_t posts, std::int64_t images) {
  // posts and images are at most 3e9, so that their product fits.
  const std::int64_t before = number * images / posts;
  const std::int64_t after = (number + 1) * images / posts;
  return after > before ? std::optional(before) : std::nullopt;
}

std::int64_t post_of_picture(std::int64_t picture, std::int64_t posts, std::int64_t images) {
  return ((picture + 1) * posts - 1) / images;
}

int group_of_picture(std::int64_t picture, int groups) { return static_cast<int>(picture % groups); }

PostMaker::PostMaker(const SynthOptions& options)
    : options_(options),
      accounts_(options),
      tags_(options.groups, options.zipf),
      post_draws_(options.seed, "synth/post"),
      id_offset_(RandomStream(options.seed, "synth/shortcode").bits(0, 0)) {}

int PostMaker::group_of(const MadeAccount& account, const MadePost& post, Dice& dice) const {
  if (post.picture) return group_of_picture(*post.picture, options_.groups);
  return dice.chance(75) ? account.home_group : dice.between(0, options_.groups - 1);
}

MadePost PostMaker::post(const District& district, const MadeAccount& account, std::int64_t position) const {
  MadePost post;
  post.number = account.first + position;
  Dice dice(post_draws_, post.number);
  post.picture = picture_of_post(post.number, options_.posts, options_.images);
  post.group = group_of(account, post, dice);
  post.id = id(post.number);
  post.shortcode = shortcode(post.number);
  post.taken_at = draw_time(account, position, dice);
  post.posted_at = post.taken_at;
  post.collected_at = kFirstCollected + kBetweenCollected * post.number;
  post.kind = draw_kind(dice);
  post.files = file_names(post, dice);
  post.likes = draw_likes(account, post.group, post.kind, dice);
  post.likes_hidden = dice.chance(5);
  post.comments = draw_comments(post, dice);
  if (dice.chance(25)) post.place = dice.pick(theme(theme_of_group(post.group)).places);
  if (dice.chance(15)) post.mentions.push_back("@" + accounts_.name(draw_account(district, dice)));
  if (dice.chance(3)) post.coauthor = draw_account(district, dice);
  post.tags = tags_.draw(post.group, dice);
  post.caption = make_caption(post.group, account.language, post.tags, post.mentions, dice);
  return post;
}

OwnedPost PostMaker::post(std::int64_t number) const {
  const District district = accounts_.district(number / AccountMaker::kDistrictPosts);
  const std::size_t place = district.account_of(number);
  const std::int64_t first = district.firsts[place];
  OwnedPost owned{accounts_.account(first, district.end_of(place) - first), {}};
  owned.post = post(district, owned.account, number - first);
  return owned;
}

std::uint64_t PostMaker::id(std::int64_t number) const {
  // An odd factor permutes the 60-bit numbers: codes look random and are distinct by construction. The bit
  // above makes all codes equally long.
  constexpr std::uint64_t kOddFactor = 0x9E3779B97F4A7C15;
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 60) - 1;
  return ((static_cast<std::uint64_t>(number) * kOddFactor + id_offset_) & kMask) | (kMask + 1);
}

std::string PostMaker::shortcode(std::int64_t number) const {
  // The platform's own spelling of an id: to the base of 64, the most significant digit first.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::uint64_t bits = id(number);
  std::string code(11, 'A');
  for (auto digit = code.rbegin(); digit != code.rend(); ++digit, bits >>= 6) *digit = kAlphabet[bits & 63];
  return code;
}

}  // namespace shoal
