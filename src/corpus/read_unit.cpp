// One function for each kind of unit.
#include "read_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "compressed_posts.hpp"
#include "line_range.hpp"
#include "post_digest.hpp"
#include "readers.hpp"
#include "record_range.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMarkBytes = 3;

/// The pieces of a file's text, each a piece that its digest is made of; but the mark that the first may
/// begin with.
class FilePieces {
 public:
  explicit FilePieces(const RandomFile& file)
      : file_(file), mark_(kMarkBytes - std::ssize(without_mark(file.read_up_to(0, kMarkBytes)))) {}

  /// The piece lives until the next one is asked for.
  std::string_view at(std::int64_t offset) {
    const std::int64_t begin = offset == 0 ? 0 : offset + mark_;
    piece_ = file_.read_up_to(begin, kPieceBytes);
    if (begin == digested_ && !piece_.empty()) {
      append_piece(sha256(piece_), digests_);
      digested_ += std::ssize(piece_);
    }
    return std::string_view(piece_).substr(offset == 0 ? static_cast<std::size_t>(mark_) : 0);
  }
  /// Of the whole file; reads what was not asked for.
  Digest digest() {
    while (digested_ < file_.bytes()) at(digested_ == 0 ? 0 : digested_ - mark_);
    return sha256(digests_);
  }

 private:
  const RandomFile& file_;
  std::int64_t mark_;
  std::string piece_;
  PieceDigests digests_;
  std::int64_t digested_ = 0;
};

/// A file that is not held; nothing where its format needs it as a whole.
std::optional<UnitContent> read_large_file(const Unit& unit, std::span<const PostReader> readers,
                                           const ReadRules& rules) {
  const RandomFile file(unit.path);
  const std::string beginning = file.read_up_to(0, kShownBytes);
  if (!reads_pieces(reader_of(without_mark(beginning), readers))) return std::nullopt;
  FilePieces pieces(file);
  UnitContent content;
  const TextPieces text = [&](std::int64_t offset) { return pieces.at(offset); };
  content.result = read_posts(text, {unit.relative, &rules}, readers);
  content.bytes = file.bytes();
  content.digest = pieces.digest();
  return content;
}

UnitContent read_whole_file(const Unit& unit, std::span<const PostReader> readers, const ReadRules& rules) {
  if (unit.bytes > kLargestHeld) {
    if (auto content = read_large_file(unit, readers, rules)) return std::move(*content);
  }
  const auto bytes = read_file(unit.path, kLargestFile);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  UnitContent content;
  content.digest = digest_by_pieces(text);
  content.bytes = std::ssize(bytes);
  content.result = read_posts(text, {unit.relative, &rules}, readers);
  return content;
}

/// The lines that begin in the range.
RangeBytes read_lines(const RandomFile& file, const Unit& unit) {
  RangeBytes range = read_range(file, unit);
  if (range.too_long) range.text.resize(range.last_line);
  return range;
}

UnitContent read_part(const Unit& unit, const LineRanges& reader, std::optional<bool> inside,
                      const ReadRules& rules) {
  const RandomFile file(unit.path);
  RangeBytes range =
      reader.starts == nullptr ? read_lines(file, unit) : read_records(file, unit, *reader.starts, inside);
  UnitContent content;
  content.bytes = unit.bytes;
  content.pieces = std::move(range.pieces);
  content.result = reader.read({range.lines(), range.beginning, unit.offset == 0, {unit.relative, &rules}});
  if (range.too_long && reader.starts == nullptr) {
    content.result.quarantine_record(content.result.next_record(),
                                     fmt::format("the line is longer than {} bytes", kLongestLine));
  }
  return content;
}

UnitContent read_path(const Unit& unit, const OwnPaths& reader, const ReadRules& rules) {
  PathSource source(unit.path, {unit.relative, &rules});
  UnitContent content;
  content.result = reader.read(source);
  // An archive of photos alone, which lies among posts, is no input.
  if (unit.found && content.result.unrecognised) return content;
  content.digest = source.digest();
  content.bytes = source.bytes();
  return content;
}

}  // namespace

std::int64_t held_while_parsed(const Unit& unit, std::span<const PostReader> readers) {
  if (unit.format.empty() && without_compression(unit.relative) != unit.relative) {
    return held_of_compressed(unit, readers);
  }
  const auto* own =
      unit.format.empty() ? nullptr : std::get_if<OwnPaths>(&reader_named(unit.format, readers).takes);
  if (own != nullptr && own->held == nullptr) return unit.bytes;
  if (own == nullptr && (!unit.format.empty() || unit.bytes <= kLargestHeld)) return unit.bytes;
  try {
    if (own != nullptr) return own->held(unit.path);
    const std::string beginning = RandomFile(unit.path).read_up_to(0, kShownBytes);
    return reads_pieces(reader_of(without_mark(beginning), readers)) ? kLargestHeld : unit.bytes;
  } catch (const InputError&) {
    return kLargestHeld;  // reading it for good says what is wrong
  }
}

UnitContent read_unit(const Unit& unit, std::span<const PostReader> readers, const ReadRules& rules,
                      std::optional<bool> inside) {
  if (unit.format.empty()) return read_whole_file(unit, readers, rules);
  const PostReader& reader = reader_named(unit.format, readers);
  const auto* lines = std::get_if<LineRanges>(&reader.takes);
  UnitContent content = lines != nullptr ? read_part(unit, *lines, inside, rules)
                                         : read_path(unit, std::get<OwnPaths>(reader.takes), rules);
  if (content.result.format.empty()) content.result.format = reader.name;
  return content;
}

}  // namespace shoal
