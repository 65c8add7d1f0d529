// Words behind a sign in a caption: '#' before tags, '@' before handles.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// A word of a caption and the sign in front of it.
struct SignedWord {
  std::size_t sign = 0;  ///< where its sign begins, in bytes
  std::string_view word;
};

/// All uses of tags, by hashtags_in()'s rule.
std::vector<SignedWord> hashtag_words(std::string_view caption);
/// All uses of handles, by mentions_in()'s rule.
std::vector<SignedWord> mention_words(std::string_view caption);

/// The words alone, each once, in order of first use.
std::vector<std::string> distinct_words(const std::vector<SignedWord>& words);

}  // namespace shoal
