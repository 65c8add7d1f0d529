// The header is a Python dictionary of three entries, read as such and never executed.
#include "shoal/base/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

static_assert(std::endian::native == std::endian::little);

/// The dimensions that are read: more than NumPy allows.
constexpr std::size_t kMostDimensions = 64;
/// Elements of an array whose bytes can be counted without overflow, whatever the type.
constexpr std::int64_t kMostElements = std::numeric_limits<std::int64_t>::max() / 4096;
/// Bytes of one text.
constexpr std::int64_t kWidestText = std::int64_t{1} << 16;

/// Reads the dictionary of a header.
class HeaderText {
 public:
  HeaderText(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  [[noreturn]] void fail(const std::string& why) const {
    throw InputError(fmt::format("'{}' is no .npy file that is read here: {}", name_, why));
  }

  [[nodiscard]] bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!take(c)) fail("its header is damaged");
  }

  std::string quoted() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote == '[' || quote == '(') fail("its type has fields; save an array of numbers");
    if (quote != '\'' && quote != '"') fail("its header is damaged");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) fail("its header is damaged");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return std::string(inside);
  }

  bool truth() {
    skip_blanks();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return value;
    }
    fail("its header is damaged");
  }

  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> values;
    expect('(');
    while (!take(')')) {
      if (values.size() == kMostDimensions) fail("it has too many dimensions");
      values.push_back(number());
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return values;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  std::int64_t number() {
    skip_blanks();
    std::int64_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0) fail("its shape is damaged");
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return value;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

/// Settles kind and width of "<f4", "|u1", "<U11".
void read_type(const std::string& type, const HeaderText& text, NpyHeader& header) {
  const char order = type.empty() ? '\0' : type[0];
  const char letter = type.size() < 2 ? '\0' : type[1];
  std::int64_t width = 0;
  const char* const end = type.data() + type.size();
  const bool whole = type.size() > 2 && std::from_chars(type.data() + 2, end, width).ptr == end;
  if (letter == 'O') text.fail("it holds Python objects; save an array of numbers (or of texts)");
  if (order == '>') text.fail("its numbers are big-endian; save them with the type '<f4'");
  if ((order != '<' && order != '|' && order != '=') || !whole || width < 0) {
    text.fail(fmt::format("its type is '{}'", type));
  }
  const auto number_of = [&](NpyKind kind, std::set<std::int64_t> widths) {
    if (!widths.contains(width)) text.fail(fmt::format("its type is '{}'", type));
    header.kind = kind;
    header.element_bytes = width;
  };
  switch (letter) {
    case 'f':
      return number_of(NpyKind::real, {2, 4, 8});
    case 'i':
      return number_of(NpyKind::integer, {1, 2, 4, 8});
    case 'u':
      return number_of(NpyKind::natural, {1, 2, 4, 8});
    case 'S':
    case 'U':
      header.kind = letter == 'S' ? NpyKind::bytes : NpyKind::characters;
      header.element_bytes = letter == 'S' ? width : 4 * width;
      if (width > kWidestText) text.fail("its texts are too wide");
      return;
    default:
      text.fail(fmt::format("its type is '{}'; save numbers, as float32 or float16", type));
  }
}

void read_entries(HeaderText& text, NpyHeader& header) {
  std::set<std::string> seen;
  text.expect('{');
  while (!text.take('}')) {
    const std::string key = text.quoted();
    text.expect(':');
    if (key == "descr") {
      read_type(text.quoted(), text, header);
    } else if (key == "fortran_order") {
      header.by_columns = text.truth();
    } else if (key == "shape") {
      header.shape = text.numbers();
    } else {
      text.fail("its header is damaged");
    }
    seen.insert(key);
    if (!text.take(',')) {
      text.expect('}');
      break;
    }
  }
  if (seen.size() != 3) text.fail("its header lacks type, order or shape");
}

void require_countable(const HeaderText& text, const NpyHeader& header) {
  std::int64_t elements = 1;
  for (const std::int64_t size : header.shape) {
    if (size > 0 && elements > kMostElements / size / std::max<std::int64_t>(header.element_bytes, 1))
      text.fail("its shape has more elements than any file");
    elements *= std::max<std::int64_t>(size, 1);
  }
}

float widened_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0) {
    const float value = static_cast<float>(fraction) * 0x1p-24F;
    return sign == 0 ? value : -value;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23U | fraction << 13U);
}

