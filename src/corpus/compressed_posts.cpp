// One rank decodes a file in order; the result is that of the text itself.
#include "compressed_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "decoder.hpp"
#include "foreign_files.hpp"
#include "line_range.hpp"
#include "readers.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Where a line begins at or behind a place; npos where none does.
std::size_t line_from(std::string_view text, std::size_t place) {
  if (place == 0) return 0;
  const std::size_t end = text.find_first_of("\r\n", place - 1);
  if (end == kNone) return kNone;
  const bool both = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
  const std::size_t next = end + (both ? 2 : 1);
  return next < text.size() ? next : kNone;
}

/// The first record that begins at or behind a place of a text that begins with a record; npos where none
/// does.
std::size_t record_from(std::string_view text, std::size_t place, std::string_view beginning,
                        const RecordStarts& starts) {
  const std::size_t line = line_from(text, place);
  if (line == kNone) return kNone;
  const bool inside =
      starts.inside_behind != nullptr && starts.inside_behind(text.substr(0, line), beginning)[0];
  const std::size_t rest = starts.rest_of_record(text.substr(line), beginning, inside);
  return rest == kNone || line + rest >= text.size() ? kNone : line + rest;
}

/// Where a text may be cut that begins with a record: at a record near its end; 0 where none is seen to begin
/// behind the first.
std::size_t place_to_cut(std::string_view text, std::string_view beginning, const RecordStarts* starts) {
  if (starts == nullptr) return text.rfind('\n') + 1;
  constexpr std::size_t kShortest = 256;
  for (std::size_t tail = kShortest; tail < text.size(); tail *= 2) {
    std::size_t record = record_from(text, text.size() - tail, beginning, *starts);
    if (record == kNone) continue;
    // Others may follow, up to where a shorter tail began that has none.
    const std::size_t end = tail == kShortest ? text.size() : text.size() - tail / 2;
    for (std::size_t next = record; next != kNone && next < end;) {
      record = next;
      next = record_from(text, next + 1, beginning, *starts);
    }
    return record;
  }
  return 0;
}

/// Reads a format part by part.
class PartReader {
 public:
  PartReader(Decoder& decoder, const LineRanges& reader, std::string text, const InputFile& file,
             std::size_t part)
      : decoder_(decoder), reader_(reader), file_(file), part_(part), text_(std::move(text)) {
    drop_mark();
    beginning_ = text_.substr(0, kBeginningBytes);
  }

  ReadResult read() {
    do {
      decoder_.append_to(text_, part_);
    } while (take_part());
    return std::move(result_);
  }

 private:
  void drop_mark() { text_.erase(0, text_.size() - without_mark(text_).size()); }

  /// False behind the last.
  bool take_part() {
    if (decoder_.ended() && decoder_.fault().empty()) {
      read_text(text_.size());
      return false;
    }
    const std::size_t cut = place_to_cut(text_, beginning_, reader_.starts);
    read_text(cut);
    if (decoder_.ended()) {
      result_.quarantine_record(result_.next_record(),
                                fmt::format("{}; what stands before that place is read", decoder_.fault()));
      return false;
    }
    return std::ssize(text_) <= kLongestLine || pass_over_record();
  }

  void read_text(std::size_t bytes) {
    if (bytes > 0 || first_) {
      result_.append(reader_.read({std::string_view(text_).substr(0, bytes), beginning_, first_, file_}));
      first_ = false;
    }
    text_.erase(0, bytes);
  }

  /// Of a line that is too long. Of other records the end is not known: what follows is not read.
  bool pass_over_record() {
    const bool is_line = reader_.starts == nullptr;
    std::string fault =
        fmt::format("the {} is longer than {} bytes", is_line ? "line" : "record", kLongestLine);
    if (!is_line) fault += "; what follows it in the compressed file is not read";
    result_.quarantine_record(result_.next_record(), std::move(fault));
    if (!is_line) return false;
    for (std::size_t end = text_.find('\n'); end == kNone; end = text_.find('\n')) {
      text_.clear();
      if (decoder_.ended()) break;
      decoder_.append_to(text_, part_);
    }
    text_.erase(0, std::min(text_.find('\n'), text_.size()) + 1);
    return true;
  }

  Decoder& decoder_;
  const LineRanges& reader_;
  const InputFile& file_;
  std::size_t part_;
  std::string text_;  ///< begins with a record
  std::string beginning_;
  bool first_ = true;
  ReadResult result_;
};

