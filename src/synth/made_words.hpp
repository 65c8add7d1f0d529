// Words that nobody wrote down: as many as one asks for, in several scripts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "vocabulary.hpp"

namespace shoal {

/// How words of a script are put together: syllables, of which none begins another, and one of the endings,
/// of which none ends another (there may be none). So no two numbers give one word.
struct Script {
  std::string_view name;
  Words onsets;  ///< a syllable is an onset and a vowel
  Words vowels;  ///< empty: onsets are syllables
  Words endings;
};

std::span<const Script> scripts();

/// The script of a list's word at a place: half of them are plain Latin.
const Script& script_of_place(std::int64_t place);

/// The word of a number >= 0; each number has its own.
std::string made_word(const Script& script, std::uint64_t number);

}  // namespace shoal
