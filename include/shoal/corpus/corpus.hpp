// Reading the corpus: every rank parses its units, and posts move to the rank that owns their block.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/keep_rule.hpp"
#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/account.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/quarantine.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// Every record is in one of these; the same on all ranks.
struct Accounting {
  std::int64_t read = 0;
  std::int64_t kept = 0;
  std::int64_t filtered = 0;   ///< not admitted, or forgotten
  std::int64_t forgotten = 0;  ///< of these
  std::int64_t merged = 0;
  std::int64_t quarantined = 0;
  /// read = kept + filtered + merged + quarantined.
  [[nodiscard]] bool balanced() const { return read == kept + filtered + merged + quarantined; }
};

/// What was read of one format.
struct FormatCounts {
  std::int64_t files = 0;
  std::int64_t records = 0;      ///< posts and what is no post
  std::int64_t quarantined = 0;  ///< of these

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& files& records& quarantined;
  }
};

/// The posts of a corpus, in the order that their inputs alone decide: path below the root (by bytes),
/// content digest, record number.
struct Corpus {
  BlockPartition partition;
  std::vector<Post> posts;  ///< those of partition.owned_by(this rank)
  BlockPartition account_partition;
  /// Each account once, as the first record in row order tells of it that knows its counts, else the first of
  /// all, in the order of these records; those of
  /// account_partition.owned_by(this rank). An account may have no post that is kept.
  std::vector<Account> accounts;
  Accounting accounting;
  std::map<std::string, std::int64_t> filtered_by;  ///< how many posts of all ranks, by rule; none is 0
  std::map<std::string, FormatCounts> formats;      ///< of all ranks, by name; of none: ""
  std::vector<QuarantineRow> quarantine;            ///< what this rank left out
  std::int64_t quarantined_values = 0;              ///< of all ranks, also those that have no row
  Digest digest{};                                  ///< of all files' relative paths and contents
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  /// Handles of all ranks that stand under several numbers of their platform: an account that took over
  /// another's handle counts as one with it.
  std::int64_t shared_handles = 0;
  /// Found in folders, of suffixes that say little of what a file holds, and of no known format: no part of
  /// all this.
  std::int64_t ignored_files = 0;
};

/// What a part of the corpus takes, in bytes where nothing else is said.
struct PostSizes {
  std::int64_t files = 0;   ///< of the files
  std::int64_t posts = 0;   ///< how many
  std::int64_t memory = 0;  ///< of their posts in memory
  std::int64_t packed = 0;  ///< of their posts on the way between ranks
};

/// How much of a unit is held while it is parsed, in bytes, as far as its size when listed tells.
std::int64_t held_while_parsed(const Unit& unit, std::span<const PostReader> readers = post_readers());

/// What was asked to be left out.
struct Forgotten {
  std::function<bool(const Post&)> post;  ///< with its id
  /// By its key, as posts that stay may mention it.
  std::function<bool(const std::string& key)> account;
};

struct ReadSettings {
  KeepRule keep{};
  int threads = 1;
  /// The table that the units were listed by; outlives the call.
  std::span<const PostReader> readers = post_readers();
  std::optional<Forgotten> forgotten = std::nullopt;
  bool notes_sources = false;  ///< whether posts tell the files that they come from
  ReadRules rules{};
};

/// Parses some of the units of all ranks, spread evenly, to tell what all of them will take: small files and
/// paths as a whole, of large files and of ranges the beginning. files is 0 where there is nothing to read.
/// The same on all ranks. Collective.
PostSizes sample_posts(Communicator& comm, std::span<const Unit> units, const ReadSettings& settings);

/// What ids of posts without a shortcode begin with. They change with their file.
inline constexpr std::string_view kIdOfFile = "file:";

/// units: this rank's. Collective. Throws FailureError if the accounting does not balance. The result depends
/// neither on how many ranks there are nor on where files are cut into ranges.
/// Post ids are `ig:<shortcode>`, or `file:<digest of file digest, record number and path>` for a post
/// without one; of posts with one id the one that was collected last stays, of these the first in row order.
Corpus read_corpus(Communicator& comm, const std::vector<Unit>& units, const ReadSettings& settings);

}  // namespace shoal
