// What reading gives: posts, accounts, and what was left out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "shoal/data/account.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

/// A post with its place in what was read.
struct ReadPost {
  std::int64_t record = 0;
  Post post;  ///< without its final id
};

/// `quarantine.csv` has this many rows of one file, then one that says so: a file of nothing but bad records
/// would fill the memory with sentences.
inline constexpr std::size_t kMostRowsOfAFile = 10000;

/// How many values of a record were left out.
struct ValuesOfRecord {
  std::int64_t record = 0;  ///< -1: of what is no record, such as the account of a profile
  std::int64_t values = 0;
};

/// What a reader makes of a file, of a range of one, or of a path: every record is a post, a quarantined
/// record, or one that a rule leaves out. Records are numbered from 0 in what the reader was given.
class ReadResult {
 public:
  std::string_view format;      ///< the name of the reader; filled in by the caller where it is empty
  std::vector<ReadPost> posts;  ///< by rising record number
  std::vector<QuarantineRow> quarantined;  ///< file and stage are filled in by the caller

  std::int64_t quarantined_records = 0;                  ///< counted also beyond the rows that are kept
  std::vector<ValuesOfRecord> quarantined_values;        ///< likewise; a record may have several entries
  std::map<std::string, std::int64_t> filtered_records;  ///< by the rule that leaves them out
  std::int64_t records = 0;                              ///< numbers that next_record() gave
  bool unrecognised = false;                             ///< whether the input is of no known format

  /// The number of the next record. A reader of ranges takes all its numbers here, also for a record that
  /// gives no post: the numbers of the file's later ranges begin behind them.
  std::int64_t next_record() { return records++; }

  void quarantine_record(std::int64_t record, std::string reason) {
    ++quarantined_records;
    add_row(QuarantineKind::record, record, std::move(reason));
  }
  /// A record that is a post, and not one that anybody wants: an advertisement. rule: what it is counted
  /// under.
  void filter_record(std::string_view rule) { ++filtered_records[std::string(rule)]; }
  void quarantine_value(std::int64_t record, std::string reason) {
    if (quarantined_values.empty() || quarantined_values.back().record != record) {
      quarantined_values.push_back({record, 0});
    }
    ++quarantined_values.back().values;
    add_row(QuarantineKind::value, record, std::move(reason));
  }

  /// A row of what is counted elsewhere.
  void add_row(QuarantineKind kind, std::int64_t record, std::string reason) {
    // One more than is written: it shows that there are more.
    if (quarantined.size() <= kMostRowsOfAFile) {
      quarantined.push_back({kind, {}, record, {}, std::move(reason)});
    }
  }

  /// Appends what was read of the same input behind this.
  void append(ReadResult later);

  /// Of several tellings of one account those are kept that tell something new: the first, the first with
  /// counts, and each number with its handle. Which of them counts is settled for the whole corpus. One
  /// without a key is left out.
  void add_account(Account account) {
    if (account.key.empty()) return;
    bool is_new = known_accounts_.insert(account.key).second;
    // No key holds a line end.
    if (account.has_counts()) is_new |= known_accounts_.insert(account.key + "\n").second;
    if (!account.id.empty()) is_new |= known_accounts_.insert(account.key + "\n" + account.id).second;
    if (is_new) accounts_.push_back(std::move(account));
  }
  /// In the order of telling.
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  std::vector<Account> take_accounts() { return std::move(accounts_); }

 private:
  std::vector<Account> accounts_;
  std::unordered_set<std::string> known_accounts_;
};

inline void ReadResult::append(ReadResult later) {
  // Readers of whole files number their records themselves.
  for (const ReadPost& read : later.posts) later.records = std::max(later.records, read.record + 1);
  for (const QuarantineRow& row : later.quarantined) later.records = std::max(later.records, row.record + 1);
  for (ReadPost& read : later.posts) read.record += records;
  for (QuarantineRow& row : later.quarantined) {
    if (row.record >= 0) row.record += records;
  }
  for (ValuesOfRecord& of : later.quarantined_values) {
    if (of.record >= 0) of.record += records;
  }
  std::ranges::move(later.posts, std::back_inserter(posts));
  const std::size_t room = kMostRowsOfAFile + 1 - std::min(quarantined.size(), kMostRowsOfAFile + 1);
  if (later.quarantined.size() > room) later.quarantined.resize(room);
  std::ranges::move(later.quarantined, std::back_inserter(quarantined));
  std::ranges::move(later.quarantined_values, std::back_inserter(quarantined_values));
  quarantined_records += later.quarantined_records;
  for (const auto& [rule, count] : later.filtered_records) filtered_records[rule] += count;
  for (Account& account : later.take_accounts()) add_account(std::move(account));
  records += later.records;
}

}  // namespace shoal
