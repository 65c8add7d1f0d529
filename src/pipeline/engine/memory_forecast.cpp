// Sums of what each stage says it holds at its fullest moment; tests/system/memory_test.sh compares with what
// runs take.
#include "pipeline/engine/memory_forecast.hpp"

#include <algorithm>

#include "shoal/data/post.hpp"

namespace shoal {
namespace {

/// What a rank knows of a unit of its share, with the copies that are made while units are listed and put in
/// order.
constexpr std::int64_t kListedUnit = 2000;
/// What rank 0 looks at of each rank to share out units and their order, with the copies.
constexpr std::int64_t kSamplesOfRank = 32 * 1000;
constexpr int kCopiesOfFile = 4;

std::int64_t of_each(std::int64_t units, int ranks) { return (units + ranks - 1) / ranks; }

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

std::int64_t forecast_reading(const ReadingSize& size, const ReadingShare& share, const RankView& rank) {
  // While files are parsed, each thread holds one, and at the fullest moment three copies that its reader
  // makes of it, beside the posts so far. Of a file that is read in pieces the array of its posts grows.
  const auto of_threads = [&](std::int64_t file) {
    return static_cast<double>(std::min(rank.threads * file, share.bytes));
  };
  const bool in_pieces = size.largest_file > size.largest_held;
  const double growing = in_pieces ? 2 * size.posts_per_byte * sizeof(Post) : 0.0;
  const double parsing = kCopiesOfFile * of_threads(size.largest_held) +
                         growing * of_threads(size.largest_file) +
                         size.memory_per_byte * static_cast<double>(share.bytes);
  // On their way posts lie in new places beside the old ones, and are packed; their texts are there once. A
  // rank may get more than it has read.
  const auto moved = static_cast<double>(std::max(share.bytes, size.bytes / rank.ranks));
  const double of_byte = size.memory_per_byte + size.posts_per_byte * sizeof(Post) + size.packed_per_byte;
  // Files are listed in even shares, whatever is read of them.
  const std::int64_t units = std::max(share.units, of_each(size.units, rank.ranks));
  return size.resident + units * kListedUnit + rank.ranks * kSamplesOfRank +
         static_cast<std::int64_t>(std::max(parsing, moved * of_byte));
}

std::int64_t forecast_reading_among(const ReadingSize& size, int ranks, int threads) {
  return forecast_reading(size, {std::max(size.bytes / ranks, size.largest_file), of_each(size.units, ranks)},
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
