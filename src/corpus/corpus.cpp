// The read stage: parse, filter, number, merge, move.
#include "shoal/corpus/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "account_filter.hpp"
#include "account_join.hpp"
#include "merging.hpp"
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
};
constexpr TableOfUnits<Post> kPosts{&ParsedUnit::posts, &UnitSummary::posts};
constexpr TableOfUnits<Account> kAccounts{&ParsedUnit::accounts, &UnitSummary::accounts};

/// The first row of each unit, by position. Collective.
std::vector<std::int64_t> first_rows(Communicator& comm, const RowOrder& order,
                                     std::int64_t UnitSummary::*count,
                                     const std::vector<ParsedUnit>& parsed) {
  std::vector<std::int64_t> rows;
  rows.reserve(parsed.size());
  for (const ParsedUnit& unit : parsed) rows.push_back(unit.summary.*count);
  return order.first_rows(comm, rows);
}

/// Of all ranks. Collective.
template <class Row>
BlockPartition partition_of(Communicator& comm, const TableOfUnits<Row>& table,
                            const std::vector<ParsedUnit>& parsed) {
  std::int64_t rows = 0;
  for (const ParsedUnit& unit : parsed) rows += unit.summary.*table.count;
  return BlockPartition(comm.sum(rows), comm.size());
}

/// Sends each row to its owner; returns those that this rank owns. Collective.
template <class Row>
std::vector<Row> move_to_owners(Communicator& comm, const TableOfUnits<Row>& table, const RowOrder& order,
                                const BlockPartition& partition, std::vector<ParsedUnit>& parsed) {
  const auto first = first_rows(comm, order, table.count, parsed);
  std::vector<RowRun<Row>> runs;
  for (std::size_t i = 0; i < parsed.size(); ++i) runs.push_back({first[i], &(parsed[i].*table.rows)});
  return rows_at_owners(comm, partition, runs);
}

/// How much was read. Collective.
void count_files(Communicator& comm, const std::vector<ParsedUnit>& parsed, Corpus& corpus) {
  for (const ParsedUnit& unit : parsed) {
    corpus.bytes += unit.summary.bytes;
    if (unit.summary.offset == 0) ++corpus.files;  // else a later range of one
  }
  corpus.bytes = comm.sum(corpus.bytes);
  corpus.files = comm.sum(corpus.files);
}

/// Takes out what turned out to be no input; returns how many. Collective.
std::int64_t take_out_ignored(Communicator& comm, std::vector<ParsedUnit>& parsed) {
  return comm.sum(
      static_cast<std::int64_t>(std::erase_if(parsed, [](const ParsedUnit& unit) { return unit.ignored; })));
}

Accounting account(Communicator& comm, const std::vector<ParsedUnit>& parsed, std::int64_t merged,
                   std::int64_t kept) {
  std::int64_t read = 0;
  std::int64_t filtered = 0;
  std::int64_t quarantined = 0;
  std::int64_t forgotten = 0;
  for (const ParsedUnit& unit : parsed) {
    read += unit.read;
    for (const auto& [rule, posts] : unit.filtered_by) filtered += posts;
    forgotten += unit.forgotten;
    quarantined += unit.quarantined;
  }
  std::int64_t counts[] = {read, kept, filtered, forgotten, merged, quarantined};
  comm.allreduce_sum(counts);
  return {counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
}

/// The ranks' numbers under each name, added up. Collective.
template <class Number>
std::map<std::string, Number> sums_by_name(Communicator& comm, const std::map<std::string, Number>& mine,
                                           const auto& add) {
  std::map<std::string, Number> all;
  const std::vector<std::pair<std::string, Number>> numbers(mine.begin(), mine.end());
  for (const auto& part : all_gather_objects(comm, numbers)) {
    for (const auto& [name, number] : part) add(all[name], number);
  }
  return all;
}

/// Of all ranks. Collective.
std::map<std::string, std::int64_t> filtered_by_rule(Communicator& comm,
                                                     const std::vector<ParsedUnit>& parsed) {
  std::map<std::string, std::int64_t> mine;
  for (const ParsedUnit& unit : parsed) {
    for (const auto& [rule, posts] : unit.filtered_by) mine[rule] += posts;
  }
  return sums_by_name(comm, mine, [](std::int64_t& sum, std::int64_t posts) { sum += posts; });
}

/// Of all ranks. Collective.
std::map<std::string, FormatCounts> counts_by_format(Communicator& comm,
                                                     const std::vector<ParsedUnit>& parsed) {
  const auto add = [](FormatCounts& sum, const FormatCounts& more) {
    sum.files += more.files;
    sum.records += more.records;
    sum.quarantined += more.quarantined;
  };
  std::map<std::string, FormatCounts> mine;
  for (const ParsedUnit& unit : parsed) {
    // A later range of a file is none of its own.
    const std::int64_t files = unit.summary.offset == 0 ? 1 : 0;
    add(mine[unit.format], {files, unit.read, unit.quarantined});
  }
  return sums_by_name(comm, mine, add);
}

/// Captions name accounts as they were called when they were written.
Forgotten under_any_name(const Forgotten& forgotten, const JoinedAccounts& joined) {
  return {forgotten.post,
          [&forgotten, &joined](const std::string& key) { return forgotten.account(joined.key_of(key)); }};
}

void require_balance(const Accounting& counts) {
  if (counts.balanced()) return;
  throw FailureError(
      fmt::format("records do not add up: {} read, {} kept, {} filtered, {} merged, {} quarantined",
                  counts.read, counts.kept, counts.filtered, counts.merged, counts.quarantined));
}

}  // namespace

Corpus read_corpus(Communicator& comm, const std::vector<Unit>& units, const ReadSettings& settings) {
  std::vector<ParsedUnit> parsed = parse_and_settle(comm, units, settings);
  const std::int64_t ignored = take_out_ignored(comm, parsed);
  const RowOrder order(comm, summaries_of(parsed));
  Corpus corpus;
  const JoinedAccounts joined = join_accounts(comm, parsed);
  corpus.shared_handles = joined.shared_handles;
  if (settings.notes_sources) {
    for (ParsedUnit& unit : parsed) note_sources(unit);
  }
  if (settings.forgotten) {
    const Forgotten forgotten = under_any_name(*settings.forgotten, joined);
    for (ParsedUnit& unit : parsed) forget(unit, forgotten);
  }
  const std::int64_t merged = merge_posts(comm, order, parsed);
  merge_accounts(comm, order, parsed);
  filter_by_accounts(comm, settings.keep, parsed);
  corpus.digest = order.digest();
  corpus.ignored_files = ignored;
  corpus.partition = partition_of(comm, kPosts, parsed);
  corpus.account_partition = partition_of(comm, kAccounts, parsed);
  count_files(comm, parsed, corpus);
  corpus.posts = move_to_owners(comm, kPosts, order, corpus.partition, parsed);
  corpus.accounts = move_to_owners(comm, kAccounts, order, corpus.account_partition, parsed);
  corpus.accounting = account(comm, parsed, merged, std::ssize(corpus.posts));
  require_balance(corpus.accounting);
  corpus.filtered_by = filtered_by_rule(comm, parsed);
  corpus.formats = counts_by_format(comm, parsed);
  for (const ParsedUnit& unit : parsed) corpus.quarantined_values += count_quarantined_values(unit);
  corpus.quarantined_values = comm.sum(corpus.quarantined_values);
  for (ParsedUnit& unit : parsed) {
    std::move(unit.quarantine.begin(), unit.quarantine.end(), std::back_inserter(corpus.quarantine));
  }
  return corpus;
}

}  // namespace shoal
