// Sentences from a few patterns.
#include "caption.hpp"

#include <initializer_list>
#include <string_view>

#include "languages.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace {

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

std::string make_sentence(int language, int theme_number, Dice& dice) {
  const Language& words = other_languages()[static_cast<std::size_t>(language)];
  const Words nouns = words.nouns[static_cast<std::size_t>(theme_number)];
  const Words emoji = theme(theme_number).emoji;
  const auto word = [&dice](Words list) { return dice.pick(list); };
  switch (dice.below(3)) {
    case 0:
      return concatenated({word(words.openings), " ", word(nouns), " ", word(emoji)});
    case 1:
      return concatenated({word(nouns), " ", word(emoji), word(emoji), "\n", word(words.closings)});
    default:
      return concatenated(
          {word(words.openings), " ", word(nouns), ", ", word(nouns), ". ", word(words.closings)});
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string make_caption(int group, int language, const std::vector<std::string>& tags,
                         const std::vector<std::string>& mentions, Dice& dice) {
  if (tags.empty() && mentions.empty() && dice.chance(10)) return "";
  std::string caption = language < 0 ? make_sentence(theme(theme_of_group(group)), dice)
                                     : make_sentence(language, theme_of_group(group), dice);
  if (!mentions.empty()) caption += (dice.chance(50) ? "\nwith " : " 📷 ") + joined(mentions);
  if (!tags.empty()) caption += (dice.chance(30) ? "\n.\n.\n" : " ") + joined(tags);
  return caption;
}

}  // namespace shoal
