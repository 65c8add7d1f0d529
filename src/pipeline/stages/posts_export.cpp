// Ranks take turns: rows are made a few thousand at a time, when they are written.
#include "pipeline/stages/posts_export.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pipeline/results/stored_order.hpp"
#include "pipeline/stages/account_counts.hpp"
#include "pipeline/stages/post_columns.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/comm/stream_to_root.hpp"

namespace shoal {
namespace {

/// Rows that are made at a time.
constexpr std::int64_t kRowsAtATime = 2048;

/// What is shown of a post. Each part is named: one that posts may have some day is hidden until it is named
/// here.
Post shown_post(const Post& post, const CorpusJob& job) {
  Post shown;
  shown.id = post.id;
  shown.shortcode = post.shortcode;  // where it is hidden, it is gone already
  shown.creator = post.creator;
  shown.taken_at = post.taken_at;
  shown.taken_at_precision = post.taken_at_precision;
  shown.taken_at_doubtful = post.taken_at_doubtful;
  shown.mentions = post.mentions;
  shown.likes = post.likes;
  shown.comments = post.comments;
  shown.plays = post.plays;
  shown.media = post.media;
  shown.image_url = post.image_url;  // there where the job asks for it
  if (job.keeps_captions) shown.caption = post.caption;
  if (job.keeps_tags) shown.tags = post.tags;
  if (job.keeps_places) {
    shown.place = {post.place.name, kept_coordinate(post.place.latitude, job.place_decimals),
                   kept_coordinate(post.place.longitude, job.place_decimals)};
  }
  if (job.pseudonyms) return shown;
  shown.platform = post.platform;
  shown.creator_name = post.creator_name;
  shown.collected_at = post.collected_at;
  shown.image = post.image;
  shown.further_images = post.further_images;
  shown.source_file = post.source_file;
  shown.record = post.record;
  return shown;
}

/// This rank's rows, in their own order.
class Rows {
 public:
  Rows(const Run& run, ExportForm form) : posts_(run.corpus.posts), job_(run.job.corpus), form_(form) {
    if (job_.keeps_account_counts) {
      followers_ = counts_of_creators(run.comm, run.corpus, &Account::followers);
      followees_ = counts_of_creators(run.comm, run.corpus, &Account::followees);
      posts_of_creators_ = counts_of_creators(run.comm, run.corpus, &Account::posts);
    }
    if (!job_.pseudonyms) numbers_ = numbers_of_creators(run.comm, run.corpus);
  }

  [[nodiscard]] std::string text(std::size_t row) const {
    ExportedPost exported{.post = shown_post(posts_[row], job_)};
    if (!numbers_.empty()) exported.creator_id = numbers_[row];
    if (!followers_.empty()) {
      exported.creator_followers = followers_[row];
      exported.creator_followees = followees_[row];
      exported.creator_posts = posts_of_creators_[row];
    }
    return export_row(exported, form_);
  }
  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> texts;
    texts.reserve(posts_.size());
    for (std::size_t row = 0; row < posts_.size(); ++row) texts.push_back(text(row));
    return texts;
  }

 private:
  const std::vector<Post>& posts_;
  const CorpusJob& job_;
  ExportForm form_;
  std::vector<std::string> numbers_;
  std::vector<Count> followers_;
  std::vector<Count> followees_;
  std::vector<Count> posts_of_creators_;
};

/// The rows that this rank stores; absent where they are its own, and made when they are written.
std::optional<std::vector<std::string>> moved_rows(const Run& run, const Table& table, const Rows& rows) {
  const StoredOrder order(run.comm, table);
  if (order.is_own()) return std::nullopt;
  return std::get<TextValues>(order.moved(TextValues{rows.all()})).values;
}

/// write(text) takes the text that a rank has in its turn; others have none then.
template <class Write>
void take_turns(const Run& run, const BlockPartition& partition, const auto& row_text, const Write& write) {
  for (int rank = 0; rank < run.comm.size(); ++rank) {
    const std::int64_t rows = partition.owned_by(rank).size();
    for (std::int64_t begin = 0; begin < rows; begin += kRowsAtATime) {
      if (run.comm.max(std::int64_t{stop_requested()}) > 0) throw Interrupted();
      std::string text;
      const std::int64_t end = std::min(begin + kRowsAtATime, rows);
      for (std::int64_t row = begin; row < end && rank == run.comm.rank(); ++row)
        text += row_text(static_cast<std::size_t>(row));
      write(text);
    }
  }
}

}  // namespace

void write_posts(const Run& run, ExportForm form, const std::filesystem::path& path) {
  const Table& table = *run.find_table("posts");
  const Rows rows(run, form);
  const auto moved = moved_rows(run, table, rows);
  std::optional<PartialFile> file;
  on_root(run.comm, [&] {
    file.emplace(path);
    file->write(export_heading(form));
  });
  const auto row_text = [&](std::size_t row) { return moved ? (*moved)[row] : rows.text(row); };
  take_turns(run, table.partition, row_text, [&](const std::string& text) {
    stream_to_root(run.comm, std::as_bytes(std::span(text)), [&](const Bytes& part) { file->write(part); });
  });
  on_root(run.comm, [&] { file->publish(); });
}

}  // namespace shoal
