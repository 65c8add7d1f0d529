// Sentences about values stand in quarantine.csv and on terminals.
#include "excerpt.hpp"

#include "shoal/base/odd_text.hpp"

namespace shoal {
namespace {

/// Up to 40 bytes of text, cut between characters.
std::string_view beginning_of(std::string_view text) {
  std::size_t end = 40;
  if (text.size() <= end) return text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  const std::string_view shown = beginning_of(text);
  std::string result = "'";
  for (const char c : terminal_text(shown)) {
    if (c == '\'') result += '\\';
    result += c;
  }
  return result + (shown.size() < text.size() ? "...'" : "'");
}

}  // namespace shoal