/// Whether a text is one value that goes to its end: of other formats the last line may be cut within a
/// value.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != kNone && (text[first] == '{' || text[first] == '[');
}

/// The reader may have told already that the text breaks off: that is one record and not two.
void add_fault(const std::string& fault, ReadResult& result) {
  if (!result.quarantined.empty()) {
    QuarantineRow& last = result.quarantined.back();
    const bool of_the_end = last.record == -1 || last.record + 1 == result.records;
    if (last.kind == QuarantineKind::record && of_the_end) {
      last.reason = fmt::format("{}: {}", last.reason, fault);
      return;
    }
  }
  result.quarantine_record(-1, fmt::format("{}; what stands before that place is read", fault));
}

ReadResult read_whole_text(Decoder& decoder, const WholeFiles& reader, std::string text,
                           const InputFile& file) {
  decoder.append_to(text, static_cast<std::size_t>(kLargestDecoded + 1) - text.size());
  if (std::ssize(text) > kLargestDecoded) {
    ReadResult result;
    result.quarantine_record(
        -1,
        fmt::format("the file unpacks to more than {} bytes, and its format needs it as a whole; unpack it",
                    kLargestDecoded));
    return result;
  }
  if (!decoder.fault().empty() && !is_json(without_mark(text))) text.resize(text.rfind('\n') + 1);
  ReadResult result = reader.read(without_mark(text), file);
  if (!decoder.fault().empty()) add_fault(decoder.fault(), result);
  return result;
}

ReadResult of_no_known_text(const Decoder& decoder, std::string_view text) {
  if (text.empty() && !decoder.fault().empty()) {
    ReadResult result;
    result.quarantine_record(
        -1, fmt::format("the file cannot be unpacked: {}; was it copied completely?", decoder.fault()));
    return result;
  }
  if (!compression_of(text).empty()) {
    ReadResult result;
    result.quarantine_record(-1, "the file is compressed more than once; unpack it");
    return result;
  }
  constexpr std::size_t kTarMagic = 257;
  if (text.size() > kTarMagic && text.substr(kTarMagic).starts_with("ustar")) {
    ReadResult result;
    result.quarantine_record(
        -1,
        "the file is a compressed tar archive, and archives are read by offset; unpack it to a plain .tar");
    return result;
  }
  return of_no_format(without_mark(text));
}

}  // namespace

ReadResult read_compressed_posts(const TextPieces& packed, const InputFile& file,
                                 std::span<const PostReader> readers, std::int64_t part) {
  const auto decoder = make_decoder(compression_of(packed(0)), packed);
  std::string text;
  decoder->append_to(text, kShownBytes);
  const PostReader* reader = reader_of(text, readers);
  if (reader == nullptr) return of_no_known_text(*decoder, text);
  const auto* lines = std::get_if<LineRanges>(&reader->takes);
  ReadResult result =
      lines != nullptr
          ? PartReader(*decoder, *lines, std::move(text), file, static_cast<std::size_t>(part)).read()
          : read_whole_text(*decoder, std::get<WholeFiles>(reader->takes), std::move(text), file);
  result.format = reader->name;
  return result;
}

std::int64_t held_of_compressed(const Unit& unit, std::span<const PostReader> readers) {
  constexpr std::int64_t kUsualTimes = 16;
  const std::int64_t packed = std::min(unit.bytes, kLargestHeld);
  const std::int64_t text = std::min(std::min(unit.bytes, kLargestDecoded) * kUsualTimes, kLargestDecoded);
  if (packed + text <= kLargestHeld) return packed + text;
  try {
    const std::string beginning = RandomFile(unit.path).read_up_to(0, kShownBytes);
    const auto decoder = make_decoder(compression_of(beginning), [&](std::int64_t offset) {
      return std::string_view(beginning).substr(std::min(static_cast<std::size_t>(offset), beginning.size()));
    });
    std::string shown;
    decoder->append_to(shown, kShownBytes);
    const PostReader* reader = reader_of(shown, readers);
    const bool whole = reader != nullptr && std::holds_alternative<WholeFiles>(reader->takes);
    return packed + (whole ? text : std::min(text, 2 * kDecodedPart));
  } catch (const InputError&) {
    return kLargestHeld;  // reading it for good says what is wrong
  }
}

}  // namespace shoal
