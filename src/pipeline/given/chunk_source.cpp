// What is dealt out follows from the list of files alone, which all ranks have.
#include "pipeline/given/chunk_source.hpp"

#include <algorithm>
#include <limits>

namespace shoal {
namespace {

/// Rows that no file has.
constexpr std::int64_t kToTheEnd = std::numeric_limits<std::int64_t>::max();

std::int64_t chunks_of(const VectorFileInfo& info, std::int64_t step) {
  return (info.rows + step - 1) / step;
}

}  // namespace

ChunkSource::ChunkSource(const VectorFiles& files, int rank, int ranks) : files_(files) {
  if (files.columns == 0) return;
  step_ = rows_of_chunk(files.columns);
  add_chunks(rank, ranks);
  add_whole_files(rank, ranks);
}

void ChunkSource::add_chunks(int rank, int ranks) {
  std::int64_t all = 0;
  for (const VectorFileInfo& info : files_.files) all += info.can_be_cut() ? chunks_of(info, step_) : 0;
  const std::int64_t begin = all * rank / ranks;
  const std::int64_t end = all * (rank + 1) / ranks;
  std::int64_t before = 0;
  for (std::size_t file = 0; file < files_.files.size(); ++file) {
    const VectorFileInfo& info = files_.files[file];
    if (!info.can_be_cut()) continue;
    const std::int64_t count = chunks_of(info, step_);
    const std::int64_t from = std::clamp<std::int64_t>(begin - before, 0, count);
    const std::int64_t to = std::clamp<std::int64_t>(end - before, 0, count);
    if (from < to)
      parts_.push_back({static_cast<std::int32_t>(file), from * step_, std::min(to * step_, info.rows)});
    before += count;
  }
}

void ChunkSource::add_whole_files(int rank, int ranks) {
  std::vector<std::size_t> whole;
  for (std::size_t file = 0; file < files_.files.size(); ++file) {
    const VectorFileInfo& info = files_.files[file];
    if (!info.can_be_cut() && info.columns > 0) whole.push_back(file);
  }
  std::ranges::stable_sort(whole, std::ranges::greater{},
                           [&](std::size_t file) { return files_.files[file].bytes; });
  std::vector<std::int64_t> load(static_cast<std::size_t>(ranks));
  for (const std::size_t file : whole) {
    const auto least = std::ranges::min_element(load);
    *least += files_.files[file].bytes;
    if (least - load.begin() == rank) parts_.push_back({static_cast<std::int32_t>(file), 0, kToTheEnd});
  }
}

bool ChunkSource::next(VectorChunk& chunk) {
  for (; part_ < parts_.size(); ++part_, open_.reset()) {
    Part& part = parts_[part_];
    if (part.begin == part.end) continue;
    if (!open_) open_ = open_vector_file(files_.files[static_cast<std::size_t>(part.file)]);
    chunk = {};
    chunk.file = part.file;
    chunk.first = part.begin;
    const std::int64_t count = std::min(step_, part.end - part.begin);
    open_->read(part.begin, count, chunk);
    if (chunk.ids.empty()) continue;
    note_faults(chunk);
    part.begin += std::ssize(chunk.ids);
    return true;
  }
  return false;
}

}  // namespace shoal
