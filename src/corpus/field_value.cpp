// Programs write one value in many ways: numbers as text, "nan" for nothing, lists of one.
#include "field_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "excerpt.hpp"
#include "shoal/corpus/dates.hpp"
#include "shoal/text/unicode.hpp"
#include "whole_number.hpp"

namespace shoal {
namespace {

using Kind = FieldValue::Kind;

/// What a list stands for where one value is wanted: its only element that is something. A list of several
/// stays a list.
const FieldValue& single(const FieldValue& value) {
  static const FieldValue nothing;
  if (value.kind != Kind::list) return value;
  const FieldValue* only = &nothing;
  for (const FieldValue& element : value.elements) {
    if (element.kind == Kind::nothing) continue;
    if (only != &nothing) return value;
    only = &element;
  }
  return *only;
}

/// Whether a text stands for nothing: programs write what they lack in these ways.
bool says_nothing(std::string_view text) {
  constexpr std::array<std::string_view, 6> kNothing{"", "nan", "none", "null", "nat", "<na>"};
  constexpr std::size_t kLongest = 4;
  if (text.size() > kLongest) return false;
  const std::string word = lower_case(text);
  return std::ranges::find(kNothing, word) != kNothing.end();
}

std::optional<bool> truth_of(const FieldValue& value) {
  const std::string word = lower_case(trimmed(value.text));
  if (word == "true" || whole_number(word) == 1) return true;
  if (word == "false" || whole_number(word) == 0 || says_nothing(word)) return false;
  return std::nullopt;
}

bool is_scalar(const FieldValue& value) {
  return value.kind == Kind::text || value.kind == Kind::number || value.kind == Kind::truth;
}

/// Why a value is not what a field wants.
std::string fault_of(const FieldValue& value, std::string_view wanted) {
  if (value.kind == Kind::unusable) return value.text;
  if (is_scalar(value)) return fmt::format("is {}, which is {}", in_quotes(value.text), wanted);
  return fmt::format("is {}, which is {}", value.kind == Kind::object ? "an object" : "a list", wanted);
}

const FieldValue kNothing;

}  // namespace

const FieldValue& FieldValue::at(std::string_view key) const {
  for (std::size_t i = keys.size(); kind == Kind::object && i-- > 0;) {
    if (keys[i] == key) return elements[i];
  }
  return kNothing;
}

const FieldValue& FieldValue::at(std::size_t place) const {
  return kind == Kind::list && place < elements.size() ? elements[place] : kNothing;
}

std::string FieldReader::text(std::string_view name, const FieldValue& value) {
  const FieldValue& one = single(value);
  if (one.kind == Kind::text || one.kind == Kind::number) return one.text;
  if (one.kind != Kind::nothing) leave_out(name, fault_of(one, "no text"));
  return {};
}

std::string FieldReader::word(std::string_view name, const FieldValue& value) {
  std::string text = this->text(name, value);
  return says_nothing(trimmed(text)) ? std::string() : text;
}

std::vector<std::string> FieldReader::texts(std::string_view name, const FieldValue& value) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; value.kind == Kind::list && i < value.elements.size(); ++i) {
    const FieldValue& element = value.elements[i];
    if (element.kind == Kind::text || element.kind == Kind::number) {
      texts.push_back(element.text);
    } else if (element.kind != Kind::nothing) {
      leave_out(name, "holds a value that " + fault_of(element, "no text"));
    }
  }
  const bool blank = value.kind == Kind::text && says_nothing(trimmed(value.text));
  if (value.kind != Kind::list && value.kind != Kind::nothing && !blank) {
    leave_out(name, fault_of(value, "no list"));
  }
  return texts;
}

std::string FieldReader::first_word(std::string_view name, const FieldValue& value) {
  if (value.kind != Kind::list) return word(name, value);
  const auto first = std::ranges::find_if(value.elements, [](const FieldValue& element) {
    return element.kind != Kind::nothing &&
           (element.kind != Kind::text || !says_nothing(trimmed(element.text)));
  });
  return first == value.elements.end() ? std::string() : word(name, *first);
}

bool FieldReader::truth(std::string_view name, const FieldValue& value) {
  const FieldValue& one = single(value);
  if (one.kind == Kind::nothing) return false;
  const std::optional<bool> truth = is_scalar(one) ? truth_of(one) : std::nullopt;
  if (!truth) leave_out(name, fault_of(one, "neither true nor false"));
  return truth.value_or(false);
}

std::optional<std::int64_t> FieldReader::number(std::string_view name, const FieldValue& value) {
  const FieldValue& one = single(value);
  const std::string_view written = trimmed(one.text);
  if (one.kind == Kind::nothing || (one.kind == Kind::text && says_nothing(written))) return std::nullopt;
  const auto number =
      one.kind == Kind::text || one.kind == Kind::number ? whole_number(written) : std::nullopt;
  if (!number) leave_out(name, fault_of(one, "no whole number"));
  return number;
}

double FieldReader::real(std::string_view name, const FieldValue& value) {
  const FieldValue& one = single(value);
  const std::string_view written = trimmed(one.text);
  double number = std::numeric_limits<double>::quiet_NaN();
  if (one.kind == Kind::nothing || (one.kind == Kind::text && says_nothing(written))) return number;
  const char* end = written.data() + written.size();
  const auto [stop, error] = std::from_chars(written.data(), end, number);
  const bool numeric = one.kind == Kind::text || one.kind == Kind::number;
  if (numeric && error == std::errc() && stop == end && std::isfinite(number)) return number;
  leave_out(name, fault_of(one, "no number"));
  return std::numeric_limits<double>::quiet_NaN();
}

std::optional<std::int64_t> FieldReader::time(std::string_view name, const FieldValue& value) {
  const std::string written = word(name, value);
  if (written.empty()) return std::nullopt;
  const auto number = whole_number(trimmed(written));
  std::optional<std::int64_t> seconds = number >= kFirstWrittenSeconds ? number : std::nullopt;
  if (!number) seconds = time_of(written);
  if (!seconds) leave_out(name, fmt::format("is {}, which is no time", in_quotes(written)));
  return seconds;
}

std::optional<std::size_t> FieldReader::one_of(std::string_view name, const FieldValue& value,
                                               std::span<const std::string_view> words) {
  const std::string written = word(name, value);
  if (written.empty()) return std::nullopt;
  const auto found = std::ranges::find(words, trimmed(written));
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  leave_out(name, fmt::format("is {}, which is none of {}", in_quotes(written), fmt::join(words, ", ")));
  return std::nullopt;
}

Count FieldReader::count(std::string_view name, const FieldValue& value) {
  const FieldValue& one = single(value);
  const std::string_view written = trimmed(one.text);
  if (one.kind == Kind::nothing || (one.kind == Kind::text && says_nothing(written))) {
    return {0, Missing::not_exported};
  }
  const bool numeric = one.kind == Kind::text || one.kind == Kind::number;
  const auto number = numeric ? whole_number(written) : std::nullopt;
  if (!number) {
    leave_out(name, fault_of(one, "no count"));
    return {0, Missing::invalid};
  }
  return *number < 0 ? Count{0, Missing::hidden} : Count::of(*number);
}

void FieldReader::leave_out(std::string_view name, std::string_view why) {
  result_.quarantine_value(record_, fmt::format("{} '{}' {}", whose_, name, why));
}

}  // namespace shoal
