// Runs that need no escape are appended whole.
#include "shoal/base/json_escapes.hpp"

#include <fmt/format.h>

#include <iterator>

namespace shoal {

void append_json_escaped(std::string_view text, std::string& to) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
    to.append(text, begin, i - begin);
    begin = i + 1;
    if (c == '\n') {
      to += "\\n";
    } else if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else {
      fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<unsigned>(c));
    }
  }
  to.append(text, begin);
}

}  // namespace shoal
