// As repr() has it: single quotes, unless the text holds one and no double one.
#include "python_list.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace shoal {
namespace {

/// Characters of made words that Python takes for unprintable, and their escapes.
constexpr std::array<std::array<std::string_view, 2>, 5> kUnprintable{{{"\u200c", "\\u200c"},
                                                                       {"\u200d", "\\u200d"},
                                                                       {"\u200e", "\\u200e"},
                                                                       {"\u200f", "\\u200f"},
                                                                       {"\u00ad", "\\xad"}}};

void append_text(std::string_view text, std::string& list) {
  const bool doubled = text.find('\'') != text.npos && text.find('"') == text.npos;
  const char quote = doubled ? '"' : '\'';
  list += quote;
  while (!text.empty()) {
    bool escaped = false;
    for (const auto& [character, escape] : kUnprintable) {
      if (!text.starts_with(character)) continue;
      list += escape;
      text.remove_prefix(character.size());
      escaped = true;
    }
    if (escaped) continue;
    if (text.front() == quote || text.front() == '\\') list += '\\';
    list += text.front();
    text.remove_prefix(1);
  }
  list += quote;
}

}  // namespace

std::string python_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ", ";
    append_text(text, list);
  }
  return list + "]";
}

std::string python_list_or_text(const std::vector<std::string>& texts) {
  return texts.size() == 1 ? texts.front() : python_list(texts);
}

}  // namespace shoal
