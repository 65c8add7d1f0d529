// A post a line, of hashtags alone: {food,italy,pizza}.
#include <fmt/format.h>

#include <algorithm>

#include "json_formats.hpp"
#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// The tags between the braces; nothing where the line has none.
std::optional<std::string_view> tags_of_line(std::string_view line) {
  line = trimmed(line);
  if (line.size() < 2 || !line.starts_with('{') || !line.ends_with('}')) return std::nullopt;
  return line.substr(1, line.size() - 2);
}

}  // namespace

bool is_tag_lines(const FileBeginning& file) {
  const std::string_view beginning = file.text();
  // JSON has a quote where tags begin.
  const std::size_t first = beginning.find('{');
  if (first == beginning.npos || trimmed(beginning.substr(first + 1)).starts_with('"')) return false;
  bool has_tags = false;
  bool others = false;
  // The last line may go on behind what is shown.
  const std::size_t whole =
      beginning.size() < kRecognisedBytes ? beginning.size() : beginning.rfind('\n') + 1;
  for_each_line(beginning.substr(0, whole), [&](std::string_view line) {
    if (trimmed(line).empty()) return;
    const auto tags = tags_of_line(line);
    others |= !tags || tags->find_first_of("\":{}") != tags->npos;
    has_tags |= tags && !trimmed(*tags).empty();
  });
  return has_tags && !others;
}

ReadResult read_tag_lines(const LineRange& range) {
  ReadResult result;
  for_each_line(range.lines, [&](std::string_view line) {
    if (trimmed(line).empty()) return;
    const std::int64_t record = result.next_record();
    const auto tags = tags_of_line(line);
    if (!tags) return result.quarantine_record(record, "the line is not a list of tags in braces");
    if (!is_utf8(*tags)) return result.quarantine_record(record, "the line is not UTF-8");
    PostFields post;
    for (std::string_view rest = *tags; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      // One that is blank, as behind a comma at the end, is no tag.
      post.tags.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    result.posts.push_back({record, post_from_fields(std::move(post), record, range.file.rules(), result)});
  });
  return result;
}

}  // namespace shoal
