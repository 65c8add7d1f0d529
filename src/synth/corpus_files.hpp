// What a corpus writes beside its posts and photos, and what it has written so far.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "damage.hpp"
#include "posts.hpp"
#include "shoal/base/file.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

/// A post's line of truth.csv.
void append_truth(std::string& lines, const MadeAccount& account, const MadePost& post);

/// truth.csv, damage.csv and the counts. One thread at a time.
class CorpusFiles {
 public:
  CorpusFiles(std::filesystem::path folder, const SynthOptions& options);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  void add_truth(std::string_view lines);
  /// Records of a file below the folder, in their order; `before` is added to their numbers.
  void add_damaged(std::string_view file, std::int64_t before, std::span<const DamagedRecord> records);
  void count(std::int64_t accounts, std::int64_t posts, std::uint64_t bytes);
  void count_photo(std::uint64_t bytes);
  /// Photos whose bytes were counted with what holds them.
  void count_photos(std::int64_t photos) { summary_.photos += photos; }
  /// damage.csv and then truth.csv get their names.
  SynthSummary publish();

 private:
  std::filesystem::path folder_;
  std::int64_t all_posts_;
  PartialFile truth_;
  std::optional<PartialFile> damage_;
  SynthSummary summary_;
};

}  // namespace shoal
