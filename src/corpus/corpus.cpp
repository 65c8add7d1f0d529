// The read stage: parse, filter, number, merge, move.
#include "shoal/corpus/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "readers.hpp"
#include "row_order.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/post_memory.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// A post file is held in memory while it is parsed.
constexpr std::uint64_t kLargestFile = std::uint64_t{4} << 30;

/// One unit after parsing and filtering.
struct ParsedUnit {
  UnitSummary summary;
  std::vector<Post> posts;  ///< those that pass the filter, in record order
  std::vector<QuarantineRow> quarantine;
  std::int64_t read = 0;
  std::int64_t filtered = 0;
  std::int64_t quarantined = 0;
};

std::string id_of(const ReadPost& read, const std::string& relative) {
  if (!read.post.shortcode.empty()) return "ig:" + read.post.shortcode;
  const Digest digest = sha256(fmt::format("{}\n{}", relative, read.record));
  return "file:" + to_base32(std::span(digest).first(16));
}

ParsedUnit parse(const Unit& unit, const KeepRule& keep) {
  ParsedUnit parsed;
  parsed.summary.relative = unit.relative;
  parsed.summary.number = unit.number;
  ReadResult result;
  try {
    const auto bytes = read_file(unit.path, kLargestFile);
    parsed.summary.digest = to_hex(sha256(bytes));
    parsed.summary.bytes = static_cast<std::int64_t>(bytes.size());
    result = read_posts({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } catch (const InputError& error) {
    result.quarantine_record(-1, without_path(error.what(), unit.path));
  }
  for (ReadPost& read : result.posts) {
    read.post.id = id_of(read, unit.relative);
    if (keep.admits(read.post)) {
      parsed.posts.push_back(std::move(read.post));
    } else {
      ++parsed.filtered;
    }
  }
  parsed.quarantined = result.quarantined_records;
  parsed.read = static_cast<std::int64_t>(result.posts.size()) + parsed.quarantined;
  for (QuarantineRow& row : result.quarantined) {
    row.file = unit.relative;
    row.stage = "read";
    parsed.quarantine.push_back(std::move(row));
  }
  parsed.summary.posts = static_cast<std::int64_t>(parsed.posts.size());
  return parsed;
}

std::vector<ParsedUnit> parse_all(const std::vector<Unit>& units, const ReadSettings& settings) {
  std::vector<ParsedUnit> parsed(units.size());
  parallel_for(units.size(), settings.threads, [&](std::size_t i) {
    leave_if_stop_requested();
    parsed[i] = parse(units[i], settings.keep);
  });
  return parsed;
}

std::vector<UnitSummary> summaries_of(const std::vector<ParsedUnit>& parsed) {
  std::vector<UnitSummary> summaries;
  for (const ParsedUnit& unit : parsed) summaries.push_back(unit.summary);
  return summaries;
}

/// Removes the posts whose id stands in an earlier row; returns how many. Collective.
std::int64_t merge_duplicates(Communicator& comm, std::vector<ParsedUnit>& parsed) {
  const auto first = first_rows(summaries_in_row_order(comm, summaries_of(parsed)));
  std::vector<std::string> ids;
  std::vector<std::int64_t> rows;
  for (const ParsedUnit& unit : parsed) {
    std::int64_t row = first[static_cast<std::size_t>(unit.summary.number)];
    for (const Post& post : unit.posts) {
      ids.push_back(post.id);
      rows.push_back(row++);
    }
  }
  const std::vector<bool> stays = first_with_id(comm, ids, rows);
  std::size_t next = 0;
  for (ParsedUnit& unit : parsed) {
    std::erase_if(unit.posts, [&](const Post&) { return !stays[next++]; });
    unit.summary.posts = static_cast<std::int64_t>(unit.posts.size());
  }
  return static_cast<std::int64_t>(std::count(stays.begin(), stays.end(), false));
}

/// How many of the parsed posts go to each rank.
std::vector<std::size_t> posts_by_owner(const std::vector<ParsedUnit>& parsed,
                                        const std::vector<std::int64_t>& first,
                                        const BlockPartition& partition, int ranks) {
  std::vector<std::size_t> counts(static_cast<std::size_t>(ranks));
  for (const ParsedUnit& unit : parsed) {
    const std::int64_t begin = first[static_cast<std::size_t>(unit.summary.number)];
    for (std::int64_t row = begin; row < begin + std::ssize(unit.posts); ++row) {
      ++counts[static_cast<std::size_t>(partition.owner_of(row))];
    }
  }
  return counts;
}

/// Sends each post to the owner of its row. Collective.
void move_to_owners(Communicator& comm, std::vector<ParsedUnit>& parsed,
                    const std::vector<std::int64_t>& first, Corpus& corpus) {
  using Row = std::pair<std::int64_t, Post>;
  std::vector<std::vector<Row>> outgoing;
  // Exactly as large as they get: here a rank holds more than at any other moment of reading.
  for (const std::size_t count : posts_by_owner(parsed, first, corpus.partition, comm.size())) {
    outgoing.emplace_back().reserve(count);
  }
  for (ParsedUnit& unit : parsed) {
    std::int64_t row = first[static_cast<std::size_t>(unit.summary.number)];
    for (Post& post : unit.posts) {
      outgoing[static_cast<std::size_t>(corpus.partition.owner_of(row))].emplace_back(row, std::move(post));
      ++row;
    }
    unit.posts = {};
  }
  give_back_freed_memory();
  const RowRange mine = corpus.partition.owned_by(comm.rank());
  auto incoming = all_to_all_objects(comm, std::move(outgoing));
  corpus.posts.resize(static_cast<std::size_t>(mine.size()));
  for (auto& part : incoming) {
    for (auto& [row, post] : part) corpus.posts[static_cast<std::size_t>(row - mine.begin)] = std::move(post);
    part = {};
  }
}

/// What the inputs are, whatever folder they lie in.
void describe_inputs(const std::vector<UnitSummary>& units, Corpus& corpus) {
  Sha256 digest;
  for (const UnitSummary& unit : units) {
    digest.update(fmt::format("{}\n{}\n", unit.digest, unit.relative));
    corpus.bytes += unit.bytes;
  }
  corpus.files = static_cast<std::int64_t>(units.size());
  corpus.digest = digest.finish();
}

Accounting account(Communicator& comm, const std::vector<ParsedUnit>& parsed, std::int64_t merged,
                   std::int64_t kept) {
  std::int64_t read = 0;
  std::int64_t filtered = 0;
  std::int64_t quarantined = 0;
  for (const ParsedUnit& unit : parsed) {
    read += unit.read;
    filtered += unit.filtered;
    quarantined += unit.quarantined;
  }
  std::int64_t counts[] = {read, filtered, merged, quarantined, kept};
  comm.allreduce_sum(counts);
  return {counts[0], counts[4], counts[1], counts[2], counts[3]};
}

}  // namespace

bool KeepRule::admits(const Post& post) const {
  const bool kind = post.media == MediaKind::image   ? images
                    : post.media == MediaKind::video ? videos
                                                     : albums;
  return kind && static_cast<std::int64_t>(post.tags.size()) >= min_tags;
}

PostSizes sample_posts(std::span<const Unit> units, const KeepRule& keep) {
  constexpr std::size_t kSampled = 16;
  constexpr std::int64_t kLargestSampled = std::int64_t{8} << 20;
  PostSizes sizes;
  const std::size_t step = std::max<std::size_t>(units.size() / kSampled, 1);
  for (std::size_t i = step / 2; i < units.size(); i += step) {
    if (units[i].bytes > kLargestSampled) continue;
    const ParsedUnit parsed = parse(units[i], keep);
    sizes.files += parsed.summary.bytes;
    for (const Post& post : parsed.posts) {
      sizes.memory += memory_of(post);
      sizes.packed += packed_bytes(post);
    }
  }
  return sizes;
}

Corpus read_corpus(Communicator& comm, const std::vector<Unit>& units, const ReadSettings& settings) {
  std::vector<ParsedUnit> parsed = parse_all(units, settings);
  const std::int64_t merged = merge_duplicates(comm, parsed);
  const auto in_order = summaries_in_row_order(comm, summaries_of(parsed));
  Corpus corpus;
  std::int64_t rows = 0;
  for (const UnitSummary& unit : in_order) rows += unit.posts;
  corpus.partition = BlockPartition(rows, comm.size());
  describe_inputs(in_order, corpus);
  move_to_owners(comm, parsed, first_rows(in_order), corpus);
  corpus.accounting = account(comm, parsed, merged, static_cast<std::int64_t>(corpus.posts.size()));
  if (!corpus.accounting.balanced()) {
    throw FailureError(
        fmt::format("records do not add up: {} read, {} kept, {} filtered, {} merged, {} quarantined",
                    corpus.accounting.read, corpus.accounting.kept, corpus.accounting.filtered,
                    corpus.accounting.merged, corpus.accounting.quarantined));
  }
  for (ParsedUnit& unit : parsed) {
    std::move(unit.quarantine.begin(), unit.quarantine.end(), std::back_inserter(corpus.quarantine));
  }
  return corpus;
}

}  // namespace shoal
