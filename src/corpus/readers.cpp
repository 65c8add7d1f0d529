// The table of formats.
#include "readers.hpp"

#include <algorithm>
#include <array>

namespace shoal {

std::span<const PostReader> post_readers() {
  static constexpr std::array kReaders{
      PostReader{"profile JSON", ".json", is_profile_json, read_profile_json},
  };
  return kReaders;
}

ReadResult read_posts(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto readers = post_readers();
  const auto reader = std::find_if(readers.begin(), readers.end(),
                                   [&](const PostReader& r) { return r.recognise(text.substr(0, 4096)); });
  if (reader != readers.end()) return reader->read(text);
  ReadResult result;
  result.quarantine_record(-1, text.empty() ? "the file is empty" : "the file is of no known format");
  return result;
}

}  // namespace shoal
