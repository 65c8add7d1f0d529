// Rather too much is taken out than too little.
#include "pipeline/engine/redaction.hpp"

#include <cctype>

namespace shoal {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// An apostrophe inside a word ("the post's") opens nothing.
std::size_t first_opening_quote(std::string_view sentence) {
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    if (sentence[i] == '\'' && (i == 0 || !is_letter(sentence[i - 1]))) return i;
  }
  return std::string_view::npos;
}

/// The last quote of a sentence, if it closes; `\'` is a quote inside a value, behind which a sentence that
/// ends was cut off in the value.
std::size_t closing_quote(std::string_view sentence) {
  const std::size_t last = sentence.rfind('\'');
  return last > 0 && last != std::string_view::npos && sentence[last - 1] == '\\' ? std::string_view::npos
                                                                                  : last;
}

/// Of a word such as UTF-8.
bool belongs_to_word(std::string_view sentence, std::size_t digit) {
  return digit >= 2 && sentence[digit - 1] == '-' && is_letter(sentence[digit - 2]);
}

}  // namespace

std::string without_quotes(std::string_view sentence) {
  const std::size_t opens = first_opening_quote(sentence);
  if (opens == std::string_view::npos) return std::string(sentence);
  const std::size_t closes = closing_quote(sentence);
  const bool open = closes == opens || closes == std::string_view::npos;
  const std::string_view rest = open ? "" : sentence.substr(closes + 1);
  return std::string(sentence.substr(0, opens)) + "'…'" + std::string(rest);
}

std::string without_quotes_and_numbers(std::string_view sentence) {
  const std::string text = without_quotes(sentence);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || belongs_to_word(text, i)) {
      result += text[i];
      continue;
    }
    while (i + 1 < text.size() && (is_digit(text[i + 1]) || text[i + 1] == ',' || text[i + 1] == '.')) ++i;
    result += '#';
  }
  return result;
}

}  // namespace shoal
