// Words of captions, each once.
#include "signed_words.hpp"

#include <algorithm>
#include <unordered_set>

namespace shoal {
namespace {

/// So few words are compared with each other sooner than hashed; the platform allows thirty tags.
constexpr std::size_t kFew = 30;

}  // namespace

std::vector<std::string> distinct_words(const std::vector<SignedWord>& words) {
  std::vector<std::string> distinct;
  std::unordered_set<std::string_view> seen;
  const auto is_new = [&](std::string_view word) {
    return words.size() <= kFew ? std::ranges::find(distinct, word) == distinct.end()
                                : seen.insert(word).second;
  };
  for (const SignedWord& found : words) {
    if (is_new(found.word)) distinct.emplace_back(found.word);
  }
  return distinct;
}

}  // namespace shoal
