// One function for each kind of unit.
#include "read_unit.hpp"

#include <fmt/format.h>

#include "line_range.hpp"
#include "post_digest.hpp"
#include "readers.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace {

UnitContent read_whole_file(const Unit& unit, std::span<const PostReader> readers) {
  const auto bytes = read_file(unit.path, kLargestFile);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  UnitContent content;
  content.digest = digest_by_pieces(text);
  content.bytes = std::ssize(bytes);
  content.result = read_posts(text, readers);
  return content;
}

UnitContent read_part(const Unit& unit, const LineRanges& reader) {
  RangeBytes range = read_range(unit);
  UnitContent content;
  content.bytes = unit.bytes;
  content.pieces = std::move(range.pieces);
  content.result = reader.read(range.lines(unit.offset == 0));
  if (range.too_long) {
    content.result.quarantine_record(content.result.next_record(),
                                     fmt::format("the line is longer than {} bytes", kLongestLine));
  }
  return content;
}

UnitContent read_path(const Unit& unit, const OwnPaths& reader) {
  PathSource source(unit.path);
  UnitContent content;
  content.result = reader.read(source);
  content.digest = source.digest();
  content.bytes = source.bytes();
  return content;
}

}  // namespace

UnitContent read_unit(const Unit& unit, std::span<const PostReader> readers) {
  if (unit.format.empty()) return read_whole_file(unit, readers);
  const PostReader& reader = reader_named(unit.format, readers);
  if (const auto* lines = std::get_if<LineRanges>(&reader.takes)) return read_part(unit, *lines);
  return read_path(unit, std::get<OwnPaths>(reader.takes));
}

}  // namespace shoal
