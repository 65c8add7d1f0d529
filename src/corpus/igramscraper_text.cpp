// What igramscraper prints of posts: blocks of lines, with captions that may hold any line.
#include <algorithm>
#include <optional>
#include <vector>

#include "field_value.hpp"
#include "json_outline.hpp"
#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::string_view kBegin = "Media Info:";
constexpr std::string_view kId = "'Id:";
constexpr std::string_view kCaption = "Caption:";
constexpr std::string_view kComments = "Number of comments:";
constexpr std::string_view kLikes = "Number of likes:";
/// The line that the study prints behind each post.
constexpr std::string_view kEnd = "--------------------------------------------------";

/// A line without the spaces in front that the program prints where a caption has several lines.
std::string_view unindented(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

/// What stands behind a name at a line's beginning; nothing where the line has another.
std::optional<std::string_view> behind(std::string_view line, std::string_view name) {
  line = unindented(line);
  if (!line.starts_with(name)) return std::nullopt;
  return trimmed(line.substr(name.size()));
}

bool is_number(std::optional<std::string_view> text) {
  return text && !text->empty() && text->find_first_not_of("0123456789-") == text->npos;
}

/// The line behind "Media Info:" is what a record is known by: no line behind it has to be seen for that.
bool begins_record(std::string_view line) { return is_number(behind(line, kId)); }

/// Whether a line belongs to what the program prints around posts.
bool is_between_records(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.empty() || text == kBegin || text == kEnd;
}

/// Where the caption ends: at the last pair of counts, as a caption may hold such lines itself. The number of
/// lines where there is none.
std::size_t end_of_caption(const Lines& lines) {
  for (std::size_t i = lines.size(); i-- > 1;) {
    if (is_number(behind(lines[i], kLikes)) && is_number(behind(lines[i - 1], kComments))) return i - 1;
  }
  return lines.size();
}

/// The first line of a name among some.
std::string value_of(std::string_view name, const Lines& lines, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (const auto value = behind(lines[i], name)) return std::string(*value);
  }
  return {};
}

/// Lines as they stand there, with the CR that a line of a caption may end in.
template <class Read>
void for_each_raw_line(std::string_view text, const Read& read) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// A CR is a caption's own where the program's lines end without.
void drop_line_ends(Lines& lines) {
  if (lines.empty() || !lines.front().ends_with('\r')) return;
  for (std::string_view& line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
}

/// How many spaces the program took from the beginning of each line of a caption. It prints header lines
/// indented by eight, and takes off what all lines have in common: nothing, where a caption's line begins at
/// the margin. A header at the margin is of a version that takes nothing from captions.
std::size_t taken_spaces(std::string_view header) {
  constexpr std::size_t kIndent = 8;
  const std::size_t indent = header.size() - unindented(header).size();
  return indent > 0 && indent < kIndent ? kIndent - indent : 0;
}

std::string caption_of(const Lines& lines, std::size_t begin, std::size_t end) {
  std::string_view first = unindented(lines[begin]).substr(kCaption.size());
  if (first.starts_with(' ')) first.remove_prefix(1);
  std::string caption(first);
  const std::string taken(taken_spaces(lines[begin]), ' ');
  for (std::size_t i = begin + 1; i < end; ++i)
    caption.append("\n").append(lines[i].empty() ? "" : taken).append(lines[i]);
  return end == begin + 1 && caption == "None" ? "" : caption;
}

void read_block(Lines& lines, const InputFile& file, ReadResult& result) {
  drop_line_ends(lines);
  const std::int64_t record = result.next_record();
  const auto caption =
      std::ranges::find_if(lines, [](auto line) { return behind(line, kCaption).has_value(); });
  const auto begin = static_cast<std::size_t>(caption - lines.begin());
  const std::size_t end = end_of_caption(lines);
  if (begin >= end || end == lines.size())
    return result.quarantine_record(record, "the post breaks off before its counts");
  FieldReader fields("the post's", record, result);
  const auto head = [&](std::string_view name) {
    return FieldValue::of_text(value_of(name, lines, 0, begin));
  };
  const auto tail = [&](std::string_view name) {
    return FieldValue::of_text(value_of(name, lines, end, lines.size()));
  };
  if (!std::ranges::all_of(lines, is_utf8)) return result.quarantine_record(record, "the post is not UTF-8");
  PostFields post;
  post.has_tag_list = false;
  post.id = fields.word("Id", head(kId));
  post.shortcode = fields.word("Shortcode", head("Shortcode:"));
  post.time.seconds = fields.number("Created at", head("Created at:"));
  post.caption = caption_of(lines, begin, end);
  // The program prints 0, whatever the page has.
  post.comments = {0, Missing::parser_bug};
  post.likes = fields.count("Number of likes", tail(kLikes));
  post.url = fields.word("Link", tail("Link:"));
  post.image_url = fields.word("Hig res image", tail("Hig res image:"));
  if (!post.image_url.empty()) post.images = {file_name_in_address(post.image_url)};
  const std::string kind = fields.word("Media type", tail("Media type:"));
  post.video = kind == "video";
  post.album = kind == "sidecar" || kind == "carousel";
  post.author.id = fields.word("Id", tail("Id "));
  result.posts.push_back({record, post_from_fields(std::move(post), record, file.rules(), result)});
}

}  // namespace

bool is_igramscraper_text(const FileBeginning& file) {
  if (file.json().root() != '\0') return false;
  const std::string_view beginning = file.text();
  bool has_begin = false;
  bool has_record = false;
  for_each_line(beginning, [&](std::string_view line) {
    has_begin |= trimmed(line) == kBegin;
    has_record |= begins_record(line);
  });
  return has_begin && has_record;
}

const RecordStarts kIgramscraperRecords{[](std::string_view lines, std::string_view, bool) {
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin);
    // One without an end may go on.
    if (end == lines.npos) break;
    if (begins_record(lines.substr(begin, end - begin))) return begin;
    begin = end + 1;
  }
  return std::string_view::npos;
}};

ReadResult read_igramscraper_text(const LineRange& range) {
  ReadResult result;
  Lines block;
  bool in_record = false;
  bool stray = false;
  const auto finish = [&] {
    while (!block.empty() && is_between_records(block.back())) block.pop_back();
    if (in_record) read_block(block, range.file, result);
    block.clear();
  };
  for_each_raw_line(range.lines, [&](std::string_view line) {
    if (begins_record(line)) {
      finish();
      in_record = true;
    }
    stray |= !in_record && !is_between_records(line);
    block.push_back(line);
  });
  finish();
  if (stray) result.quarantine_record(-1, "what stands before the first post is not read");
  return result;
}

}  // namespace shoal
