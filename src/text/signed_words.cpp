// Most captions have no sign at all: bytes are searched, not characters.
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

std::size_t sign_bytes(std::string_view text, const SignForms& forms) {
  for (const std::string_view form : forms) {
    if (text.starts_with(form)) return form.size();
  }
  return 0;
}

SignSearch::SignSearch(std::string_view text, const SignForms& forms)
    : text_(text), forms_(forms), plain_(text.find(forms[0].front())), wide_(next_wide(0)) {}

std::size_t SignSearch::next(std::size_t from) {
  if (plain_ < from) plain_ = text_.find(forms_[0].front(), from);
  if (wide_ < from) wide_ = next_wide(from);
  return std::min(plain_, wide_);
}

std::size_t SignSearch::next_wide(std::size_t from) const {
  const char first = forms_[1].front();  // of both forms
  std::size_t at = text_.find(first, from);
  while (at != text_.npos && sign_bytes(text_.substr(at), forms_) == 0) at = text_.find(first, at + 1);
  return at;
}

}  // namespace shoal
