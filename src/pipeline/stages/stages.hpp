// The stage table: what a run does, in order.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/engine/run_state.hpp"
#include "shoal/corpus/image_index.hpp"

namespace shoal {

/// Raised when a stage's results change for the same settings.
inline constexpr int kFormatVersion = 1;

struct Stage {
  std::string_view name;
  std::span<const std::string_view> needs;  ///< earlier stages whose results it reads
  bool (*wanted)(const Job& job);
  /// All ranks. Reads and extends the state.
  void (*run)(RunState& state);
  /// What, beside its needs, decides its results: settings, digests, format version.
  std::string (*identity)(const RunState& state);
};

std::span<const Stage> stages();

/// A stage's key: SHA-256 over its name, identity and its needs' keys (state.keys). Two runs whose keys are
/// equal make equal results. Known once its needs have run.
std::string stage_key(const Stage& stage, const RunState& state);

/// Reads the corpus and leaves names as they are: for looking at it. Collective.
void read_without_names(RunState& state);
/// Finds out which image files exist; decodes none. Collective.
ImageIndex index_job_images(RunState& state);

/// Throws UsageError for a clustering of such features that has more groups than there are rows: before the
/// expensive stages, not after them.
void check_group_counts(const Job& job, FeatureKind of, std::int64_t rows);

// The stages, one file each.
void run_read(RunState& state);
void run_tags(RunState& state);
void run_index(RunState& state);
/// Throws ResourceError, the same on all ranks, where a node's memory would not suffice (memory_check.hpp),
/// naming the stage and the number of ranks that would fit. Leaves the forecast in the state.
void run_memory(RunState& state);
void run_images(RunState& state);
void run_cluster(RunState& state);
void run_thumbnails(RunState& state);
void run_store(RunState& state);
void run_report(RunState& state);

}  // namespace shoal
