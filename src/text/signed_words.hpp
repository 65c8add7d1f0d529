// Words at a sign in a caption: '#' before tags, '@' before handles and inside of e-mail addresses.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "web_addresses.hpp"

namespace shoal {

/// A word of a caption and the sign in front of it.
struct SignedWord {
  std::size_t sign = 0;  ///< where its sign begins, in bytes
  std::string_view word;
  std::size_t end = 0;  ///< where it ends, with characters behind the word that are never shown
};

/// All uses of tags, by hashtags_in()'s rule.
std::vector<SignedWord> hashtag_words(std::string_view caption);
/// All uses of handles, by mentions_in()'s rule.
std::vector<SignedWord> mention_words(std::string_view caption);

/// All e-mail addresses, in whose places mention_words() finds none.
std::vector<TextSpan> mail_addresses(std::string_view caption);

/// The words alone, each once, in order of first use.
std::vector<std::string> distinct_words(const std::vector<SignedWord>& words);

}  // namespace shoal
