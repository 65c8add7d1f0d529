// Sentences about values stand in quarantine.csv and on terminals.
#include "excerpt.hpp"

#include "shoal/base/odd_text.hpp"

namespace shoal {

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return terminal_text(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return terminal_text(text.substr(0, end)) + "...";
}

}  // namespace shoal
