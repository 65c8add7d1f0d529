// Parsing one unit, and numbering its records once it is known how many stand before them.
#include "parsed_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "claims.hpp"
#include "forgotten_mentions.hpp"
#include "merging.hpp"
#include "read_unit.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace {

/// The record of what is said of a file as a whole.
constexpr std::int64_t kNoRecord = -1;

/// What a filter counts that the user asked to be forgotten.
constexpr const char* kForgottenRule = "forgotten";

constexpr const char* kAndMore = "and more: no further row is written for this file";

/// The sentence of an error of reading, without the place where the input lies.
std::string sentence_of(const InputError& error, const Unit& unit) {
  std::string sentence = without_path(error.what(), unit.path);
  const std::string below = fmt::format("'{}/", unit.path);
  return sentence.starts_with(below) ? "'" + sentence.substr(below.size()) : sentence;
}

/// Throws UnavailableError where a file that was listed is gone.
UnitContent read_listed(const Unit& unit, const ReadSettings& settings, std::optional<bool> inside) {
  try {
    return read_unit(unit, settings.readers, settings.rules, inside);
  } catch (const InputError&) {
    if (is_listed(unit.path)) throw;
    throw UnavailableError(fmt::format("'{}' was listed, and is gone", unit.path));
  }
}

/// What becomes of a unit that is no file, or one that is too large: one quarantined record.
UnitContent unreadable(const InputError& error, const Unit& unit) {
  UnitContent content;
  content.result.quarantine_record(-1, sentence_of(error, unit));
  return content;
}

UnitSummary summary_of(const Unit& unit, const UnitContent& content) {
  UnitSummary summary;
  summary.relative = unit.relative;
  summary.number = unit.number;
  summary.offset = unit.offset;
  summary.bytes = content.bytes;
  summary.pieces = content.pieces;
  summary.records = content.result.records;
  summary.quarantine_rows = std::ssize(content.result.quarantined);
  summary.accounts = std::ssize(content.result.accounts());
  summary.is_range = is_range(unit);
  if (!summary.is_range) summary.digest = to_hex(content.digest);
  return summary;
}

void keep_posts(ReadResult& result, const KeepRule& keep, ParsedUnit& parsed) {
  std::vector<ReadPost>& posts = result.posts;
  std::set<std::int64_t> with_faults;
  for (const ValuesOfRecord& of : result.quarantined_values) with_faults.insert(of.record);
  // Exactly as large as it gets: each unit's posts stay until all are read.
  parsed.posts.reserve(static_cast<std::size_t>(
      std::ranges::count_if(posts, [&](const ReadPost& read) { return keep.admits(read.post); })));
  for (ReadPost& read : posts) {
    if (!read.post.shortcode.empty()) read.post.id = "ig:" + read.post.shortcode;
    const std::string_view refusal = keep.refusal(read.post);
    if (refusal.empty()) {
      parsed.posts.push_back(std::move(read.post));
      parsed.records.push_back(read.record);
      continue;
    }
    ++parsed.filtered_by[std::string(refusal)];
    const bool has_faults = with_faults.contains(read.record);
    if (read.post.id.empty() && !has_faults) continue;
    RefusedPost& post = parsed.refused.emplace_back();
    post.record = read.record;
    post.precedence = precedence(read.post);
    post.rule = refusal;
    post.id = std::move(read.post.id);
    if (has_faults) post.creator = std::move(read.post.creator);
    post.has_faults = has_faults;
  }
  parsed.refused.shrink_to_fit();
  parsed.summary.posts = std::ssize(parsed.posts);
}

/// Two exports may call different files alike: the digest tells them apart, and copies stay one post.
std::string id_of(const std::string& digest, std::int64_t record, const std::string& relative) {
  const Digest id = sha256(fmt::format("{}\n{}\n{}", digest, record, relative));
  return std::string(kIdOfFile) + to_base32(std::span(id).first(16));
}

/// Returns the numbers of those that were there.
std::set<std::int64_t> take_out_posts(ParsedUnit& parsed, const Forgotten& forgotten) {
  std::set<std::int64_t> records;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < parsed.posts.size(); ++i) {
    if (forgotten.post(parsed.posts[i])) {
      records.insert(parsed.records[i]);
      continue;
    }
    if (kept != i) parsed.posts[kept] = std::move(parsed.posts[i]);
    parsed.records[kept++] = parsed.records[i];
  }
  parsed.posts.resize(kept);
  parsed.records.resize(kept);
  parsed.summary.posts = std::ssize(parsed.posts);
  return records;
}

