// What a caption itself names: hashtags and accounts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// The hashtags of a caption, without their signs (# ＃ ﹟), as written, each once, in order of first use.
/// caption: UTF-8; its entities decoded. The rule is that of UAX #31 for hashtags (R8), but for what stands
/// in docs/inputs.md, "Text":
///  - A tag goes on over letters, marks, numbers, connecting punctuation, emoji and what joins them, and over
///    a middle dot inside. Characters that are never shown at its ends are no part of it.
///  - No tag begins with a mark, as '#' and U+20E3 make a picture, behind '&', or inside a web address.
std::vector<std::string> hashtags_in(std::string_view caption);

/// The handles behind '@' (also ＠ ﹫) in a caption, as written, each once, in order of first use: letters,
/// digits and '_' of ASCII, and single points between them. caption: UTF-8; its entities decoded. What stands
/// in e-mail and web addresses is none, nor what goes on with a letter that handles do not have.
std::vector<std::string> mentions_in(std::string_view caption);

/// text with HTML's entities replaced by their characters, once: numbers, as in &#39; and &#x1F600;, and
/// HTML 4's names. What is no entity, has no semicolon, or would be a control character stays as it is.
std::string decode_entities(std::string_view text);

}  // namespace shoal
