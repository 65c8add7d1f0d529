// A table of signatures; UTF-16 without a mark shows by the zero bytes between its letters.
#include "foreign_files.hpp"

#include <algorithm>
#include <array>

#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view begins;
  std::string_view sentence;
};

constexpr std::string_view kUtf16 = "the file is UTF-16; convert it to UTF-8";
constexpr std::string_view kUtf32 = "the file is UTF-32; convert it to UTF-8";

/// In this order: the mark of UTF-32 begins with that of UTF-16.
constexpr std::array kSignatures{
    Signature{"\x1F\x8B"sv, "the file is gzip-compressed; unpack it"},
    Signature{"\xFD"
              "7zXZ\0"sv,
              "the file is xz-compressed; unpack it"},
    Signature{"BZh"sv, "the file is bzip2-compressed; unpack it"},
    Signature{"\x28\xB5\x2F\xFD"sv, "the file is zstd-compressed; unpack it"},
    Signature{"PK\x03\x04"sv, "the file is a zip archive; unpack it"},
    Signature{"7z\xBC\xAF\x27\x1C"sv, "the file is a 7z archive; unpack it"},
    Signature{"SQLite format 3\0"sv, "the file is an SQLite database, which is not read"},
    Signature{"\xFF\xFE\0\0"sv, kUtf32},
    Signature{"\0\0\xFE\xFF"sv, kUtf32},
    Signature{"\xFF\xFE"sv, kUtf16},
    Signature{"\xFE\xFF"sv, kUtf16},
};

bool is_plain(char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n'; }

/// Two letters of ASCII, each with a zero byte before or behind it.
bool is_unmarked_utf16(std::string_view text) {
  if (text.size() < 4) return false;
  const bool little = is_plain(text[0]) && text[1] == '\0' && is_plain(text[2]) && text[3] == '\0';
  const bool big = text[0] == '\0' && is_plain(text[1]) && text[2] == '\0' && is_plain(text[3]);
  return little || big;
}

bool is_page(std::string_view text) {
  const std::string_view shown = trimmed(text);
  const std::string beginning = lower_case(shown.substr(0, 14));
  return beginning.starts_with("<!doctype html") || beginning.starts_with("<html");
}

}  // namespace

bool is_meta_page(std::string_view beginning) {
  constexpr std::array<std::string_view, 3> kMedia{"media/posts/", "media/reels/", "media/stories/"};
  return is_page(beginning) && std::ranges::any_of(kMedia, [&](std::string_view folder) {
           return beginning.find(folder) != beginning.npos;
         });
}

ReadResult read_meta_page(std::string_view, const InputFile&) {
  ReadResult result;
  result.quarantine_record(
      -1,
      "the file is a page of Instagram's export as HTML, which is not read; ask Instagram for "
      "the export in the format JSON");
  return result;
}

std::string_view foreign_file(std::string_view beginning) {
  for (const Signature& signature : kSignatures) {
    if (beginning.starts_with(signature.begins)) return signature.sentence;
  }
  if (is_unmarked_utf16(beginning)) return kUtf16;
  if (is_page(beginning) && !is_meta_page(beginning))
    return "the file is an HTML page; save the posts as data, not as a page";
  return {};
}

}  // namespace shoal
