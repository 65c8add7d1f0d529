// Brackets, quotes and colons are all that is looked at.
#include "json_outline.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace shoal {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
/// Keys that lie deeper tell no format.
constexpr int kDeepestKey = 5;

/// The place behind the text that opens at a place; npos where it does not end.
std::size_t behind_text(std::string_view text, std::size_t open) {
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.npos;
}

/// The character that follows, white space aside; '\0' at the end.
char next_of(std::string_view text, std::size_t at) {
  while (at < text.size() && kSpace.find(text[at]) != kSpace.npos) ++at;
  return at < text.size() ? text[at] : '\0';
}

}  // namespace

JsonOutline::JsonOutline(std::string_view beginning) {
  const std::size_t first = beginning.find_first_not_of(kSpace);
  if (first == beginning.npos || (beginning[first] != '{' && beginning[first] != '[')) return;
  root_ = beginning[first];
  int depth = 0;
  for (std::size_t i = first; i < beginning.size(); ++i) {
    const char c = beginning[i];
    if (c == '"') {
      const std::size_t behind = behind_text(beginning, i);
      if (behind == beginning.npos) return;
      if (depth <= kDeepestKey && next_of(beginning, behind) == ':') {
        const std::size_t colon = beginning.find(':', behind);
        keys_.push_back(
            {depth, std::string(beginning.substr(i + 1, behind - i - 2)), next_of(beginning, colon + 1)});
      }
      i = behind - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      const char next = next_of(beginning, i + 1);
      followed_ = next == '{' || next == '[';
      ends_in_first_line_ = beginning.substr(first, i - first).find('\n') == beginning.npos;
      return;
    }
  }
}

std::vector<std::string> JsonOutline::paths() const {
  constexpr std::size_t kMostKeys = 3;
  const int record = root_ == '[' ? 2 : 1;
  std::vector<std::string> paths;
  std::set<std::string> known;
  std::vector<std::pair<int, std::string>> above;  // the depth of each key that the next one lies below
  for (const auto& [depth, key, first] : keys_) {
    while (!above.empty() && above.back().first >= depth) above.pop_back();
    if (above.size() == kMostKeys || (above.empty() && depth != record)) continue;
    above.emplace_back(depth, above.empty() ? key : above.back().second + "." + key);
    if (known.insert(above.back().second).second) paths.push_back(above.back().second);
  }
  return paths;
}

bool JsonOutline::has(int depth, std::string_view key) const {
  return std::ranges::any_of(keys_, [&](const Key& k) { return k.depth == depth && k.name == key; });
}

bool JsonOutline::has_list(int depth, std::string_view key) const {
  return std::ranges::any_of(
      keys_, [&](const Key& k) { return k.depth == depth && k.name == key && k.first == '['; });
}

bool JsonOutline::has_any(int depth) const {
  return std::ranges::any_of(keys_, [&](const Key& k) { return k.depth == depth; });
}

bool JsonOutline::holds_only(std::string_view beginning_of_keys) const {
  return root_ == '{' && has_any(1) && std::ranges::all_of(keys_, [&](const Key& k) {
           return k.depth != 1 ||
                  (k.name.starts_with(beginning_of_keys) && (k.first == '[' || k.first == '{'));
         });
}

}  // namespace shoal
