// Formats that exist only in tests, one of each kind, and what a corpus of them is as a whole.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <tuple>
#include <vector>

#include "shoal/base/file.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/data/serialize.hpp"
#include "support/mpi_world.hpp"

namespace shoal::testing {

/// `code,creator,followers,caption`: a post; an empty code is a post without one. `skip`: a record that gives
/// no post. `odd,...`: a post with a value that is left out. Blank lines are nothing, others are bad records.
inline void read_given_line(std::string_view line, ReadResult& result) {
  if (line.empty()) return;
  const std::int64_t record = result.next_record();
  if (line == "skip") return;
  std::array<std::string_view, 4> cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t comma = i + 1 < cells.size() ? line.find(',') : line.size();
    if (comma == std::string_view::npos) {
      result.quarantine_record(record, "the line has too few cells");
      return;
    }
    cells[i] = line.substr(0, comma);
    line.remove_prefix(std::min(comma + 1, line.size()));
  }
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

inline std::span<const PostReader> given_readers() {
  static const std::array kReaders{
      PostReader{
          "given lines", ".lines .txt",
          LineRanges{[](std::string_view text) { return text.starts_with("#lines"); }, read_given_lines}},
      PostReader{"given export", ".box",
                 OwnPaths{[](const std::filesystem::path& path) {
                            return path.extension() == ".box" ||
                                   std::filesystem::exists(path / "export.mark");
                          },
                          read_given_export}},
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
