// Numbers and texts as Python's pickletools.py describes them.
#include "vision/weights/pickle_constants.hpp"

#include <charconv>
#include <optional>

namespace shoal {
namespace {

using Kind = PickleValue::Kind;

void push_integer(PickleStack& stack, std::optional<std::int64_t> value) {
  if (value) {
    stack.push_kind(Kind::integer, *value);
  } else {
    stack.push_kind(Kind::other);
  }
}

/// Little endian, two's complement. Random states have numbers of any size.
std::optional<std::int64_t> number_of(std::string_view bytes) {
  if (bytes.size() > sizeof(std::int64_t)) return std::nullopt;
  std::uint64_t value = bytes.empty() || (bytes.back() & 0x80) == 0 ? 0 : ~std::uint64_t{0};
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(value);
}

/// Protocol 1 writes truths as the numbers 00 and 01, and an L behind long ones.
void push_digits(PickleStack& stack, std::string_view digits) {
  if (digits == "00" || digits == "01") return stack.push_kind(Kind::truth, digits == "01");
  if (digits.ends_with('L')) digits.remove_suffix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  push_integer(stack, whole ? std::optional(value) : std::nullopt);
}

bool read_number(std::uint8_t opcode, BytesReader& reader, PickleStack& stack) {
  switch (opcode) {
    case 'K':
      stack.push_kind(Kind::integer, reader.number<std::uint8_t>());
      return true;
    case 'M':
      stack.push_kind(Kind::integer, reader.number<std::uint16_t>());
      return true;
    case 'J':
      stack.push_kind(Kind::integer, reader.number<std::int32_t>());
      return true;
    case 'I':
    case 'L':
      push_digits(stack, read_pickle_line(reader));
      return true;
    case 0x8A:
      push_integer(stack, number_of(reader.text(reader.number<std::uint8_t>())));
      return true;
    case 0x8B:
      push_integer(stack, number_of(reader.text(reader.number<std::uint32_t>())));
      return true;
    case 'G':
      reader.skip(sizeof(double));
      stack.push_kind(Kind::other);
      return true;
    default:
      return false;
  }
}

/// The length of what follows a text's or bytes' opcode; nothing for another opcode.
std::optional<std::uint64_t> read_length(std::uint8_t opcode, BytesReader& reader) {
  switch (opcode) {
    case 'U':
    case 'C':
    case 0x8C:
      return reader.number<std::uint8_t>();
    case 'T':
    case 'B':
    case 'X':
      return reader.number<std::uint32_t>();
    case 0x8D:
    case 0x8E:
    case 0x96:
      return reader.number<std::uint64_t>();
    default:
      return std::nullopt;
  }
}

bool read_text(std::uint8_t opcode, BytesReader& reader, PickleStack& stack) {
  const auto length = read_length(opcode, reader);
  if (!length) return false;
  const std::string_view text = reader.text(*length);
  // What Python 2 wrote as texts by U and T are texts here, too.
  if (opcode == 'C' || opcode == 'B' || opcode == 0x8E || opcode == 0x96) {
    stack.push_kind(Kind::other);
  } else {
    stack.push_text(text);
  }
  return true;
}

}  // namespace

std::string_view read_pickle_line(BytesReader& reader) {
  BytesReader ahead = reader;
  std::size_t size = 0;
  while (ahead.number<char>() != '\n') ++size;
  const std::string_view line = reader.text(size);
  reader.skip(1);
  return line;
}

bool read_pickle_constant(std::uint8_t opcode, BytesReader& reader, PickleStack& stack) {
  switch (opcode) {
    case 'N':
      stack.push_kind(Kind::none);
      return true;
    case 0x88:
    case 0x89:
      stack.push_kind(Kind::truth, opcode == 0x88);
      return true;
    default:
      return read_number(opcode, reader, stack) || read_text(opcode, reader, stack);
  }
}

}  // namespace shoal
