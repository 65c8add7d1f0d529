// Kinds of ASCII characters, whatever the locale; a byte of a longer character is of none.
#pragma once

namespace shoal {

constexpr bool is_ascii_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_ascii_letter(char c) { return is_ascii_lower(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool is_ascii_alnum(char c) { return is_ascii_letter(c) || (c >= '0' && c <= '9'); }
/// Letters, digits and '_', as identifiers have them.
constexpr bool is_ascii_word(char c) { return is_ascii_alnum(c) || c == '_'; }

}  // namespace shoal
