// Digits and a power of ten, so that no number passes through floating point.
#include "whole_number.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace shoal {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the digits that text begins with.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

/// Takes the digits before a point: all of one kind, or groups of three behind commas. Empty where there are
/// none or the groups are others.
std::string take_grouped_digits(std::string_view& text) {
  std::string digits(take_digits(text));
  if (!text.starts_with(',')) return digits;
  bool sound = !digits.empty() && digits.size() <= 3;
  while (text.starts_with(',')) {
    text.remove_prefix(1);
    const std::string_view group = take_digits(text);
    sound &= group.size() == 3;
    digits += group;
  }
  return sound ? digits : std::string();
}

/// Takes "e3", "E+03"; nothing where what follows is no exponent of up to three digits.
std::optional<int> take_exponent(std::string_view& text) {
  if (!text.starts_with('e') && !text.starts_with('E')) return 0;
  text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view digits = take_digits(text);
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  int exponent = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  return negative ? -exponent : exponent;
}

}  // namespace

std::optional<std::int64_t> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string digits = take_grouped_digits(text);
  if (digits.empty()) return std::nullopt;
  std::ptrdiff_t shift = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::string_view fraction = take_digits(text);
    digits += fraction;
    shift = -std::ssize(fraction);
  }
  const std::optional<int> exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;
  shift += *exponent;
  // Zeros at the ends are taken off first: they decide neither size nor wholeness.
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  for (; digits.ends_with('0'); ++shift) digits.pop_back();
  if (digits.empty()) return 0;
  if (shift < 0 || std::ssize(digits) + shift > 19) return std::nullopt;
  std::string plain(negative ? "-" : "");
  plain += digits;
  plain.append(static_cast<std::size_t>(shift), '0');
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::string_view without_zero_fraction(std::string_view text) {
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  const bool has_zeros =
      rest.size() > 1 && rest.front() == '.' && rest.find_first_not_of('0', 1) == std::string_view::npos;
  return digits.empty() || !has_zeros ? text : digits;
}

bool is_rounded_number(std::string_view text) {
  if (take_digits(text).size() != 1) return false;
  if (text.starts_with('.') || text.starts_with(',')) {
    text.remove_prefix(1);
    if (take_digits(text).empty()) return false;
  }
  // The sign tells them from names made of digits and letters, such as "8e10".
  const bool has_exponent = text.starts_with("e+") || text.starts_with("E+");
  if (!has_exponent) return false;
  text.remove_prefix(2);
  return !take_digits(text).empty() && text.empty();
}

}  // namespace shoal
