// Formats that exist only in tests, one of each kind, and what a corpus of them is as a whole.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <tuple>
#include <vector>

#include "corpus/csv_records.hpp"
#include "corpus/csv_text.hpp"
#include "shoal/base/file.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/data/serialize.hpp"
#include "support/mpi_world.hpp"

namespace shoal::testing {

/// Code, creator, followers, caption: a post; an empty code is a post without one. `skip` alone: a record
/// that gives no post. Code `odd`: a post with a value that is left out. Fewer cells are a bad record.
inline void read_given_cells(std::span<const std::string_view> cells, ReadResult& result) {
  const std::int64_t record = result.next_record();
  if (cells.size() == 1 && cells[0] == "skip") return;
  if (cells.size() < 4) return result.quarantine_record(record, "the line has too few cells");
  if (cells[0] == "odd") result.quarantine_value(record, "the code is odd");
  Post post;
  post.shortcode = cells[0] == "odd" ? "" : cells[0];
  post.creator = cells[1];
  post.caption = cells[3];
  result.posts.push_back({record, std::move(post)});
  std::int64_t followers = 0;
  std::from_chars(cells[2].data(), cells[2].data() + cells[2].size(), followers);
  result.add_account({std::string(cells[1]), "", "", Count::of(followers), {}, {}});
}

/// Cells with commas between; the last one may hold further commas. Blank lines are nothing.
inline void read_given_line(std::string_view line, ReadResult& result) {
  if (line.empty()) return;
  std::vector<std::string_view> cells;
  for (std::size_t comma = 0; cells.size() < 3 && (comma = line.find(',')) != line.npos;) {
    cells.push_back(line.substr(0, comma));
    line.remove_prefix(comma + 1);
  }
  cells.push_back(line);
  read_given_cells(cells, result);
}

inline ReadResult read_given_lines(const LineRange& range) {
  ReadResult result;
  bool header = range.first;
  for_each_line(range.lines, [&](std::string_view line) {
    if (!std::exchange(header, false)) read_given_line(line, result);
  });
  if (!range.beginning.starts_with("#lines")) result.quarantine_record(-1, "the header is not shown");
  return result;
}

/// A folder with the file `export.mark`, whose posts are the lines of its files `*.part`; or a file `*.box`
/// of such lines.
inline ReadResult read_given_export(PathSource& source) {
  ReadResult result;
  const auto read = [&](std::string_view line) { read_given_line(line, result); };
  if (source.path().extension() == ".box") {
    const auto bytes = read_file(source.path());
    for_each_line({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, read);
    return result;
  }
  for (const std::string& name : source.names()) {
    if (!name.ends_with(".part")) continue;
    for_each_line(source.text(name), read);
  }
  return result;
}

/// The same as a table, with the header `#table,creator,followers,caption`.
inline ReadResult read_given_table(const LineRange& range) {
  ReadResult result;
  CsvRows rows(range.lines, dialect_of(range.beginning), {300, 5});
  bool header = range.first;
  while (rows.next()) {
    if (std::exchange(header, false)) continue;
    if (rows.fault() == CsvFault::none) {
      read_given_cells(rows.fields(), result);
    } else {
      result.quarantine_record(result.next_record(), rows.why_unusable());
    }
  }
  return result;
}

/// A record of the dump begins with such a line.
inline constexpr std::string_view kGivenRecord = "Record:";

/// Where the first record begins in lines; their size where none does.
inline std::size_t first_given_record(std::string_view lines) {
  for (std::size_t at = 0; at < lines.size(); at = lines.find_first_of("\r\n", at)) {
    at = lines.find_first_not_of("\r\n", at);
    if (at != lines.npos && lines.substr(at).starts_with(kGivenRecord)) return at;
  }
  return lines.size();
}

/// Below "#dump" the same as records of four lines and more, the last ones a caption.
inline ReadResult read_given_dump(const LineRange& range) {
  ReadResult result;
  std::string_view rest = range.lines.substr(first_given_record(range.lines));
  while (!rest.empty()) {
    const std::size_t end = kGivenRecord.size() + first_given_record(rest.substr(kGivenRecord.size()));
    std::string_view record = rest.substr(kGivenRecord.size(), end - kGivenRecord.size());
    rest.remove_prefix(end);
    std::vector<std::string_view> cells;
    while (record.ends_with('\n') || record.ends_with('\r')) record.remove_suffix(1);
    for (std::size_t line_end = 0; cells.size() < 4; record.remove_prefix(line_end + 1)) {
      line_end = cells.size() < 3 ? std::min(record.find('\n'), record.size()) : record.size();
      cells.push_back(record.substr(0, line_end));
      if (line_end == record.size()) break;
    }
    read_given_cells(cells, result);
  }
  return result;
}

inline std::span<const PostReader> given_readers() {
  static constexpr RecordStarts kDumpRecords{[](std::string_view lines, std::string_view, bool) {
    const std::size_t first = first_given_record(lines);
    return first == lines.size() ? lines.npos : first;
  }};
  static const std::array kReaders{
      PostReader{"given lines", ".lines .txt",
                 LineRanges{[](const FileBeginning& file) { return file.text().starts_with("#lines"); },
                            read_given_lines}},
      PostReader{"given export", ".box",
                 OwnPaths{[](const std::filesystem::path& path) {
                            return path.extension() == ".box" ||
                                   std::filesystem::exists(path / "export.mark");
                          },
                          read_given_export}},
      PostReader{"given table", ".table",
                 LineRanges{[](const FileBeginning& file) { return file.text().find("#table") <= 1; },
                            read_given_table, &kCsvRecords}},
      PostReader{"given dump", ".dump",
                 LineRanges{[](const FileBeginning& file) { return file.text().starts_with("#dump"); },
                            read_given_dump, &kDumpRecords}},
      PostReader{"profile JSON", ".json", post_readers().back().takes},
  };
  return kReaders;
}

/// Everything that must not depend on ranks and ranges.
struct WholeCorpus {
  std::vector<std::string> posts;
  std::vector<std::string> accounts;
  std::vector<QuarantineRow> quarantine;
  std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t> accounting;
  std::string digest;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  friend bool operator==(const WholeCorpus&, const WholeCorpus&) = default;
};

/// All ranks' rows, by rank.
template <class T>
std::vector<T> of_all_ranks(const std::vector<T>& mine) {
  std::vector<T> all;
  for (auto& part : all_gather_objects(world(), mine))
    std::move(part.begin(), part.end(), std::back_inserter(all));
  return all;
}

inline std::string shown(const Count& count) { return count.known() ? std::to_string(count.value) : "?"; }

inline WholeCorpus whole(const Corpus& corpus) {
  std::vector<std::string> posts;
  for (const Post& post : corpus.posts) posts.push_back(post.id + " " + post.creator + " " + post.caption);
  std::vector<std::string> accounts;
  for (const Account& account : corpus.accounts)
    accounts.push_back(account.key + " " + shown(account.followers));
  WholeCorpus result{
      of_all_ranks(posts), of_all_ranks(accounts), of_all_ranks(corpus.quarantine), {}, {}, 0, 0};
  std::sort(result.quarantine.begin(), result.quarantine.end());
  const Accounting& counts = corpus.accounting;
  result.accounting = {counts.read, counts.kept, counts.filtered, counts.merged, counts.quarantined};
  result.digest = to_hex(corpus.digest);
  result.files = corpus.files;
  result.bytes = corpus.bytes;
  return result;
}

/// The units of some paths, in ranges of range_bytes.
inline std::vector<Unit> given_units(const std::vector<std::string>& paths, std::int64_t range_bytes) {
  std::vector<PathPattern> patterns;
  for (const std::string& path : paths) patterns.push_back({"", path});
  return list_units(patterns, given_readers(), range_bytes).units;
}

/// Collective.
inline WholeCorpus read_given(const std::vector<std::string>& paths, std::int64_t range_bytes,
                              const KeepRule& keep = {}) {
  const auto shards = shard_by_size(given_units(paths, range_bytes), world().size());
  const Corpus corpus =
      read_corpus(world(), shards[static_cast<std::size_t>(world().rank())], {keep, 2, given_readers()});
  return whole(corpus);
}

}  // namespace shoal::testing
