// What a job says of how its inputs are read, whatever their format.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace shoal {

/// Where a post's hashtags are taken from.
enum class TagsFrom : std::uint8_t {
  caption,  ///< from the caption; where that has none, from the source's list
  list,     ///< from the source's list; where the format has none, from the caption
  both      ///< the caption's, then what the list has beside them
};

/// Which columns of a table, or fields of a JSON line, hold what: by the names of docs/inputs.md
/// ("caption" -> "text").
using ColumnMapping = std::map<std::string, std::string>;

struct ReadRules {
  TagsFrom tags_from = TagsFrom::caption;
  /// Hashtags that count as another one, by what they are normalised to (text/tags.hpp).
  std::map<std::string, std::string> merged_tags{};
  ColumnMapping columns{};
  std::string platform = "instagram";  ///< of posts that are read by `columns`
  bool keeps_urls = false;             ///< whether posts keep the address of their image
  bool all_slides =
      false;  ///< whether posts keep the images of all their slides, not that of the first alone
};

/// What a reader is told beside the bytes of its input.
struct InputFile {
  std::string_view relative{};  ///< path below the corpus root; empty where the bytes have none
  const ReadRules* given_rules = nullptr;

  [[nodiscard]] const ReadRules& rules() const {
    static const ReadRules kUsual;
    return given_rules != nullptr ? *given_rules : kUsual;
  }
};

}  // namespace shoal
