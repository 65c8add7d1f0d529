// Chunks one behind the other (PNG, third edition, 11.3.3), and texts of three kinds: plain, packed,
// international.
#include "png_metadata.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace shoal {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSignature = 8;
constexpr std::size_t kLargestText = std::size_t{1} << 20;  // Pillow's own limit
constexpr std::string_view kRawProfile = "Raw profile type exif";
constexpr std::string_view kXmp = "XML:com.adobe.xmp";

std::size_t big_endian(std::string_view bytes) {
  std::size_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

/// Takes what stands before a zero byte, and the byte.
std::optional<std::string_view> take_word(std::string_view& bytes) {
  const std::size_t end = bytes.find('\0');
  if (end == bytes.npos) return std::nullopt;
  const std::string_view word = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return word;
}

/// A zlib stream; nothing where it is damaged or too long.
std::optional<std::string> unpacked(std::string_view packed) {
  std::string text(kLargestText, '\0');
  auto size = static_cast<uLongf>(text.size());
  const auto* source = reinterpret_cast<const Bytef*>(packed.data());
  if (::uncompress(reinterpret_cast<Bytef*>(text.data()), &size, source, static_cast<uLong>(packed.size())) !=
      Z_OK) {
    return std::nullopt;
  }
  text.resize(size);
  return text;
}

/// The text of a chunk that has this key; nothing where it has another, or none.
std::optional<std::string> text_of(std::string_view kind, std::string_view bytes, std::string_view key) {
  const auto here = take_word(bytes);
  if (here != key) return std::nullopt;
  if (kind == "tEXt") return std::string(bytes);
  if (bytes.size() < (kind == "iTXt" ? 2U : 1U)) return std::nullopt;
  bool packed = true;
  if (kind == "iTXt") {
    packed = bytes[0] != 0;
    bytes.remove_prefix(1);
  }
  const char method = bytes[0];
  bytes.remove_prefix(1);
  if (kind == "iTXt" && (!take_word(bytes) || !take_word(bytes)))
    return std::nullopt;  // language, translated key
  if (!packed) return std::string(bytes);
  return method == 0 ? unpacked(bytes) : std::nullopt;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a') + 10;
  return std::nullopt;
}

/// ImageMagick's form: an empty line, the profile's name, its length, and lines of hexadecimal digits.
std::string bytes_of_profile(std::string_view text) {
  for (int line = 0; line < 3; ++line) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string bytes;
  std::optional<unsigned> high;
  for (const char c : text) {
    if (" \n\r\t"sv.find(c) != std::string_view::npos) continue;
    const auto digit = hex_digit(c);
    if (!digit) return {};
    if (high) bytes += static_cast<char>(*high << 4 | *digit);
    high = high ? std::nullopt : digit;
  }
  return bytes;
}

}  // namespace

PngMetadata read_png_metadata(std::span<const std::byte> file) {
  const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
  PngMetadata metadata;
  std::string profile;
  for (std::size_t at = kSignature; at < all.size() && all.size() - at >= 12;) {
    const std::size_t length = big_endian(all.substr(at, 4));
    const std::string_view kind = all.substr(at + 4, 4);
    if (length > all.size() - at - 12 || kind == "IEND") break;
    const std::string_view bytes = all.substr(at + 8, length);
    if (kind == "eXIf") metadata.exif = bytes;
    if (kind == "tEXt" || kind == "zTXt" || kind == "iTXt") {
      if (auto text = text_of(kind, bytes, kXmp)) metadata.xmp = std::move(*text);
      if (auto text = text_of(kind, bytes, kRawProfile)) profile = std::move(*text);
    }
    at += 12 + length;
  }
  if (metadata.exif.empty()) metadata.exif = bytes_of_profile(profile);
  return metadata;
}

}  // namespace shoal
