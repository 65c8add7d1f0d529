// The input formats: a format is one file of code and one row of the table in readers.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/data/post.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

/// A post with its place in its file.
struct ReadPost {
  std::int64_t record = 0;
  Post post;  ///< without its final id
};

/// What reading one file gives: every record is a post, or a quarantined record.
class ReadResult {
 public:
  std::vector<ReadPost> posts;             ///< by rising record number
  std::vector<QuarantineRow> quarantined;  ///< file and stage are filled in by the caller

  std::int64_t quarantined_records = 0;  ///< counted also beyond the rows that are kept

  void quarantine_record(std::int64_t record, std::string reason) {
    ++quarantined_records;
    add(QuarantineKind::record, record, std::move(reason));
  }
  void quarantine_value(std::int64_t record, std::string reason) {
    add(QuarantineKind::value, record, std::move(reason));
  }

 private:
  /// A file of nothing but bad records would fill the memory with sentences.
  static constexpr std::size_t kMostRowsOfAFile = 10000;
  void add(QuarantineKind kind, std::int64_t record, std::string reason) {
    if (quarantined.size() > kMostRowsOfAFile) return;
    if (quarantined.size() == kMostRowsOfAFile) reason = "and more: no further row is written for this file";
    quarantined.push_back({kind, {}, record, {}, std::move(reason)});
  }
};

struct PostReader {
  std::string_view name;
  std::string_view suffix;  ///< of files that are read when a folder is named
  /// Whether a file that begins like this is of the format.
  bool (*recognise)(std::string_view beginning);
  /// text: the whole file. Never throws for bad content: that is quarantined.
  ReadResult (*read)(std::string_view text);
};

std::span<const PostReader> post_readers();

/// Reads text by the format it is recognised as; if there is none, the file is one quarantined record.
ReadResult read_posts(std::string_view text);

ReadResult read_profile_json(std::string_view text);
bool is_profile_json(std::string_view beginning);

}  // namespace shoal