template <class T>
void convert(std::string_view values, std::span<float> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    T value{};
    std::memcpy(&value, values.data() + i * sizeof(T), sizeof(T));
    if constexpr (std::is_same_v<T, double>) {
      // Beyond float's range the conversion is not defined.
      constexpr double kMost = std::numeric_limits<float>::max();
      constexpr float kInfinity = std::numeric_limits<float>::infinity();
      const bool beyond = value > kMost || value < -kMost;
      numbers[i] = !beyond ? static_cast<float>(value) : value > 0 ? kInfinity : -kInfinity;
    } else {
      numbers[i] = static_cast<float>(value);
    }
  }
}

void append_utf8(std::uint32_t code, std::string& text) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6U);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12U);
    put(0x80 | (code >> 6U & 0x3FU));
  } else {
    put(0xF0 | code >> 18U);
    put(0x80 | (code >> 12U & 0x3FU));
    put(0x80 | (code >> 6U & 0x3FU));
  }
  put(0x80 | (code & 0x3FU));
}

std::string text_of(std::string_view element, NpyKind kind) {
  if (kind == NpyKind::bytes) {
    const std::size_t last = element.find_last_not_of('\0');
    return std::string(element.substr(0, last == element.npos ? 0 : last + 1));
  }
  std::vector<std::uint32_t> codes(element.size() / 4);
  if (!codes.empty()) std::memcpy(codes.data(), element.data(), element.size());
  while (!codes.empty() && codes.back() == 0) codes.pop_back();
  std::string text;
  for (const std::uint32_t code : codes) append_utf8(code, text);
  return text;
}

}  // namespace

std::int64_t NpyHeader::row_elements() const {
  std::int64_t elements = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) elements *= shape[i];
  return elements;
}

NpyHeader read_npy_header(std::string_view beginning, const std::string& name) {
  const HeaderText outside({}, name);
  if (!beginning.starts_with(kNpyMagic)) outside.fail("it does not begin as one");
  const std::size_t version_at = kNpyMagic.size();
  if (beginning.size() < version_at + 6) outside.fail("its header is cut off");
  const int version = static_cast<unsigned char>(beginning[version_at]);
  if (version < 1 || version > 3) outside.fail(fmt::format("its version is {}", version));
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t text_at = version_at + 2 + length_bytes;
  const auto length = static_cast<std::size_t>(little_endian(beginning.substr(version_at + 2, length_bytes)));
  if (length > static_cast<std::size_t>(kNpyBeginning) - text_at) outside.fail("its header is too long");
  if (beginning.size() < text_at + length) outside.fail("its header is cut off");
  NpyHeader header;
  HeaderText text(beginning.substr(text_at, length), name);
  read_entries(text, header);
  require_countable(text, header);
  header.values_at = static_cast<std::int64_t>(text_at + length);
  return header;
}

void numbers_of_npy(const NpyHeader& header, std::string_view values, std::span<float> numbers) {
  const auto as = [&]<class Small, class Middle, class Wide, class Widest>(Small, Middle, Wide, Widest) {
    switch (header.element_bytes) {
      case 1:
        return convert<Small>(values, numbers);
      case 2:
        return convert<Middle>(values, numbers);
      case 4:
        return convert<Wide>(values, numbers);
      default:
        return convert<Widest>(values, numbers);
    }
  };
  if (header.kind == NpyKind::integer) {
    as(std::int8_t{}, std::int16_t{}, std::int32_t{}, std::int64_t{});
  } else if (header.kind == NpyKind::natural) {
    as(std::uint8_t{}, std::uint16_t{}, std::uint32_t{}, std::uint64_t{});
  } else if (header.element_bytes == 2) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      std::uint16_t half = 0;
      std::memcpy(&half, values.data() + 2 * i, 2);
      numbers[i] = widened_half(half);
    }
  } else {
    as(float{}, float{}, float{}, double{});
  }
}

std::vector<std::string> texts_of_npy(const NpyHeader& header, std::string_view values) {
  const auto width = static_cast<std::size_t>(header.element_bytes);
  std::vector<std::string> texts;
  for (std::size_t at = 0; width > 0 && at + width <= values.size(); at += width) {
    texts.push_back(text_of(values.substr(at, width), header.kind));
  }
  return texts;
}

}  // namespace shoal
