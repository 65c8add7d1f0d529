// The beginning of a value, for a sentence about it.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// Up to 40 bytes of text, cut between characters, as a message may show them (text/unicode.hpp, printable).
std::string excerpt(std::string_view text);

}  // namespace shoal
