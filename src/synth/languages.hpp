// What is written in languages other than English, in their scripts.
#pragma once

#include <array>
#include <span>

#include "vocabulary.hpp"

namespace shoal {

struct Language {
  std::string_view name;
  Words openings;
  Words closings;
  std::array<Words, kThemes> nouns;  ///< of each theme
};

std::span<const Language> other_languages();

}  // namespace shoal
