// The read stage: parse, filter, number, merge, move.
#include "shoal/corpus/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "owners.hpp"
#include "parsed_units.hpp"
#include "row_order.hpp"
#include "shoal/base/error.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// A table of the units: where a unit has its rows, and where it counts them.
template <class Row>
struct TableOfUnits {
  std::vector<Row> ParsedUnit::*rows;
  std::int64_t UnitSummary::*count;
  std::string Row::*name;  ///< rows of one name are one
};
constexpr TableOfUnits<Post> kPosts{&ParsedUnit::posts, &UnitSummary::posts, &Post::id};
constexpr TableOfUnits<Account> kAccounts{&ParsedUnit::accounts, &UnitSummary::accounts, &Account::key};

/// Removes the rows whose name an earlier row has; returns how many. Collective.
template <class Row>
std::int64_t merge_duplicates(Communicator& comm, const TableOfUnits<Row>& table, const FileOrder& order,
                              std::vector<ParsedUnit>& parsed) {
  const auto first = first_rows(order, table.count);
  std::vector<std::string> names;
  std::vector<std::int64_t> numbers;
  for (const ParsedUnit& unit : parsed) {
    std::int64_t number = first[static_cast<std::size_t>(unit.summary.number)];
    for (const Row& row : unit.*table.rows) {
      names.push_back(row.*table.name);
      numbers.push_back(number++);
    }
  }
  const std::vector<bool> stays = first_with_id(comm, names, numbers);
  std::size_t next = 0;
  for (ParsedUnit& unit : parsed) {
    std::erase_if(unit.*table.rows, [&](const Row&) { return !stays[next++]; });
    unit.summary.*table.count = std::ssize(unit.*table.rows);
  }
  return static_cast<std::int64_t>(std::count(stays.begin(), stays.end(), false));
}

/// Sends each row to its owner; returns those that this rank owns. Collective.
template <class Row>
std::vector<Row> move_to_owners(Communicator& comm, const TableOfUnits<Row>& table, const FileOrder& order,
                                const BlockPartition& partition, std::vector<ParsedUnit>& parsed) {
  const auto first = first_rows(order, table.count);
  std::vector<RowRun<Row>> runs;
  for (ParsedUnit& unit : parsed) {
    runs.push_back({first[static_cast<std::size_t>(unit.summary.number)], &(unit.*table.rows)});
  }
  return rows_at_owners(comm, partition, runs);
}

/// What the inputs are, whatever folder they lie in.
void describe_inputs(const FileOrder& order, Corpus& corpus) {
  Sha256 digest;
  for (const UnitSummary& unit : order.units) {
    corpus.bytes += unit.bytes;
    if (unit.offset > 0) continue;  // a later range of a file that is described already
    digest.update(fmt::format("{}\n{}\n", unit.digest, unit.relative));
    ++corpus.files;
  }
  corpus.digest = digest.finish();
}

Accounting account(Communicator& comm, const std::vector<ParsedUnit>& parsed, std::int64_t merged,
                   std::int64_t kept) {
  std::int64_t read = 0;
  std::int64_t filtered = 0;
  std::int64_t quarantined = 0;
  std::int64_t forgotten = 0;
  for (const ParsedUnit& unit : parsed) {
    read += unit.read;
    filtered += unit.filtered;
    forgotten += unit.forgotten;
    quarantined += unit.quarantined;
  }
  std::int64_t counts[] = {read, kept, filtered, forgotten, merged, quarantined};
  comm.allreduce_sum(counts);
  return {counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
}

void require_balance(const Accounting& counts) {
  if (counts.balanced()) return;
  throw FailureError(
      fmt::format("records do not add up: {} read, {} kept, {} filtered, {} merged, {} quarantined",
                  counts.read, counts.kept, counts.filtered, counts.merged, counts.quarantined));
}

}  // namespace

bool KeepRule::admits(const Post& post) const {
  const bool kind = post.media == MediaKind::image   ? images
                    : post.media == MediaKind::video ? videos
                                                     : albums;
  return kind && static_cast<std::int64_t>(post.tags.size()) >= min_tags;
}

Corpus read_corpus(Communicator& comm, const std::vector<Unit>& units, const ReadSettings& settings) {
  auto [parsed, order] = parse_and_settle(comm, units, settings);
  if (settings.notes_sources) {
    for (ParsedUnit& unit : parsed) note_sources(unit);
  }
  if (settings.forgotten) {
    for (ParsedUnit& unit : parsed) forget(unit, *settings.forgotten);
    recount_rows(comm, summaries_of(parsed), order);
  }
  const std::int64_t merged = merge_duplicates(comm, kPosts, order, parsed);
  merge_duplicates(comm, kAccounts, order, parsed);
  recount_rows(comm, summaries_of(parsed), order);
  Corpus corpus;
  corpus.partition = BlockPartition(rows_of(order, kPosts.count), comm.size());
  corpus.account_partition = BlockPartition(rows_of(order, kAccounts.count), comm.size());
  describe_inputs(order, corpus);
  corpus.posts = move_to_owners(comm, kPosts, order, corpus.partition, parsed);
  corpus.accounts = move_to_owners(comm, kAccounts, order, corpus.account_partition, parsed);
  corpus.accounting = account(comm, parsed, merged, std::ssize(corpus.posts));
  require_balance(corpus.accounting);
  for (const ParsedUnit& unit : parsed) corpus.quarantined_values += count_quarantined_values(unit);
  corpus.quarantined_values = comm.sum(corpus.quarantined_values);
  for (ParsedUnit& unit : parsed) {
    std::move(unit.quarantine.begin(), unit.quarantine.end(), std::back_inserter(corpus.quarantine));
  }
  return corpus;
}

}  // namespace shoal
