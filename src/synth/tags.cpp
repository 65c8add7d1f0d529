// One list of tags for each group and one for all, each without an end that a corpus would reach.
#include "tags.hpp"

#include <algorithm>
#include <utility>

#include "made_words.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace {

/// With the largest number of groups, numbers of words still fit 64 bits, and words a hashtag.
constexpr std::int64_t kRanks = std::int64_t{1} << 40;
constexpr double kMoreOfGroups = 0.3;
constexpr std::uint64_t kSharedPercent = 20;
constexpr std::uint64_t kBorrowedPercent = 3;

}  // namespace

TagMaker::TagMaker(int groups, double exponent)
    : groups_(groups), shared_ranks_(exponent, kRanks), group_ranks_(exponent + kMoreOfGroups, kRanks) {}

std::vector<std::string> TagMaker::draw(int group, Dice& dice) const {
  std::vector<std::string> tags;
  if (dice.chance(15)) return tags;
  const int tries = dice.between(2, 10);
  for (int i = 0; i < tries; ++i) {
    std::string tag = "#" + draw_one(group, dice);
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  }
  return tags;
}

std::string TagMaker::draw_one(int group, Dice& dice) const {
  const std::uint64_t kind = dice.below(100);
  if (kind < kSharedPercent) return shared(shared_ranks_.draw(dice));
  // Now and then a post borrows another group's word: real groups overlap.
  if (kind < kSharedPercent + kBorrowedPercent)
    group = static_cast<int>(dice.below(static_cast<std::uint64_t>(groups_)));
  return of_group(group, group_ranks_.draw(dice));
}

std::string TagMaker::of_group(int group, std::int64_t rank) const {
  const std::int64_t written = std::ssize(theme(theme_of_group(group)).tags);
  if (rank <= written) return group_tag(group, static_cast<std::size_t>(rank - 1));
  return made_tag(rank - written - 1, group + 1);
}

std::string TagMaker::shared(std::int64_t rank) const {
  const std::int64_t written = std::ssize(shared_tags());
  if (rank <= written) return std::string(shared_tags()[static_cast<std::size_t>(rank - 1)]);
  return made_tag(rank - written - 1, 0);
}

std::string TagMaker::made_tag(std::int64_t place, int list) const {
  const auto lists = static_cast<std::uint64_t>(groups_) + 1;
  return made_word(script_of_place(place),
                   static_cast<std::uint64_t>(place) * lists + static_cast<std::uint64_t>(list));
}

}  // namespace shoal
