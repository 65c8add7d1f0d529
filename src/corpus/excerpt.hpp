// The beginning of a value, for a sentence about it.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// Up to 40 bytes of text, cut between characters, in quotes, with what acts on a terminal spelt out
/// (base/odd_text.hpp) and `\'` for a quote inside. Whatever a sentence takes from an input goes through
/// here: under pseudonyms, what stands in quotes is taken out.
std::string in_quotes(std::string_view text);

}  // namespace shoal
