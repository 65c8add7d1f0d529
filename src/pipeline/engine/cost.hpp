// What stages take, told before they run: of memory, of the disk, of a backend's own memory.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace shoal {

/// What one rank reads of it.
struct ReadingShare {
  std::int64_t bytes = 0;  ///< of files
  std::int64_t units = 0;
};

/// What a job reads, told from its listing and a sample.
struct ReadingSize {
  std::int64_t units = 0;
  std::int64_t bytes = 0;         ///< of all files
  std::int64_t largest_file = 0;  ///< bytes; a file is read by one rank
  std::int64_t largest_held = 0;  ///< bytes of a file that are in memory while it is parsed
  double posts_per_byte = 0.0;    ///< that a byte of a file becomes
  double memory_per_byte = 0.0;   ///< of these posts
  double packed_per_byte = 0.0;   ///< of the same on the way between ranks
  ReadingShare of_rank{};         ///< this one
  std::int64_t resident = 0;      ///< bytes that this rank took before
};

/// One rank among others of its kind.
struct RankView {
  int ranks = 1;
  int threads = 1;
  std::int64_t resident = 0;  ///< bytes it takes when the expensive stages begin
  std::int64_t reading = 0;   ///< bytes it takes at most while it reads, as forecast before it did
  bool first_of_node = true;  ///< it reads weights for the others
};

/// How large a feature set is, or will be.
struct SetSize {
  std::string table;
  bool sparse = false;
  std::int64_t columns = 0;
  std::int64_t rows_with_features = 0;  ///< of all ranks, at most
  std::string rows_are = "rows";        ///< what to call them: "posts with tags"
  std::string why_none{};               ///< a sentence where it has no rows with features, if that is known
  std::int64_t entries = 0;             ///< of a sparse set, of all ranks

  /// Bytes that its rows take of one of so many ranks, or of its table's file in all.
  [[nodiscard]] std::int64_t bytes(std::int64_t table_rows, int ranks) const {
    if (!sparse) return table_rows * columns * static_cast<std::int64_t>(sizeof(float));
    constexpr auto kEntry = static_cast<std::int64_t>(sizeof(std::int32_t) + sizeof(float));
    return table_rows * static_cast<std::int64_t>(sizeof(std::int64_t)) +
           (entries + ranks - 1) / ranks * kEntry;
  }
};

/// What is known of a job's sizes: stages that have run tell what they made, each later one adds what it will
/// make.
struct Sizes {
  RankView rank;
  std::map<std::string, std::int64_t> rows{};  ///< of tables, of all ranks
  std::map<std::string, SetSize> sets{};       ///< by name
  std::int64_t widest_text = 0;       ///< mean bytes of a row's text in the widest column of any table
  std::string naming_set{};           ///< the set whose columns name groups; empty where there is none
  std::int64_t largest_model = 0;     ///< bytes
  std::int64_t groups = 0;            ///< of all groupings
  std::int64_t linked = 0;            ///< rows that stored links lead to, each as often as it is linked
  std::int64_t largest_released = 0;  ///< bytes of a rank of the largest set that is read again to be stored

  /// Rows of a table that one of these ranks owns.
  [[nodiscard]] std::int64_t rows_of_rank(const std::string& table) const {
    const auto all = rows.find(table);
    return all == rows.end() ? 0 : of_rank(all->second);
  }
  /// Its part of what all ranks have.
  [[nodiscard]] std::int64_t of_rank(std::int64_t all) const { return (all + rank.ranks - 1) / rank.ranks; }
};

/// What one stage takes, in bytes of one rank unless it says otherwise.
struct Cost {
  std::int64_t peak = 0;    ///< at its fullest moment, beyond what earlier stages left
  std::int64_t kept = 0;    ///< what it leaves until the run ends
  std::int64_t shared = 0;  ///< of the peak: what the ranks of a node have in common
  /// Of what is kept, by feature set: what a set leaves free when it is released.
  std::map<std::string, std::int64_t> releasable{};
  /// What all ranks together write, by file of the results folder; "journal" stands for work/.
  std::map<std::string, std::int64_t> written{};
  /// A sentence where the backend's own memory, a GPU's, will not suffice; empty where it will.
  std::string why_no_room{};
};

/// A line of the forecast.
struct StageMemory {
  std::string stage;        ///< the group of stages
  std::int64_t bytes = 0;   ///< at most, in all
  std::int64_t shared = 0;  ///< of it, what the ranks of a node have in common

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& stage& bytes& shared;
  }
};

}  // namespace shoal
