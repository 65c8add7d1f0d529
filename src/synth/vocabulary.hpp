// What people of each group write about, and what everybody writes.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shoal {

using Words = std::span<const std::string_view>;

/// A subject of posts. Its drawing style is in scenes.hpp, under the same position.
struct Theme {
  std::string_view name;
  Words tags;  ///< most used first
  Words nouns;
  Words adjectives;
  Words places;
  Words emoji;
};

inline constexpr int kThemes = 8;

/// theme: [0, kThemes).
const Theme& theme(int number);

/// Hashtags that posts of all groups use, most used first.
Words shared_tags();
Words openings();
Words closings();
/// Parts of account names.
Words given_names();

/// A group beyond the first kThemes has the words of an earlier one, with hashtags and a name of its own
/// (`ocean2`, `sea-2`), so that any number of groups can be told apart.
int theme_of_group(int group);
std::string group_name(int group);
/// tag: position in the theme's list.
std::string group_tag(int group, std::size_t tag);

}  // namespace shoal
