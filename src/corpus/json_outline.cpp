// Brackets, quotes and colons are all that is looked at.
#include "json_outline.hpp"

#include <algorithm>

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

bool is_key(std::string_view text, std::size_t behind) {
  while (behind < text.size() && kSpace.find(text[behind]) != kSpace.npos) ++behind;
  return behind < text.size() && text[behind] == ':';
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
      if (depth <= kDeepestKey && is_key(beginning, behind))
        keys_.emplace_back(depth, beginning.substr(i + 1, behind - i - 2));
      i = behind - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      ends_in_first_line_ = beginning.substr(first, i - first).find('\n') == beginning.npos;
      return;
    }
  }
}

std::vector<std::string> JsonOutline::paths() const {
  const int record = root_ == '[' ? 2 : 1;
  std::vector<std::string> paths;
  std::string above;
  for (const auto& [depth, key] : keys_) {
    if (depth == record) above = key;
    if (depth < record || depth > record + 1) continue;
    std::string path = depth == record ? key : above + "." + key;
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
  }
  return paths;
}

bool JsonOutline::has(int depth, std::string_view key) const {
  return std::ranges::any_of(keys_, [&](const auto& k) { return k.first == depth && k.second == key; });
}

}  // namespace shoal
