// Sums of what each stage says it holds at its fullest moment; tests/system/memory_test.sh compares with what
// runs take.
#include "pipeline/engine/memory_forecast.hpp"

#include <algorithm>

#include "shoal/data/post.hpp"

namespace shoal {
namespace {

/// What each rank knows of each unit, with the copies that are made while they are put in order.
constexpr std::int64_t kListedUnit = 1000;
constexpr std::int64_t kCopiesOfFile = 4;

/// Stages of one group share a line: the fullest of them.
void add_line(const std::string& group, const StageMemory& of_stage, std::vector<StageMemory>& lines) {
  const auto line = std::ranges::find(lines, group, &StageMemory::stage);
  if (line == lines.end()) {
    lines.push_back({group, of_stage.bytes, of_stage.shared});
    return;
  }
  line->bytes = std::max(line->bytes, of_stage.bytes);
  // What only one of them shares is not shared while the other one runs.
  line->shared = std::min(line->shared, of_stage.shared);
}

}  // namespace

Forecast forecast(const Run& run, const RankView& rank) {
  Forecast all;
  all.memory.push_back({"read", rank.reading, 0});
  Sizes sizes{rank};
  std::int64_t held = rank.resident;
  std::map<std::string, std::int64_t> releasable;
  for (const auto& stage : run.stages) {
    const Cost cost = stage->cost(run, sizes);
    for (const auto& [file, bytes] : cost.written) all.written[file] += bytes;
    if (all.why_no_room.empty()) all.why_no_room = cost.why_no_room;
    // What an early stage holds is resident already.
    if (stage->when() == When::early || (cost.peak == 0 && cost.kept == 0)) continue;
    add_line(stage->group(), {"", held + cost.peak, cost.shared}, all.memory);
    held += cost.kept;
    releasable.insert(cost.releasable.begin(), cost.releasable.end());
    if (!run.releases_sets) continue;
    for (const std::string& name : run.stages.last_read_by(*stage)) {
      const std::int64_t bytes = releasable[name];
      held -= bytes;
      sizes.largest_released = std::max(sizes.largest_released, bytes);
    }
  }
  return all;
}

std::int64_t forecast_reading(const ReadingSize& size, std::int64_t bytes_of_rank, const RankView& rank) {
  // While files are parsed, each thread holds one, and at the fullest moment three copies that its reader
  // makes of it, beside the posts so far.
  const auto files =
      static_cast<double>(kCopiesOfFile * std::min(rank.threads * size.largest_file, bytes_of_rank));
  const double parsing = files + size.memory_per_byte * static_cast<double>(bytes_of_rank);
  // On their way posts lie in new places beside the old ones, and are packed; their texts are there once. A
  // rank may get more than it has read.
  const auto moved = static_cast<double>(std::max(bytes_of_rank, size.bytes / rank.ranks));
  const double of_byte = size.memory_per_byte + size.posts_per_byte * sizeof(Post) + size.packed_per_byte;
  return size.resident + size.units * kListedUnit +
         static_cast<std::int64_t>(std::max(parsing, moved * of_byte));
}

std::int64_t forecast_reading_among(const ReadingSize& size, int ranks, int threads) {
  return forecast_reading(size, std::max(size.bytes / ranks, size.largest_file),
                          {.ranks = ranks, .threads = threads});
}

std::int64_t needed_on_node(const std::vector<StageMemory>& first_of_node, int ranks) {
  std::int64_t most = 0;
  for (const StageMemory& stage : first_of_node) {
    most = std::max(most, ranks * (stage.bytes - stage.shared) + stage.shared);
  }
  return most;
}

const StageMemory& largest_stage(const std::vector<StageMemory>& stages) {
  return *std::max_element(stages.begin(), stages.end(),
                           [](const StageMemory& a, const StageMemory& b) { return a.bytes < b.bytes; });
}

}  // namespace shoal
