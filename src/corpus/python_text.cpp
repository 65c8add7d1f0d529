// Escapes are those of Python's grammar ("String and Bytes literals"), but names of characters (\N{...}).
#include "python_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

#include "excerpt.hpp"

namespace shoal {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

/// The characters that a backslash and one letter stand for, each behind its letter.
constexpr std::string_view kShortEscapes = "\\\\''\"\"//a\ab\bf\fn\nr\rt\tv\v";

void append_utf8(std::uint32_t code, std::string& text) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_high_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool is_low_surrogate(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }

/// Characters one after the other; halves of a pair wait for each other.
class Characters {
 public:
  explicit Characters(std::string& text) : text_(text) {}

  void add(std::uint32_t code) {
    if (is_low_surrogate(code) && high_ != 0) {
      append_utf8(0x10000 + ((high_ - 0xD800) << 10) + code - 0xDC00, text_);
      high_ = 0;
      return;
    }
    end_pair();
    if (is_high_surrogate(code)) {
      high_ = code;
    } else {
      append_utf8(is_low_surrogate(code) ? kReplacement : code, text_);
    }
  }
  /// The other half does not follow.
  void end_pair() {
    if (high_ != 0) append_utf8(kReplacement, text_);
    high_ = 0;
  }

 private:
  std::string& text_;
  std::uint32_t high_ = 0;
};

/// Takes a number of `digits` digits.
std::optional<std::uint32_t> take_number(std::string_view& rest, std::size_t digits, int base) {
  const std::string_view number = rest.substr(0, digits);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), code, base);
  if (error != std::errc() || end != number.data() + digits || code > 0x10FFFF) return std::nullopt;
  rest.remove_prefix(digits);
  return code;
}

std::size_t octal_digits(std::string_view rest) {
  std::size_t count = 0;
  while (count < 3 && count < rest.size() && rest[count] >= '0' && rest[count] <= '7') ++count;
  return count;
}

/// How many digits the number behind such a letter has; 0 where the letter tells of no number.
std::size_t hexadecimal_digits(char letter) {
  if (letter == 'x') return 2;
  if (letter == 'u') return 4;
  return letter == 'U' ? 8 : 0;
}

/// Takes what follows a backslash, which is not empty; false where it is no sound escape. One that Python
/// does not know stands for itself, backslash and all.
bool take_escape(std::string_view& rest, Characters& characters) {
  const char letter = rest.front();
  if (letter == '\n' || letter == '\r') {  // the line goes on
    rest.remove_prefix(rest.starts_with("\r\n") ? 2 : 1);
    return true;
  }
  std::optional<std::uint32_t> code = '\\';
  if (const std::size_t octal = octal_digits(rest); octal > 0) {
    code = take_number(rest, octal, 8);
  } else if (const std::size_t digits = hexadecimal_digits(letter); digits > 0) {
    rest.remove_prefix(1);
    code = take_number(rest, digits, 16);
  } else if (letter == 'N') {
    return false;
  } else {
    for (std::size_t i = 0; i < kShortEscapes.size(); i += 2) {
      if (kShortEscapes[i] != letter) continue;
      code = static_cast<unsigned char>(kShortEscapes[i + 1]);
      rest.remove_prefix(1);
      break;
    }
  }
  if (code) characters.add(*code);
  return code.has_value();
}

}  // namespace

bool begins_python_text(std::string_view literal) {
  if (literal.starts_with('u') || literal.starts_with('U')) literal.remove_prefix(1);
  return literal.starts_with('\'') || literal.starts_with('"');
}

PythonText take_python_text(std::string_view& literal) {
  if (literal.front() == 'u' || literal.front() == 'U') literal.remove_prefix(1);
  const char quote = literal.front();
  const char special[] = {quote, '\\', '\n', '\r'};
  literal.remove_prefix(1);
  PythonText result;
  Characters characters(result.text);
  while (true) {
    const std::size_t plain = literal.find_first_of(std::string_view(special, 4));
    if (plain == std::string_view::npos) return {{}, "is a list with a text that breaks off"};
    if (plain > 0) characters.end_pair();
    result.text.append(literal, 0, plain);
    const char found = literal[plain];
    literal.remove_prefix(plain + 1);
    if (found == quote) break;
    if (found != '\\') return {{}, "is a list with a text that holds a line end"};
    if (literal.empty()) return {{}, "is a list with a text that breaks off"};
    const std::string_view escape = literal;
    if (!take_escape(literal, characters)) {
      return {{},
              fmt::format("is a list with a text that has {} behind a backslash, which is no escape",
                          in_quotes(escape))};
    }
  }
  characters.end_pair();
  return result;
}

}  // namespace shoal
