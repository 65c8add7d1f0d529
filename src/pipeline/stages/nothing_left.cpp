// The counts tell which step left nothing; the most frequent reason of the quarantine tells why it did.
#include "pipeline/stages/nothing_left.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "shoal/comm/objects.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {
namespace {

using Reason = std::pair<std::int64_t, std::string>;  // how many records, and why

/// Of the records in quarantine. Each rank gives its own most frequent one: they differ where files do, and
/// then any of them tells what is wrong. Collective.
Reason most_frequent_reason(Communicator& comm, const std::vector<QuarantineRow>& mine) {
  std::map<std::string, std::int64_t> counts;
  for (const QuarantineRow& row : mine) {
    if (row.kind == QuarantineKind::record) ++counts[row.reason];
  }
  Reason of_rank{};
  for (const auto& [reason, count] : counts) of_rank = std::max(of_rank, Reason{count, reason});
  std::map<std::string, std::int64_t> of_ranks;
  for (const auto& [count, reason] : all_gather_objects(comm, of_rank)) of_ranks[reason] += count;
  Reason most{};
  for (const auto& [reason, count] : of_ranks) most = std::max(most, Reason{count, reason});
  return most;
}

/// Each once, by name.
std::string suffixes_of_readers() {
  std::set<std::string_view> suffixes;
  for (const PostReader& reader : post_readers()) {
    for (std::string_view rest = reader.suffixes; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) suffixes.insert(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return fmt::format("{}", fmt::join(suffixes, " "));
}

/// "all 300 records", "12 of the 300 records".
std::string part_of_records(std::int64_t part, std::int64_t all) {
  return part == all ? fmt::format("all {} records", all) : fmt::format("{} of the {} records", part, all);
}

/// "5 posts", "150 of the 300 posts (0.5)".
std::string text_of(const DocumentLimit& limit, std::int64_t documents) {
  if (!limit.is_share) return fmt::format("{} posts", limit.value);
  return fmt::format("{:.4g} of the {} posts (a share of {})", limit.of(documents), documents, limit.value);
}

}  // namespace

std::string why_no_posts(const Run& run) {
  const Accounting& counts = run.corpus.accounting;
  if (run.corpus.files == 0 && run.corpus.ignored_files > 0) {
    return fmt::format(
        "no posts were found: of the files in the folders under [corpus] posts, {} might hold posts by their "
        "names, and "
        "are of no known format; docs/inputs.md says what posts may look like",
        run.corpus.ignored_files);
  }
  if (run.corpus.files == 0) {
    return fmt::format(
        "no posts were found: no name of a file in the folders under [corpus] posts ends in {}; name "
        "the folder that posts lie in, or, where their names end otherwise, the files themselves, as "
        "\"folder/*\"",
        suffixes_of_readers());
  }
  if (counts.read == 0) {
    return fmt::format(
        "no posts were found: the {} files under [corpus] posts hold no records; name those that hold posts",
        run.corpus.files);
  }
  if (counts.quarantined > 0 && counts.quarantined >= counts.filtered) {
    const auto [records, reason] = most_frequent_reason(run.comm, run.quarantine);
    return fmt::format(
        "no posts are left: {} that were read are in quarantine ({} of them: {}); docs/inputs.md says what "
        "posts "
        "may look like",
        part_of_records(counts.quarantined, counts.read), records, reason);
  }
  if (counts.forgotten == counts.filtered) {
    return fmt::format("no posts are left: all {} were left out by 'shoal forget'", counts.forgotten);
  }
  return fmt::format("no posts are left: [corpus] keep filters {} that were read; ask for less there",
                     part_of_records(counts.filtered - counts.forgotten, counts.read));
}

std::string why_no_tags(const Run& run, const VocabularyLimits& limits) {
  VocabularyLimits any;
  any.max_features = 1;
  const Vocabulary most_used = agree_on_vocabulary(run.comm, run.corpus.posts, any).vocabulary;
  const std::int64_t posts = most_used.documents;
  if (most_used.size() == 0) return fmt::format("none of the {} posts has a hashtag", posts);
  // One rank has the only column.
  const auto& mine = most_used.document_frequencies;
  const std::int64_t most = run.comm.max(mine.empty() ? std::int64_t{0} : mine.front());
  const std::string used =
      fmt::format("the most used hashtag, '{}', is in {}",
                  most_used.tags_of(run.comm, std::array{std::int64_t{0}}).front(), most);
  if (static_cast<double>(most) < limits.min_df.of(posts)) {
    return fmt::format("no hashtag is left: min_df asks for {}, and {}; lower min_df",
                       text_of(limits.min_df, posts), used);
  }
  return fmt::format(
      "no hashtag is left between min_df, {}, and max_df, {}, and {}; raise max_df, or lower min_df",
      text_of(limits.min_df, posts), text_of(limits.max_df, posts), used);
}

std::string why_no_images(const Run& run, const ImageIndex& index) {
  if (run.corpus.partition.rows() == 0) return run.why_no_posts;
  if (index.named == 0) {
    return fmt::format("none of the {} posts names an image; docs/inputs.md says how posts name theirs",
                       run.corpus.partition.rows());
  }
  std::string folders;
  const bool of_posts = run.job.corpus.images.empty();
  for (const PathPattern& pattern : of_posts ? run.job.corpus.posts : run.job.corpus.images)
    folders += fmt::format("{}'{}'", folders.empty() ? "" : ", ", pattern.text);
  const std::string what =
      index.missing == index.named
          ? fmt::format("all {} images that posts name are missing", index.named)
          : fmt::format("of the {} images that posts name, {} are missing and {} are no images", index.named,
                        index.missing, index.unreadable);
  return fmt::format("{}; see whether [corpus] {}, {}, names the folders or shards that they lie in", what,
                     of_posts ? "posts" : "images", folders);
}

}  // namespace shoal
