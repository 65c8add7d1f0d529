// Web addresses in captions, whose signs begin neither tags nor handles.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace shoal {

/// Bytes of a text.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first web address that begins at `from` or later: behind a scheme ("https://x.y/#a"), "www.", or of a
/// host with a path ("bit.ly/a"). It ends at white space, at a bracket that it did not open, and where a
/// character cannot belong to it, such as emoji and letters of scripts that are written without spaces.
std::optional<TextSpan> next_web_address(std::string_view text, std::size_t from);

/// Tells of places in a text, one behind the other, whether they are inside a web address.
class WebAddresses {
 public:
  explicit WebAddresses(std::string_view text) : text_(text) {}
  /// at: not before the last one asked for.
  bool cover(std::size_t at);

 private:
  std::string_view text_;
  bool searched_ = false;
  std::optional<TextSpan> next_;
};

}  // namespace shoal
