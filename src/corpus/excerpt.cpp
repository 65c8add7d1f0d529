// Sentences about values stand in quarantine.csv and on terminals.
#include "excerpt.hpp"

#include "shoal/text/unicode.hpp"

namespace shoal {

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return printable(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return printable(text.substr(0, end)) + "...";
}

}  // namespace shoal
