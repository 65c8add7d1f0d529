// What is mended here costs a pass over the text, and saves the posts around a slip.
#include "json_text.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <new>
#include <optional>

#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

constexpr std::size_t kEscape = 6;  // \uXXXX

/// The UTF-16 unit that an escape at a place in the text stands for.
std::optional<unsigned> unit_at(std::string_view text, std::size_t at) {
  if (at + kEscape > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  const char* end = text.data() + at + kEscape;
  unsigned unit = 0;
  const auto [stop, error] = std::from_chars(text.data() + at + 2, end, unit, 16);
  return error == std::errc() && stop == end ? std::optional(unit) : std::nullopt;
}

/// Half a surrogate pair, as programs leave it that cut texts between UTF-16 units.
void mend_surrogates(std::string& text) {
  for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    const auto unit = unit_at(text, at);
    if (!unit || *unit < 0xD800 || *unit > 0xDFFF) {
      at += 2;
      continue;
    }
    const unsigned second = unit_at(text, at + kEscape).value_or(0);
    if (*unit < 0xDC00 && second >= 0xDC00 && second <= 0xDFFF) {
      at += 2 * kEscape;
    } else {
      text.replace(at, kEscape, "\\ufffd");
      at += kEscape;
    }
  }
}

/// Where a letter begins that has further bytes behind the text; the text's size if none does.
std::size_t begin_of_open_letter(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xC0) continue;
    const std::size_t bytes = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    return bytes > back ? text.size() - back : text.size();
  }
  return text.size();
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

/// Line ends and the like inside texts, as programs leave them that do not know JSON.
std::string with_controls_escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 64);
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (inside && is_control(text[i])) {
      fmt::format_to(std::back_inserter(escaped), "\\u{:04x}", static_cast<unsigned>(text[i]));
      continue;
    }
    escaped += text[i];
    if (text[i] == '"') inside = !inside;
    if (inside && text[i] == '\\' && i + 1 < text.size() && !is_control(text[i + 1])) escaped += text[++i];
  }
  return escaped;
}

/// What a parser says of the text as a whole, before it looks at values.
simdjson::error_code fault_of(std::string& text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::parser parser;
  const simdjson::error_code fault = parser.iterate(text.data(), text.size(), text.capacity()).error();
  if (fault == simdjson::MEMALLOC) throw std::bad_alloc();
  return fault;
}

/// What must be appended so that simdjson hands out the posts before the place where a file breaks off;
/// nothing for a file that ends as it should.
std::string_view closing_for(std::string_view text, simdjson::error_code fault) {
  // No text or object is open before the bracket in a sound file, so what the file breaks off in never looks
  // whole.
  if (fault == simdjson::UNCLOSED_STRING) return "\"]}";
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos || text[last] != '}' ? "]}" : "";
}

}  // namespace

void Utf8Pieces::add(std::string_view piece) {
  if (!sound_) return;
  const std::string text = begun_ + std::string(piece);
  const std::size_t letter = begin_of_open_letter(text);
  begun_ = text.substr(letter);
  sound_ = is_utf8(std::string_view(text).substr(0, letter));
}

JsonText readable_json(std::string_view text) {
  // White space behind a file that breaks off would stand inside what it breaks off in.
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  JsonText json;
  json.repaired = !is_utf8(text);
  json.text = json.repaired ? repair_utf8(text, kBrokenBytes) : std::string(text);
  mend_surrogates(json.text);
  simdjson::error_code fault = fault_of(json.text);
  // A text that is not closed hides that others hold control characters.
  if (fault == simdjson::UNESCAPED_CHARS || fault == simdjson::UNCLOSED_STRING) {
    json.text = with_controls_escaped(json.text);
    fault = fault_of(json.text);
  }
  json.whole = json.text.size();
  json.text += closing_for(json.text, fault);
  json.text.reserve(json.text.size() + simdjson::SIMDJSON_PADDING);
  return json;
}

std::string readable_object(std::string_view text, bool has_controls) {
  std::string object = is_utf8(text) ? std::string(text) : repair_utf8(text, kBrokenBytes);
  mend_surrogates(object);
  return has_controls ? with_controls_escaped(object) : object;
}

std::size_t end_of_json_text(std::string_view text, std::size_t open) {
  for (std::size_t quote = text.find('"', open + 1); quote < text.size(); quote = text.find('"', quote + 1)) {
    std::size_t before = quote;
    while (text[before - 1] == '\\') --before;
    if ((quote - before) % 2 == 0) return quote;
  }
  return text.size();
}

std::size_t end_of_brackets(std::string_view text) {
  std::int64_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      i = end_of_json_text(text, i);
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return text.size() + 1;
}

}  // namespace shoal
