// One rank decodes a file in order; the result is that of the text itself.
#include "compressed_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "decoder.hpp"
#include "foreign_files.hpp"
#include "line_range.hpp"
#include "readers.hpp"
#include "record_search.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {
namespace {

/// Reads a format part by part.
class PartReader {
 public:
  PartReader(Decoder& decoder, const LineRanges& reader, std::string text, const InputFile& file,
             const DecodedSizes& sizes)
      : decoder_(decoder),
        reader_(reader),
        file_(file),
        part_(static_cast<std::size_t>(sizes.part)),
        longest_(sizes.longest_record),
        text_(without_mark(text)),
        beginning_(text_.substr(0, kBeginningBytes)),
        search_(reader.starts, beginning_) {}

  ReadResult read() {
    do {
      decoder_.append_to(text_, part_);
    } while (take_part());
    return std::move(result_);
  }

 private:
  /// False behind the last.
  bool take_part() {
    if (decoder_.ended() && decoder_.fault().empty()) {
      read_text(text_.size());
      return false;
    }
    read_text(search_.last_record(text_));
    if (decoder_.ended()) {
      result_.quarantine_record(result_.next_record(),
                                fmt::format("{}; what stands before that place is read", decoder_.fault()));
      return false;
    }
    return std::ssize(text_) <= longest_ || pass_over_record();
  }

  void read_text(std::size_t bytes) {
    if (bytes > 0 || first_) {
      result_.append(reader_.read({std::string_view(text_).substr(0, bytes), beginning_, first_, file_}));
      first_ = false;
    }
    drop(bytes);
  }

  void drop(std::size_t bytes) {
    text_.erase(0, bytes);
    search_.drop(bytes);
  }

  /// One that is too long. False where nothing follows it.
  bool pass_over_record() {
    result_.quarantine_record(result_.next_record(),
                              fmt::format("the {} is longer than {} bytes",
                                          reader_.starts == nullptr ? "line" : "record", longest_));
    while (true) {
      if (const std::size_t next = search_.first_record(text_); next > 0) {
        drop(next);
        return true;
      }
      if (decoder_.ended()) return false;
      drop(search_.passed());
      if (std::ssize(text_) > longest_) drop(text_.size());  // one line
      decoder_.append_to(text_, part_);
    }
  }

  Decoder& decoder_;
  const LineRanges& reader_;
  const InputFile& file_;
  std::size_t part_;
  std::int64_t longest_;
  std::string text_;  ///< begins with a record
  std::string beginning_;
  RecordSearch search_;  ///< of the text
  bool first_ = true;
  ReadResult result_;
};

/// Whether a text is one value that goes to its end: of other formats the last line may be cut within a
/// value.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
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
        -1, "the file is a compressed tar archive, which its name does not say; call it .tgz");
    return result;
  }
  return of_no_format(without_mark(text));
}

}  // namespace

ReadResult read_compressed_posts(const TextPieces& packed, const InputFile& file,
                                 std::span<const PostReader> readers, const DecodedSizes& sizes) {
  const auto decoder = make_decoder(compression_of(packed(0)), packed);
  std::string text;
  decoder->append_to(text, kShownBytes);
  const PostReader* reader = reader_of(text, readers);
  if (reader == nullptr) return of_no_known_text(*decoder, text);
  const auto* lines = std::get_if<LineRanges>(&reader->takes);
  ReadResult result = lines != nullptr ? PartReader(*decoder, *lines, std::move(text), file, sizes).read()
                                       : read_whole_text(*decoder, std::get<WholeFiles>(reader->takes),
                                                         std::move(text), file);
  if (result.format.empty()) result.format = reader->name;
  return result;
}

std::string decoded_beginning(std::string_view beginning) {
  const auto decoder = make_decoder(compression_of(beginning), [&](std::int64_t offset) {
    return beginning.substr(std::min(static_cast<std::size_t>(offset), beginning.size()));
  });
  std::string shown;
  decoder->append_to(shown, kShownBytes);
  return shown;
}

std::int64_t usually_decoded(std::int64_t packed) {
  constexpr std::int64_t kUsualTimes = 16;
  return std::min(std::min(packed, kLargestDecoded) * kUsualTimes, kLargestDecoded);
}

std::int64_t held_of_compressed(const Unit& unit, std::span<const PostReader> readers) {
  const std::int64_t packed = std::min(unit.bytes, kLargestHeld);
  const std::int64_t text = usually_decoded(unit.bytes);
  if (packed + text <= kLargestHeld) return packed + text;
  try {
    const std::string beginning = RandomFile(unit.path).read_up_to(0, kShownBytes);
    const PostReader* reader = reader_of(decoded_beginning(beginning), readers);
    const bool whole = reader != nullptr && std::holds_alternative<WholeFiles>(reader->takes);
    return packed + (whole ? text : std::min(text, 2 * kDecodedPart));
  } catch (const InputError&) {
    return kLargestHeld;  // reading it for good says what is wrong
  }
}

}  // namespace shoal
