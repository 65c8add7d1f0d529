// A descent through lists. The first thing that is wrong ends it, and its sentence becomes the value.
#include "python_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "excerpt.hpp"
#include "python_text.hpp"

namespace shoal {
namespace {

using Kind = FieldValue::Kind;

bool is_space(char c) { return std::string_view(" \t\n\r\f").find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

/// Takes the digits that text begins with; returns whether there were any.
bool take_digits(std::string_view& text) {
  const auto count = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  text.remove_prefix(count);
  return count > 0;
}

bool take_sign(std::string_view& text) {
  if (!text.starts_with('-') && !text.starts_with('+')) return false;
  text.remove_prefix(1);
  return true;
}

/// Whether text is a decimal number without a sign: digits, a point, an exponent.
bool is_number(std::string_view text) {
  bool digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits |= take_digits(text);
  }
  if (digits && (text.starts_with('e') || text.starts_with('E'))) {
    text.remove_prefix(1);
    take_sign(text);
    digits = take_digits(text);
  }
  return digits && text.empty();
}

/// What stands for None, as Python, JSON and numpy write it.
bool is_nothing(std::string_view word) { return word == "None" || word == "null" || word == "nan"; }

/// Python's words for truth values, and JSON's.
bool is_truth(std::string_view word) {
  return word == "True" || word == "False" || word == "true" || word == "false";
}

class LiteralReader {
 public:
  explicit LiteralReader(std::string_view rest) : rest_(rest) {}

  FieldValue read() {
    FieldValue value = read_value(0);
    if (at_end()) return value;
    return value.kind == Kind::unusable ? value : unexpected("behind its end");
  }

 private:
  /// Whether nothing but space is left.
  bool at_end() {
    rest_.remove_prefix(static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_space) - rest_.begin()));
    return rest_.empty();
  }

  bool take(char wanted) {
    if (at_end() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  FieldValue unexpected(std::string_view where) {
    if (at_end()) return FieldValue::unusable("is a list that breaks off");
    return FieldValue::unusable(fmt::format("is a list with {} {}", in_quotes(rest_), where));
  }

  FieldValue read_value(std::size_t depth) {
    if (++values_ > kMostElements) {
      return FieldValue::unusable(fmt::format("is a list of more than {} elements", kMostElements));
    }
    if (at_end()) return unexpected("");
    constexpr std::string_view kOpening = "[({";
    constexpr std::string_view kClosing = "])}";
    const std::size_t bracket = kOpening.find(rest_.front());
    if (bracket != std::string_view::npos) return read_list(kClosing[bracket], depth + 1);
    return begins_python_text(rest_) ? read_text() : read_word();
  }

  FieldValue read_text() {
    PythonText text = take_python_text(rest_);
    if (!text.fault.empty()) return FieldValue::unusable(std::move(text.fault));
    // Python would join them, but so does numpy print two elements.
    if (!at_end() && begins_python_text(rest_)) {
      return FieldValue::unusable("is a list in which a comma is missing between two texts");
    }
    return FieldValue::of_text(std::move(text.text));
  }

  FieldValue read_word() {
    std::string_view number = rest_;
    const bool is_signed = take_sign(number);
    auto end = static_cast<std::size_t>(std::ranges::find_if_not(number, is_of_word) - number.begin());
    // The sign of an exponent.
    if (end > 0 && end < number.size() && (number[end - 1] | 0x20) == 'e' && is_digit(number.front())) {
      const auto more = std::ranges::find_if_not(number.substr(end + 1), is_digit);
      if (number[end] == '-' || number[end] == '+') {
        end += 1 + static_cast<std::size_t>(more - number.substr(end + 1).begin());
      }
    }
    const std::string_view word = number.substr(0, end);
    const std::string_view written = rest_.substr(0, end + (is_signed ? 1 : 0));
    FieldValue value;
    if (is_number(word)) {
      value = {Kind::number, std::string(written)};
    } else if (!is_signed && is_truth(word)) {
      value = {Kind::truth, std::string(written)};
    } else if (is_signed || !is_nothing(word)) {
      return unexpected("where a value should be");
    }
    rest_.remove_prefix(written.size());
    return value;
  }

  /// The list whose opening bracket rest_ begins with.
  FieldValue read_list(char closing, std::size_t depth) {
    if (depth > kDeepestLiteral) {
      return FieldValue::unusable(
          fmt::format("is a list with more than {} lists in each other", kDeepestLiteral));
    }
    rest_.remove_prefix(1);
    FieldValue list{Kind::list};
    bool comma = true;
    while (!take(closing)) {
      if (!comma) return unexpected("where a comma should be");
      FieldValue element = read_value(depth);
      if (element.kind == Kind::unusable) return element;
      list.elements.push_back(std::move(element));
      comma = take(',');
    }
    if (closing == '}' && list.elements.empty()) return FieldValue::unusable("is a dictionary");
    const bool is_value_in_parentheses = closing == ')' && list.elements.size() == 1 && !comma;
    return is_value_in_parentheses ? FieldValue(list.elements.front()) : list;
  }

  std::string_view rest_;
  std::size_t values_ = 0;
};

}  // namespace

FieldValue python_literal(std::string_view literal) { return LiteralReader(literal).read(); }

FieldValue cell_value(std::string_view cell) {
  const auto first = std::ranges::find_if_not(cell, is_space);
  if (first == cell.end() || *first != '[') return FieldValue::of_text(std::string(cell));
  return python_literal(cell);
}

}  // namespace shoal
