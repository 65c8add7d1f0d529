// A line ends at a line feed that stands outside quotes.
#include "pipeline/given/id_lines.hpp"

#include "shoal/base/folder.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kPiece = std::int64_t{1} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Follows quotes through a text that is seen piece by piece.
class LineEnds {
 public:
  explicit LineEnds(IdColumn column) : quotes_(column != IdColumn::line) {}

  /// Whether a line ends with this character.
  bool ends_with(char c) {
    if (quotes_ && c == '"') inside_ = !inside_;
    return c == '\n' && !inside_;
  }

 private:
  bool quotes_;
  bool inside_ = false;
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The first cell of a line of a CSV.
std::string first_cell(std::string_view line, char separator) {
  if (line.empty() || line.front() != '"')
    return std::string(without_blanks(line.substr(0, line.find(separator))));
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"' && (i + 1 == line.size() || line[i + 1] != '"')) break;
    if (line[i] == '"') ++i;
    cell += line[i];
  }
  return std::string(without_blanks(cell));
}

std::string id_in(std::string_view line, IdColumn column) {
  if (column == IdColumn::line) return std::string(without_blanks(line));
  return first_cell(line, column == IdColumn::comma ? ',' : '\t');
}

}  // namespace

IdColumn id_column_of(const std::string& path) {
  if (has_suffix(path, ".csv")) return IdColumn::comma;
  return has_suffix(path, ".tsv") ? IdColumn::tab : IdColumn::line;
}

IdPlaces find_ids(const RandomFile& file, IdColumn column, std::int64_t first, std::int64_t step) {
  IdPlaces found;
  LineEnds ends(column);
  std::int64_t line = 0;
  bool begins = true;
  for (std::int64_t at = 0; at < file.bytes(); at += kPiece) {
    leave_if_stop_requested();
    const std::string piece = file.read_up_to(at, kPiece);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      if (begins && line >= first && (line - first) % step == 0)
        found.places.push_back(at + static_cast<std::int64_t>(i));
      begins = ends.ends_with(piece[i]);
      if (!is_blank(piece[i])) found.lines = line + 1;
      line += begins ? 1 : 0;
    }
  }
  return found;
}

std::vector<std::string> ids_in(std::string_view text, IdColumn column, std::int64_t count) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> ids;
  LineEnds ends(column);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size() && std::ssize(ids) < count; ++i) {
    if (!ends.ends_with(text[i]) && i + 1 < text.size()) continue;
    ids.push_back(id_in(text.substr(begin, i + 1 - begin), column));
    begin = i + 1;
  }
  return ids;
}

}  // namespace shoal
