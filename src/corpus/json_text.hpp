// JSON as programs and people leave it, made into text that a parser reads.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// U+FFFE, which no text holds: it marks the places of bytes that are not UTF-8, so that only their values
/// are lost and not the whole file.
inline constexpr std::string_view kBrokenBytes = "\xEF\xBF\xBE";

/// Whether a text is UTF-8 that is seen piece by piece.
class Utf8Pieces {
 public:
  void add(std::string_view piece);
  [[nodiscard]] bool is_whole() const { return sound_ && begun_.empty(); }

 private:
  bool sound_ = true;
  std::string begun_;  ///< of a letter that goes on in the next piece
};

struct JsonText {
  std::string text;       ///< with simdjson's padding reserved behind it
  std::size_t whole = 0;  ///< how much of it stood in the file: what follows closes a file that breaks off
  bool repaired = false;  ///< whether bytes that are not UTF-8 were replaced by kBrokenBytes
};

/// Half a surrogate pair becomes U+FFFD; control characters in texts, which JSON wants as escapes, become
/// those.
JsonText readable_json(std::string_view text);

/// The same of an object in which all brackets and texts are closed. has_controls: whether texts in it hold
/// control characters. Bytes that are not UTF-8 become kBrokenBytes.
std::string readable_object(std::string_view text, bool has_controls);

/// The place of the quote that closes the text opened at a place; the size of all where none does.
std::size_t end_of_json_text(std::string_view text, std::size_t open);

/// The bytes of the object or list that text begins with; those of the whole text, and one more, where it
/// does not end.
std::size_t end_of_brackets(std::string_view text);

}  // namespace shoal
