// The signs in front of tags and handles, '#' and '@', in all their forms.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace shoal {

/// A sign in ASCII and the two forms that East Asian keyboards have for it, full-width and small.
using SignForms = std::array<std::string_view, 3>;
inline constexpr SignForms kHashForms{"#", "\xef\xbc\x83", "\xef\xb9\x9f"};
inline constexpr SignForms kAtForms{"@", "\xef\xbc\xa0", "\xef\xb9\xab"};

/// How many bytes at the beginning of text are one of the forms.
std::size_t sign_bytes(std::string_view text, const SignForms& forms);

/// Finds one form after the other. Where a byte comes next is remembered: a text with many signs of one form
/// is not searched for the others at each of them.
class SignSearch {
 public:
  SignSearch(std::string_view text, const SignForms& forms);
  /// Where the first sign from `from` on begins; npos if there is none. `from` must not go back.
  std::size_t next(std::size_t from);

 private:
  [[nodiscard]] std::size_t next_wide(std::size_t from) const;

  std::string_view text_;
  const SignForms& forms_;
  std::size_t plain_;
  std::size_t wide_;
};

}  // namespace shoal
