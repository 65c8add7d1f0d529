// Letters below U+0100 are one byte, or two of which the first is C2 or C3.
#include "mojibake.hpp"

#include "shoal/text/unicode.hpp"

namespace shoal {

std::string without_mojibake(std::string text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      bytes += text[i];
      continue;
    }
    if ((first != 0xC2 && first != 0xC3) || i + 1 == text.size()) return text;
    const auto second = static_cast<unsigned char>(text[++i]);
    bytes += static_cast<char>((first & 0x03U) << 6U | (second & 0x3FU));
  }
  return is_utf8(bytes) ? bytes : text;
}

}  // namespace shoal
