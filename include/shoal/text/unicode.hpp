// Characters of UTF-8: what is well-formed, what is visible, and which texts differ in spelling alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shoal {

/// Whether text is well-formed UTF-8 (no surrogates, nothing beyond U+10FFFF, shortest forms).
bool is_utf8(std::string_view text);

/// text with every byte that does not belong to well-formed UTF-8 replaced by `replacement`.
std::string repair_utf8(std::string_view text, std::string_view replacement);

/// text without white space and characters that are never shown (Unicode's White_Space and
/// Default_Ignorable_Code_Point) at its ends. also_in_front: further ones that go in front. The tags that
/// tell flags of countries' parts apart stay, though they are never shown by themselves.
std::string_view trimmed(std::string_view text, std::u32string_view also_in_front = {});

/// How many bytes at the beginning of text are letters, digits and marks by Unicode, or of `also` (ASCII).
std::size_t word_bytes(std::string_view text, std::string_view also);

/// Whether text holds white space by Unicode.
bool holds_white_space(std::string_view text);

/// Whether text holds a control character (U+0000 to U+001F, U+007F to U+009F).
bool holds_control(std::string_view text);

/// Lower case by Unicode, whatever the language. text: UTF-8.
std::string lower_case(std::string_view text);

/// NFC(casefold(NFC(text))): equal for texts that differ in case and composition alone. text: UTF-8.
std::string folded(std::string_view text);

/// text without variation selectors, which choose among pictures of one character. text: UTF-8.
std::string without_variation_selectors(std::string_view text);

}  // namespace shoal
