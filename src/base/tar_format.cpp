// Fields of headers, as text and numbers.
#include "tar_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace shoal {
namespace {

void put_octal(TarHeader& header, TarField field, std::uint64_t number) {
  const std::string digits = fmt::format("{:0{}o}", number, field.bytes - 1);
  std::memcpy(header.data() + field.offset, digits.data(), digits.size());
}

/// Octal digits, with spaces before them, ended by a space, a zero byte or the field's end. Nothing but zero
/// bytes is 0: programs leave the fields empty that they have no use for.
std::optional<std::uint64_t> octal_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (!text.empty() && text.find_first_not_of('\0') == text.npos) return 0;
  text = text.substr(0, text.find_first_of(std::string_view(" \0", 2)));
  if (text.empty() || text.size() > 21) return std::nullopt;  // 21 octal digits fit 64 bits
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    number = number * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

/// Big endian behind a first byte of 0x80. Negative numbers and those beyond 63 bits are none.
std::optional<std::uint64_t> binary_number(std::string_view text) {
  if (text.front() != '\x80') return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text.substr(1)) {
    if (number >> 55 != 0) return std::nullopt;
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

struct Sums {
  std::int64_t of_unsigned = 0;
  std::int64_t of_signed = 0;
};

/// Of the header's bytes, with the checksum itself as spaces.
Sums sums_of(TarHeader header) {
  std::fill_n(header.begin() + kTarChecksum.offset, kTarChecksum.bytes, ' ');
  Sums sums;
  for (const char c : header) {
    sums.of_unsigned += static_cast<unsigned char>(c);
    sums.of_signed += static_cast<signed char>(c);
  }
  return sums;
}

}  // namespace

TarHeader make_tar_header(std::string_view name, std::uint64_t bytes, char type) {
  TarHeader header{};
  std::memcpy(header.data() + kTarName.offset, name.data(), std::min(name.size(), kTarName.bytes));
  put_octal(header, kTarMode, 0644);
  put_octal(header, kTarUser, 0);
  put_octal(header, kTarGroup, 0);
  put_octal(header, kTarSize, bytes);
  put_octal(header, kTarTime, 0);
  header[kTarType.offset] = type;
  std::memcpy(header.data() + kTarMagic.offset, "ustar\00000", kTarMagic.bytes);
  // Six digits, a zero byte and a space, by custom.
  put_octal(header, {kTarChecksum.offset, 7}, static_cast<std::uint64_t>(sums_of(header).of_unsigned));
  header[kTarChecksum.offset + 7] = ' ';
  return header;
}

std::string tar_text(const TarHeader& header, TarField field) {
  const std::string_view text(header.data() + field.offset, field.bytes);
  return std::string(text.substr(0, text.find('\0')));
}

std::optional<std::uint64_t> tar_number(const TarHeader& header, TarField field) {
  const std::string_view text(header.data() + field.offset, field.bytes);
  return static_cast<unsigned char>(text.front()) >= 0x80 ? binary_number(text) : octal_number(text);
}

bool has_right_sum(const TarHeader& header) {
  const auto stated = tar_number(header, kTarChecksum);
  if (!stated) return false;
  const Sums sums = sums_of(header);
  const auto sum = static_cast<std::int64_t>(std::min<std::uint64_t>(*stated, 1U << 20));
  return sum == sums.of_unsigned || sum == sums.of_signed;
}

}  // namespace shoal
