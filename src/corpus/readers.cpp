// The table of formats.
#include "readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compressed_posts.hpp"
#include "foreign_files.hpp"
#include "json_formats.hpp"
#include "line_range.hpp"
#include "photo_posts.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "table_formats.hpp"
#include "tar_posts.hpp"
#include "zip_posts.hpp"

namespace shoal {
namespace {

constexpr std::string_view kMappedJsonLines = "mapped JSON lines";
constexpr std::string_view kMappedJsonDocument = "mapped JSON";
constexpr std::string_view kMappedTableFile = "mapped table";

bool recognises(const PostReader& reader, const FileBeginning& beginning) {
  if (const auto* whole = std::get_if<WholeFiles>(&reader.takes)) return whole->recognise(beginning);
  if (const auto* lines = std::get_if<LineRanges>(&reader.takes)) return lines->recognise(beginning);
  return false;
}

/// Few columns make a table one of images: where it has all that the job maps, the job knows better.
ReadResult read_image_table(const LineRange& range) {
  const ReadRules& rules = range.file.rules();
  if (rules.columns.empty() || !kMappedTable.fault(TableHeader(range.beginning), rules).empty())
    return read_table(kImageTable, range);
  ReadResult result = read_table(kMappedTable, range);
  result.format = kMappedTableFile;
  return result;
}

}  // namespace

std::span<const PostReader> post_readers() {
  static constexpr std::array kReaders{
      PostReader{"WebDataset archive", ".tar .tgz .txz",
                 OwnPaths{is_tar_of_posts, read_tar_of_posts, held_of_tar}},
      PostReader{"zip archive", ".zip", OwnPaths{is_zip_of_posts, read_zip_of_posts, held_of_zip}},
      // Its own column tells an export from all others, which may have some of its columns.
      PostReader{"Shoal export as JSON lines", ".jsonl .ndjson .json", json_lines<kExportedJson>()},
      PostReader{"Shoal export as JSON", ".json", json_document<kExportedJson>()},
      PostReader{"Shoal export as table", ".csv .tsv", table_file<kExportedTable>()},
      PostReader{"Zeeschuimer NDJSON", ".ndjson .jsonl", json_lines<kZeeschuimer>()},
      PostReader{"Zeeschuimer JSON", ".json", json_document<kZeeschuimer>()},
      PostReader{"Instaloader JSON", ".json", json_document<kInstaloader>()},
      PostReader{"Instagram export", ".json", json_document<kMetaExport>()},
      PostReader{kBesideMetaExport, ".json", json_document<kMetaOthers>()},
      PostReader{"4CAT list of images", ".json", json_document<kFourCatImages>()},
      PostReader{
          "Instagram export as pages", ".html .htm",
          WholeFiles{[](const FileBeginning& file) { return is_meta_page(file.text()); }, read_meta_page}},
      PostReader{"Instaloader comments", ".json", json_document<kInstaloaderComments>()},
      PostReader{"igramscraper text", ".txt",
                 LineRanges{is_igramscraper_text, read_igramscraper_text, &kIgramscraperRecords}},
      PostReader{"igramscraper JSON", ".json", json_document<kIgramscraper>()},
      PostReader{"tag lines", ".txt", LineRanges{is_tag_lines, read_tag_lines}},
      PostReader{"like-prediction table", ".csv .tsv", table_file<kLikesTable>()},
      PostReader{"4CAT table", ".csv .tsv", table_file<kFourCatTable>()},
      PostReader{"CrowdTangle table", ".csv .tsv", table_file<kCrowdTangleTable>()},
      PostReader{"image table", ".csv .tsv", table_file<kImageTable>(read_image_table)},
      PostReader{kPhoto, "", OwnPaths{is_photo, read_photo}},
      // What these take, none of those above knows.
      PostReader{kMappedJsonLines, ".ndjson .jsonl .json", json_lines<kMappedJson>(read_mapped_json_lines)},
      PostReader{kMappedJsonDocument, ".json",
                 WholeFiles{[](const FileBeginning& file) { return is_mapped_document(file.json()); },
                            read_mapped_json}},
      PostReader{kMappedTableFile, ".csv .tsv", table_file<kMappedTable>()},
      // Behind all others: whatever begins as an object may be a profile that lacks something.
      PostReader{kProfileJson, ".json", WholeFiles{is_profile_json, read_profile_json, read_profile_pieces}},
  };
  return kReaders;
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

const PostReader* reader_of(std::string_view beginning, std::span<const PostReader> readers) {
  const std::string_view shown = without_mark(beginning).substr(0, kRecognisedBytes);
  // UTF-16 without a mark begins with a letter, as texts do that readers take.
  if (!foreign_file(shown).empty()) return nullptr;
  const FileBeginning seen(shown);
  const auto reader =
      std::find_if(readers.begin(), readers.end(), [&](const PostReader& r) { return recognises(r, seen); });
  return reader == readers.end() ? nullptr : &*reader;
}

bool takes_anything(const PostReader& reader) {
  return reader.name == kProfileJson || reader.name == kMappedJsonLines ||
         reader.name == kMappedJsonDocument || reader.name == kMappedTableFile;
}

const PostReader& reader_named(std::string_view name, std::span<const PostReader> readers) {
  const auto reader =
      std::find_if(readers.begin(), readers.end(), [&](const PostReader& r) { return r.name == name; });
  if (reader == readers.end()) {
    throw FailureError(fmt::format("an input was listed as '{}', but no reader has this name", name));
  }
  return *reader;
}

bool has_suffix(std::string_view file_name, const PostReader& reader) {
  file_name = without_compression(file_name);
  std::string_view suffixes = reader.suffixes;
  while (!suffixes.empty()) {
    const std::size_t end = std::min(suffixes.find(' '), suffixes.size());
    const std::string_view suffix = suffixes.substr(0, end);
    // A name that is nothing but a suffix is a hidden file.
    if (!suffix.empty() && file_name.size() > suffix.size() && has_suffix(file_name, suffix)) return true;
    suffixes.remove_prefix(std::min(end + 1, suffixes.size()));
  }
  return false;
}

ReadResult of_no_format(std::string_view beginning) {
  ReadResult result;
  const std::string_view foreign = foreign_file(beginning.substr(0, kRecognisedBytes));
  result.quarantine_record(-1, beginning.empty() ? "the file is empty"
                               : foreign.empty() ? "the file is of no known format"
                                                 : std::string(foreign));
  result.unrecognised = true;
  return result;
}

bool reads_pieces(const PostReader* reader) {
  if (reader == nullptr) return true;
  const auto* whole = std::get_if<WholeFiles>(&reader->takes);
  return whole != nullptr && whole->read_pieces != nullptr;
}

namespace {

ReadResult named(ReadResult result, const PostReader& reader) {
  if (result.format.empty()) result.format = reader.name;
  return result;
}

}  // namespace

ReadResult read_posts(std::string_view text, const InputFile& file, std::span<const PostReader> readers) {
  if (!compression_of(text).empty()) {
    const TextPieces packed = [&](std::int64_t offset) {
      return text.substr(static_cast<std::size_t>(offset));
    };
    return read_compressed_posts(packed, file, readers);
  }
  text = without_mark(text);
  const PostReader* reader = reader_of(text, readers);
  if (reader == nullptr) return of_no_format(text);
  if (const auto* lines = std::get_if<LineRanges>(&reader->takes)) {
    return named(lines->read({text, text.substr(0, kBeginningBytes), true, file}), *reader);
  }
  return named(std::get<WholeFiles>(reader->takes).read(text, file), *reader);
}

ReadResult read_posts(const TextPieces& text, const InputFile& file, std::span<const PostReader> readers) {
  const std::string_view beginning = text(0);
  if (!compression_of(beginning).empty()) return read_compressed_posts(text, file, readers);
  const PostReader* reader = reader_of(beginning, readers);
  SHOAL_EXPECT(reads_pieces(reader));
  if (reader == nullptr) return of_no_format(beginning);
  return named(std::get<WholeFiles>(reader->takes).read_pieces(text, file), *reader);
}

}  // namespace shoal
