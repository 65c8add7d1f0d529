// Sentences for files that pseudonyms are to be kept in. What comes from inputs stands in quotes in all of
// Shoal's sentences, or is a number.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// The sentence without what it quotes: "'…' cannot be read". From the first quote that opens to the last
/// that closes, since a name may hold quotes itself.
std::string without_quotes(std::string_view sentence);

/// Its numbers as "#", too: lengths and places in a file tell files apart.
std::string without_quotes_and_numbers(std::string_view sentence);

}  // namespace shoal
