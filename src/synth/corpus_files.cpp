// Lines of CSV; nothing in them needs quotes.
#include "corpus_files.hpp"

#include <fmt/format.h>

#include <iterator>

#include "shoal/base/log.hpp"
#include "vocabulary.hpp"

namespace shoal {

void append_truth(std::string& lines, const MadeAccount& account, const MadePost& post) {
  // In hundredths, so that no floating-point number is spelt.
  const auto hundredths = static_cast<std::int64_t>(post.likes.expected * 100.0 + 0.5);
  fmt::format_to(std::back_inserter(lines), "{},{},{},{},{}.{:02}\n", post.shortcode, group_name(post.group),
                 account.name, post.likes.count, hundredths / 100, hundredths % 100);
}

CorpusFiles::CorpusFiles(std::filesystem::path folder, const SynthOptions& options)
    : folder_(std::move(folder)), all_posts_(options.posts), truth_(folder_ / "truth.csv") {
  truth_.write("shortcode,group,account,likes,expected_likes\n");
  if (options.damage <= 0.0) return;
  damage_.emplace(folder_ / "damage.csv");
  damage_->write("file,record,shortcode,damage\n");
}

void CorpusFiles::add_truth(std::string_view lines) { truth_.write(lines); }

void CorpusFiles::add_damaged(std::string_view file, std::int64_t before,
                              std::span<const DamagedRecord> records) {
  if (records.empty()) return;
  std::string lines;
  for (const DamagedRecord& record : records) {
    fmt::format_to(std::back_inserter(lines), "{},{},{},{}\n", file, before + record.record, record.shortcode,
                   name_of(record.damage));
  }
  damage_->write(lines);
  summary_.damaged += std::ssize(records);
}

void CorpusFiles::count(std::int64_t accounts, std::int64_t posts, std::uint64_t bytes) {
  summary_.accounts += accounts;
  summary_.posts += posts;
  summary_.bytes += bytes;
  log::progress(fmt::format("made {} of {} posts", summary_.posts, all_posts_), summary_.posts == all_posts_);
}

void CorpusFiles::count_photo(std::uint64_t bytes) {
  ++summary_.photos;
  summary_.bytes += bytes;
}

SynthSummary CorpusFiles::publish() {
  if (damage_) {
    damage_->publish();
    summary_.bytes += damage_->bytes_written();
  }
  truth_.publish();
  summary_.bytes += truth_.bytes_written();
  return summary_;
}

}  // namespace shoal
