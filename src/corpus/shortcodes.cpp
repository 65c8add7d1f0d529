// The most significant digit stands first, without leading zeros, which are 'A'.
#include "shortcodes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace shoal {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kLongestShortcode = 64;

}  // namespace

std::string shortcode_of_number(std::string_view number) {
  number = number.substr(0, number.find('_'));
  std::uint64_t value = 0;
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, value);
  if (error != std::errc() || stop != end || value == 0) return {};
  std::string code;
  for (; value > 0; value >>= 6U) code += kDigits[value & 63U];
  std::reverse(code.begin(), code.end());
  return code;
}

bool is_shortcode(std::string_view text) {
  return text.size() <= kLongestShortcode &&
         std::ranges::all_of(text, [](char c) { return kDigits.find(c) != kDigits.npos; });
}

}  // namespace shoal
