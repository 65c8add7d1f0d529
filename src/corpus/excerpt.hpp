// The beginning of a value, for a sentence about it.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// Up to 40 bytes of text, cut between characters, with what acts on a terminal spelt out
/// (base/odd_text.hpp).
std::string excerpt(std::string_view text);

}  // namespace shoal
