// Texts and numbers as they stand in the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

/// Any text as HTML text or as the value of a quoted attribute. Bytes that are no UTF-8 text and control
/// characters, also those that turn the direction of writing, become U+FFFD.
std::string escape_html(std::string_view text);
/// escape_html for a name of words joined by `_`, which may break after each.
std::string escape_joined_words(std::string_view text);
/// 13005 as "13,005".
std::string grouped(std::int64_t number);
/// "1 post", "13,005 posts".
std::string counted(std::int64_t number, std::string_view one, std::string_view many);
/// part / whole as "12.3 %"; "0 %" where the whole is 0.
std::string percentage(double part, double whole);
/// A data: URI of a JPEG.
std::string jpeg_uri(std::span<const std::byte> jpeg);

}  // namespace shoal
