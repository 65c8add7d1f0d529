// Accounts and posts from counter-based draws: nothing is remembered from one post to the next.
#include "posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "caption.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMostProfiles = 10'000;
constexpr std::int64_t kUsualPostsPerProfile = 20;

std::int64_t choose_posts_per_profile(const SynthOptions& options) {
  if (options.posts_per_profile > 0) return options.posts_per_profile;
  return std::max(kUsualPostsPerProfile, (options.posts + kMostProfiles - 1) / kMostProfiles);
}

std::string account_name(std::int64_t number, Dice& dice) {
  // One draw a statement: the order in which arguments are evaluated is the compiler's choice.
  const std::string_view given = dice.pick(given_names());
  const char initial = static_cast<char>('a' + dice.between(0, 25));
  return fmt::format("{}.{}_{:05}", given, initial, number);
}

/// A few accounts are known to very many, most to few: the cube of a uniform draw.
std::int64_t skewed(std::int64_t largest, Dice& dice) {
  const double u = dice.real(0.0, 1.0);
  return static_cast<std::int64_t>(static_cast<double>(largest) * u * u * u);
}

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

}  // namespace

std::optional<std::int64_t> picture_of_post(std::int64_t number, std::int64_t posts, std::int64_t images) {
  // posts and images are at most 3e9, so that their product fits.
  const std::int64_t before = number * images / posts;
  const std::int64_t after = (number + 1) * images / posts;
  return after > before ? std::optional(before) : std::nullopt;
}

PostMaker::PostMaker(const SynthOptions& options)
    : options_(options),
      posts_per_profile_(choose_posts_per_profile(options)),
      profile_draws_(options.seed, "synth/profile"),
      post_draws_(options.seed, "synth/post"),
      code_offset_(RandomStream(options.seed, "synth/shortcode").bits(0, 0)) {}

std::int64_t PostMaker::profiles() const {
  return (options_.posts + posts_per_profile_ - 1) / posts_per_profile_;
}

MadeProfile PostMaker::profile(std::int64_t number) const {
  Dice dice(profile_draws_, number);
  MadeProfile profile;
  profile.number = number;
  profile.account = account_name(number, dice);
  profile.home_group = dice.between(0, options_.groups - 1);
  profile.followers = 50 + skewed(400'000, dice);
  profile.following = 20 + skewed(3'000, dice);
  return profile;
}

int PostMaker::group_of(const MadeProfile& profile, const MadePost& post, Dice& dice) const {
  // Photos take turns, so that even a few show all groups.
  if (post.picture) return static_cast<int>(*post.picture % options_.groups);
  return dice.chance(75) ? profile.home_group : dice.between(0, options_.groups - 1);
}

MadePost PostMaker::post(const MadeProfile& profile, std::int64_t position) const {
  const std::int64_t number = profile.number * posts_per_profile_ + position;
  Dice dice(post_draws_, number);
  MadePost post;
  post.picture = picture_of_post(number, options_.posts, options_.images);
  post.group = group_of(profile, post, dice);
  post.shortcode = shortcode(number);
  post.day = day(position);
  post.kind = draw_kind(dice);
  post.files = file_names(post, dice);
  post.likes = profile.followers * dice.between(5, 120) / 1000;
  if (dice.chance(25)) post.place = dice.pick(theme(theme_of_group(post.group)).places);
  if (dice.chance(15)) post.mentions.push_back("@" + this->profile(dice.between(0, 999)).account);
  post.tags = make_tags(post.group, options_.groups, dice);
  post.caption = make_caption(post.group, post.tags, post.mentions, dice);
  return post;
}

std::string PostMaker::shortcode(std::int64_t number) const {
  // An odd factor permutes the 60-bit numbers: codes look random and are distinct by construction.
  constexpr std::uint64_t kOddFactor = 0x9E3779B97F4A7C15;
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::uint64_t bits = static_cast<std::uint64_t>(number) * kOddFactor + code_offset_;
  std::string code = "B";
  for (int i = 0; i < 10; ++i, bits >>= 6) code += kAlphabet[bits & 63];
  return code;
}

std::string PostMaker::day(std::int64_t position) const {
  using namespace std::chrono;
  const sys_days newest = 2017y / April / 30;
  const year_month_day date(newest - days(position * 365 / posts_per_profile_));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace shoal
