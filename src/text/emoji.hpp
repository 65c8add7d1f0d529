// Emoji in texts: characters, and what belongs to them.
#pragma once

#include <cstddef>
#include <string_view>

namespace shoal {

/// Whether a character beyond ASCII is an emoji or a part of one that is shown, or reserved for one of later
/// versions of Unicode. Those that are punctuation (‼ ⁉ 〰) end sentences, and © ® ™ stand behind names: they
/// are none by themselves. Symbols that are no emoji are not asked for by Extended_Pictographic: Unicode 17
/// took most of them out.
bool is_emoji(char32_t c);

/// How many bytes at the beginning of text are an emoji, with its skin tones, joiners, variation selectors
/// and what is joined to it; also of © and the like, and of digits, where what follows makes them one. 0:
/// none.
std::size_t emoji_bytes(std::string_view text);

}  // namespace shoal
