// Most captions have no sign at all: bytes are searched, not characters.
#include "shoal/text/signs.hpp"

#include <algorithm>

namespace shoal {

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
