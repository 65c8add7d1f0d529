// The nearest known word to a misspelt one, for messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shoal {

/// Levenshtein distance in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate with the smallest distance (ties: the first); empty if there is none.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);
/// For the end of a message: "did you mean 'check'?" where a candidate looks like the word, else all of them,
/// "it may be check, run".
std::string suggestion_for(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace shoal