/// Takes out what quarantine says of the values of records. The row that stands for further ones stays while
/// there may be such.
void forget_values(ParsedUnit& parsed, const std::set<std::int64_t>& records) {
  std::erase_if(parsed.quarantined_values,
                [&](const ValuesOfRecord& of) { return records.contains(of.record); });
  const auto is_more = [](const QuarantineRow& row) { return row.reason == kAndMore; };
  std::erase_if(parsed.quarantine, [&](const QuarantineRow& row) {
    return row.kind == QuarantineKind::value && records.contains(row.record) && !is_more(row);
  });
  if (parsed.quarantine.empty() || !is_more(parsed.quarantine.back())) return;
  const bool whole_file = !parsed.summary.is_range;  // other ranges may have further rows
  const std::int64_t left_out = parsed.quarantined + count_quarantined_values(parsed);
  if (whole_file && left_out < std::ssize(parsed.quarantine)) parsed.quarantine.pop_back();
}

}  // namespace

ParsedUnit parse(const Unit& unit, const ReadSettings& settings, std::optional<bool> inside) {
  UnitContent content;
  bool readable = true;
  try {
    content = patiently([&] { return read_listed(unit, settings, inside); });
  } catch (const InputError& error) {
    content = unreadable(error, unit);
    readable = false;
  }
  ParsedUnit parsed = keep_posts_of(unit, std::move(content), settings.keep);
  if (!readable) parsed.summary.mark_unreadable();
  return parsed;
}

ParsedUnit keep_posts_of(const Unit& unit, UnitContent content, const KeepRule& keep) {
  ReadResult& result = content.result;
  ParsedUnit parsed;
  if (unit.found && result.unrecognised && may_be_anything(unit.relative)) {
    parsed.ignored = true;
    result = {};
    content.bytes = 0;
  }
  parsed.summary = summary_of(unit, content);
  parsed.read = std::ssize(result.posts) + result.quarantined_records;
  for (const auto& [rule, records] : result.filtered_records) parsed.read += records;
  parsed.filtered_by = std::move(result.filtered_records);
  parsed.quarantined = result.quarantined_records;
  parsed.format = result.format;
  keep_posts(result, keep, parsed);
  parsed.quarantined_values = std::move(result.quarantined_values);
  parsed.accounts = result.take_accounts();
  parsed.quarantine = std::move(result.quarantined);
  return parsed;
}

void settle(ParsedUnit& parsed, const PlaceInFile& place) {
  const std::string& relative = parsed.summary.relative;
  const std::string& digest = parsed.summary.digest;
  for (std::size_t i = 0; i < parsed.posts.size(); ++i) {
    parsed.records[i] += place.records_before;
    parsed.posts[i].record = parsed.records[i];
    // Known without a shortcode by file and record.
    if (parsed.posts[i].id.empty()) parsed.posts[i].id = id_of(digest, parsed.records[i], relative);
  }
  for (RefusedPost& post : parsed.refused) {
    post.record += place.records_before;
    if (post.id.empty()) post.id = id_of(digest, post.record, relative);
  }
  const auto most = static_cast<std::int64_t>(kMostRowsOfAFile) + 1;
  const std::int64_t room = std::max<std::int64_t>(most - place.rows_before, 0);
  if (std::ssize(parsed.quarantine) > room) parsed.quarantine.resize(static_cast<std::size_t>(room));
  for (QuarantineRow& row : parsed.quarantine) {
    row.file = relative;
    row.stage = "read";
    if (row.record >= 0) row.record += place.records_before;
  }
  for (ValuesOfRecord& of : parsed.quarantined_values) {
    if (of.record >= 0) of.record += place.records_before;
  }
  if (room > 0 && std::ssize(parsed.quarantine) == room) {
    parsed.quarantine.back().reason = kAndMore;
  }
}

void note_sources(ParsedUnit& parsed) {
  for (Post& post : parsed.posts) post.source_file = parsed.summary.relative;
}

std::vector<UnitSummary*> summaries_of(std::vector<ParsedUnit>& parsed) {
  std::vector<UnitSummary*> summaries;
  for (ParsedUnit& unit : parsed) summaries.push_back(&unit.summary);
  return summaries;
}

void forget(ParsedUnit& parsed, const Forgotten& forgotten) {
  std::set<std::int64_t> records = take_out_posts(parsed, forgotten);
  for (Post& post : parsed.posts) forget_mentions(post, forgotten.account);
  parsed.forgotten = std::ssize(records);
  if (parsed.forgotten > 0) parsed.filtered_by[kForgottenRule] += parsed.forgotten;
  Post refused;
  for (const RefusedPost& post : parsed.refused) {
    if (!post.has_faults) continue;
    refused.id = post.id;
    refused.creator = post.creator;
    if (forgotten.post(refused)) records.insert(post.record);
  }
  const auto is_forgotten = [&](const Account& account) { return forgotten.account(account.key); };
  if (std::erase_if(parsed.accounts, is_forgotten) > 0 && parsed.accounts.empty()) {
    records.insert(kNoRecord);  // what is said of the file is said of its account
  }
  parsed.summary.accounts = std::ssize(parsed.accounts);
  forget_values(parsed, records);
}

std::int64_t count_quarantined_values(const ParsedUnit& parsed) {
  std::int64_t count = 0;
  for (const ValuesOfRecord& of : parsed.quarantined_values) count += of.values;
  return count;
}

}  // namespace shoal
