// Sentences from a few patterns, hashtags with frequencies after Zipf.
#include "caption.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "vocabulary.hpp"

namespace shoal {
namespace {

/// A position in [0, count) with probability in proportion to 1 / (position + 1).
std::size_t zipf(std::size_t count, Dice& dice) {
  constexpr std::uint64_t kUnit = 1'000'000;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) total += kUnit / (i + 1);
  std::uint64_t left = dice.below(total);
  std::size_t position = 0;
  while (left >= kUnit / (position + 1)) left -= kUnit / (++position);
  return position;
}

std::string make_tag(int group, int groups, Dice& dice) {
  const std::uint64_t kind = dice.below(100);
  if (kind < 30) return std::string(shared_tags()[zipf(shared_tags().size(), dice)]);
  // Now and then a post borrows another group's word: real groups overlap.
  if (kind < 33) group = static_cast<int>(dice.below(static_cast<std::uint64_t>(groups)));
  return group_tag(group, zipf(theme(theme_of_group(group)).tags.size(), dice));
}

std::string capitalised(std::string sentence) {
  if (!sentence.empty() && 'a' <= sentence[0] && sentence[0] <= 'z') {
    sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
  }
  return sentence;
}

/// The pieces one after the other. An initializer list is evaluated from left to right, operands of + are
/// not: draws must keep their order.
std::string concatenated(std::initializer_list<std::string_view> pieces) {
  std::string text;
  for (const std::string_view piece : pieces) text += piece;
  return text;
}

std::string make_sentence(const Theme& theme, Dice& dice) {
  const auto word = [&dice](Words words) { return dice.pick(words); };
  switch (dice.below(6)) {
    case 0:
      return concatenated({word(openings()), " ", word(theme.adjectives), " ", word(theme.nouns), " in ",
                           word(theme.places), " ", word(theme.emoji)});
    case 1:
      return capitalised(concatenated({word(theme.adjectives), " ", word(theme.nouns), ", ",
                                       word(theme.adjectives), " ", word(theme.nouns), "."}));
    case 2:
      return concatenated(
          {word(openings()), " the ", word(theme.nouns), "… ", word(theme.emoji), word(theme.emoji)});
    case 3:
      return concatenated({word(theme.places), " ", word(theme.emoji)});
    case 4:
      return capitalised(concatenated(
          {word(theme.nouns), " & ", word(theme.nouns), " ", word(theme.emoji), "\n\n", word(closings())}));
    default:
      return concatenated({word(openings()), " this ", word(theme.adjectives), " ", word(theme.nouns), ". ",
                           word(closings())});
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::vector<std::string> make_tags(int group, int groups, Dice& dice) {
  std::vector<std::string> tags;
  if (dice.chance(15)) return tags;
  const int tries = dice.between(2, 10);
  for (int i = 0; i < tries; ++i) {
    std::string tag = "#" + make_tag(group, groups, dice);
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  }
  return tags;
}

std::string make_caption(int group, const std::vector<std::string>& tags,
                         const std::vector<std::string>& mentions, Dice& dice) {
  if (tags.empty() && mentions.empty() && dice.chance(10)) return "";
  std::string caption = make_sentence(theme(theme_of_group(group)), dice);
  if (!mentions.empty()) caption += (dice.chance(50) ? "\nwith " : " 📷 ") + joined(mentions);
  if (!tags.empty()) caption += (dice.chance(30) ? "\n.\n.\n" : " ") + joined(tags);
  return caption;
}

}  // namespace shoal
