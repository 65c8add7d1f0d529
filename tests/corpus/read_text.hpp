// What the built-in readers make of a text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "readers.hpp"

namespace shoal::testing {

/// relative: as the file is called below its corpus root.
inline ReadResult read_text(std::string_view text, const ReadRules& rules = {},
                            std::string_view relative = "a") {
  return read_posts(text, {relative, &rules});
}

/// The name of the format that a text is read as; empty if none reads it.
inline std::string_view format_of(std::string_view text) {
  const PostReader* reader = reader_of(text, post_readers());
  return reader == nullptr ? std::string_view() : reader->name;
}

/// The reasons of all rows, for messages and comparisons.
inline std::vector<std::string> reasons(const ReadResult& result) {
  std::vector<std::string> all;
  for (const QuarantineRow& row : result.quarantined) all.push_back(row.reason);
  return all;
}

}  // namespace shoal::testing
