// Districts are filled with accounts until they are full; so nobody has to know all accounts at once.
#include "accounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "languages.hpp"
#include "likes.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace {

/// The number of an account's posts follows Zipf's law with this exponent: half of the accounts have one.
constexpr double kPostsExponent = 1.8;
constexpr std::int64_t kMostPostsOfAccount = 10'000;

std::int64_t most_posts_of_account(const SynthOptions& options) {
  return std::clamp<std::int64_t>(options.posts / 10, 1, kMostPostsOfAccount);
}

/// A few accounts are known to very many, most to few: log-normal, with a median of 1,800.
std::int64_t draw_followers(Dice& dice) {
  const double followers = deterministic_exp_of(7.5 + 1.7 * draw_normal(dice));
  return static_cast<std::int64_t>(std::clamp(followers, 1.0, 4e8));
}

int draw_language(Dice& dice) {
  if (dice.chance(60)) return -1;
  return dice.between(0, static_cast<int>(other_languages().size()) - 1);
}

}  // namespace

std::size_t District::account_of(std::int64_t post) const {
  return static_cast<std::size_t>(std::upper_bound(firsts.begin(), firsts.end(), post) - firsts.begin()) - 1;
}

std::int64_t District::end_of(std::size_t account) const {
  return account + 1 < firsts.size() ? firsts[account + 1] : end;
}

AccountMaker::AccountMaker(const SynthOptions& options)
    : options_(options),
      posts_law_(kPostsExponent, most_posts_of_account(options)),
      size_draws_(options.seed, "synth/posts-of-account"),
      name_draws_(options.seed, "synth/name"),
      account_draws_(options.seed, "synth/account"),
      id_offset_(RandomStream(options.seed, "synth/account-id").bits(0, 0)) {}

std::int64_t AccountMaker::districts() const {
  return (options_.posts + kDistrictPosts - 1) / kDistrictPosts;
}

District AccountMaker::district(std::int64_t number) const {
  District district;
  district.end = std::min((number + 1) * kDistrictPosts, options_.posts);
  Dice dice(size_draws_, number);
  for (std::int64_t post = number * kDistrictPosts; post < district.end; post += posts_law_.draw(dice)) {
    district.firsts.push_back(post);
  }
  return district;
}

std::string AccountMaker::name(std::int64_t first) const {
  Dice dice(name_draws_, first);
  // One draw a statement: the order in which arguments are evaluated is the compiler's choice.
  const std::string_view given = dice.pick(given_names());
  const char initial = static_cast<char>('a' + dice.between(0, 25));
  return fmt::format("{}.{}_{:05}", given, initial, first);
}

std::uint64_t AccountMaker::id(std::int64_t first) const {
  // An odd factor permutes the 36-bit numbers: ids look random and are distinct by construction.
  constexpr std::uint64_t kOddFactor = 0x9E3779B97F4A7C15;
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 36) - 1;
  return 1'000'000 + ((static_cast<std::uint64_t>(first) * kOddFactor + id_offset_) & kMask);
}

MadeAccount AccountMaker::account(std::int64_t first, std::int64_t posts) const {
  Dice dice(account_draws_, first);
  MadeAccount account;
  account.first = first;
  account.posts = posts;
  account.name = name(first);
  account.id = id(first);
  account.home_group = dice.between(0, options_.groups - 1);
  account.language = draw_language(dice);
  account.followers = draw_followers(dice);
  account.following = 20 + static_cast<std::int64_t>(dice.below(1'500));
  account.verified = account.followers > 100'000;
  account.engagement = draw_engagement(dice);
  account.full_name =
      fmt::format("{} ✨ {}", account.name.substr(0, account.name.find('.')), group_name(account.home_group));
  return account;
}

}  // namespace shoal
