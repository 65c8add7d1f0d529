// The table of input formats: a format is one file of code and one row here.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "shoal/corpus/file_beginning.hpp"
#include "shoal/corpus/path_source.hpp"
#include "shoal/corpus/read_result.hpp"
#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// Whole lines or records of a file, without the byte order mark that it may begin with.
struct LineRange {
  std::string_view lines;      ///< each with its line end; that of the file's last line may be missing
  std::string_view beginning;  ///< of the file, up to 64 KiB: shows a header line to all ranges
  bool first = true;           ///< whether `lines` begin with the file's first line
  InputFile file{};            ///< that they are of
};

/// Calls read(line) for each line, without the LF or CRLF behind it.
template <class Read>
void for_each_line(std::string_view lines, const Read& read) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    read(line);
  }
}

/// The text of a file, without a byte order mark, piece by piece: the piece that begins at an offset, which
/// is empty at the end of the text. A text may be gone through several times. Throws UnavailableError.
using TextPieces = std::function<std::string_view(std::int64_t offset)>;

/// A format that needs a whole file.
struct WholeFiles {
  /// Whether a file that begins like this is of the format.
  bool (*recognise)(const FileBeginning& beginning);
  /// text: without a byte order mark. Never throws for bad content: that is quarantined.
  ReadResult (*read)(std::string_view text, const InputFile& file);
  /// The same of a text that is too large to be held. Throws InputError where a part of it that must be held
  /// is too large. Null: files are held, up to 4 GiB.
  ReadResult (*read_pieces)(const TextPieces& text, const InputFile& file) = nullptr;
};

/// Where records begin that may take several lines. Lines end with LF, CRLF or CR here. All arguments are
/// without a byte order mark; beginning: of the file, up to 64 KiB.
struct RecordStarts {
  /// How many bytes of some lines belong to a record that began before them; npos where no record is seen to
  /// begin in them. The last line may break off anywhere: more of it must not change what was told. inside:
  /// of what stands before the lines, as inside_behind tells.
  std::size_t (*rest_of_record)(std::string_view lines, std::string_view beginning, bool inside);
  /// What rest_of_record must know of all that stands before some lines, such as whether they begin inside
  /// quotes: as it is behind whole lines if it was no before them, [0], and if it was yes, [1]. A file begins
  /// with no. Null: nothing. Else files that are cut are read twice.
  std::array<bool, 2> (*inside_behind)(std::string_view lines, std::string_view beginning) = nullptr;
};

/// A format whose records are lines, or begin at lines, and do not depend on each other: a large file is cut
/// into ranges of bytes that several ranks read. A range has the records that begin in it.
struct LineRanges {
  bool (*recognise)(const FileBeginning& beginning);  ///< as above
  /// Numbers records by ReadResult::next_record(). Never throws for bad content: that is quarantined.
  ReadResult (*read)(const LineRange& range);
  /// Null: each line is a record, and ends with LF or CRLF. Else the reader is given whole records, but that
  /// the last one may break off where it has more than 256 MiB: it is to have a limit below that.
  const RecordStarts* starts = nullptr;
};

/// A format that is a folder, an archive or a database, which the reader opens itself.
struct OwnPaths {
  /// Whether a folder, or a file, is one of the format. Asked of each folder that is searched, of each file
  /// below it that has one of the row's suffixes, and of each path that a job names. Never throws.
  bool (*claims)(const std::filesystem::path& path);
  /// Throws InputError only for what cannot be opened or read; bad content is quarantined.
  ReadResult (*read)(PathSource& source);
  /// How much of it is held while it is read, in bytes, as far as a look into it tells. Throws InputError.
  /// Null: all of it.
  std::int64_t (*held)(const std::filesystem::path& path) = nullptr;
};

/// One row of the table; of several that recognise or claim an input the first reads it.
struct PostReader {
  std::string_view name;      ///< no other row of the table has it
  std::string_view suffixes;  ///< of files that are read when a folder is named: ".csv .tsv"; may be empty
  std::variant<WholeFiles, LineRanges, OwnPaths> takes;
};

/// The formats that Shoal reads.
std::span<const PostReader> post_readers();

}  // namespace shoal
