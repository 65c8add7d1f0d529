// Made by the ranks that own the photos, written by rank 0, which holds some of them at a time.
#include "pipeline/stages/thumbnails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "pipeline/images/pixels.hpp"
#include "pipeline/results/stored_order.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/vision/encode.hpp"

namespace shoal {
namespace {

constexpr int kThumbnailSide = 240;
constexpr int kThumbnailQuality = 82;

using Thumbnail = std::pair<std::int64_t, std::string>;  ///< row of images.h5ad, JPEG bytes
/// Bytes of one, at most, of most photos; and how many lie on rank 0 at a time.
constexpr std::int64_t kThumbnailBytes = std::int64_t{20} << 10;
constexpr std::size_t kAtATime = 64;

std::vector<std::int64_t> shown_rows_of_this_rank(const Run& run, RowRange mine) {
  std::set<std::int64_t> shown;
  for (const auto& described : run.groupings) {
    for (const auto& group : described->exemplars) {
      std::ranges::copy_if(group, std::inserter(shown, shown.end()),
                           [&](std::int64_t row) { return mine.contains(row); });
    }
  }
  return {shown.begin(), shown.end()};
}

/// Up to which row each part of the archive goes, the last one to its end.
std::vector<std::int64_t> ends_of_parts(Communicator& comm, const std::vector<Thumbnail>& mine) {
  std::vector<std::int64_t> rows;
  for (const auto& [row, jpeg] : mine) rows.push_back(row);
  std::vector<std::int64_t> all;
  for (const auto& of_rank : gather_objects(comm, rows, 0))
    all.insert(all.end(), of_rank.begin(), of_rank.end());
  std::ranges::sort(all);
  std::vector<std::int64_t> ends;
  for (std::size_t end = kAtATime; end < all.size(); end += kAtATime) ends.push_back(all[end]);
  if (!all.empty()) ends.push_back(all.back() + 1);
  return broadcast_object(comm, ends, 0);
}

/// By rising row, a part at a time.
void write_thumbnails(Communicator& comm, std::vector<Thumbnail> mine, const std::filesystem::path& path) {
  std::ranges::sort(mine);
  std::optional<TarWriter> file;
  on_root(comm, [&] { file.emplace(path); });
  auto next = mine.begin();
  for (const std::int64_t end : ends_of_parts(comm, mine)) {
    std::vector<Thumbnail> part;
    while (next != mine.end() && next->first < end) part.push_back(std::move(*next++));
    std::vector<Thumbnail> together;
    for (auto& of_rank : gather_objects(comm, part, 0))
      std::ranges::move(of_rank, std::back_inserter(together));
    on_root(comm, [&] {
      std::ranges::sort(together);
      for (const auto& [row, jpeg] : together) {
        file->add(fmt::format("{}.jpg", row), std::as_bytes(std::span(jpeg)));
      }
    });
  }
  on_root(comm, [&] { file->publish(); });
}

}  // namespace

std::string ThumbnailStage::thumbnail_of(std::int64_t local_row) const {
  const ImageRow& image = images_.rows()[static_cast<std::size_t>(local_row)];
  const RgbImage decoded = decode_for(images_.shown_as(), images_.reader().read(image.ref));
  const auto bytes = encode_jpeg(make_thumbnail(decoded, kThumbnailSide), kThumbnailQuality);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void ThumbnailStage::run(Run& run) {
  const Table& images = run.table("images");
  const RowRange mine = images.partition.owned_by(run.comm.rank());
  const auto rows = shown_rows_of_this_rank(run, mine);
  const auto stored = stored_rows(run.comm, images, rows);
  std::vector<Thumbnail> thumbnails(rows.size());
  parallel_for(rows.size(), run.threads, [&](std::size_t i) {
    try {
      thumbnails[i] = {stored[i], thumbnail_of(rows[i] - mine.begin)};
    } catch (const InputError& error) {
      throw UnavailableError(
          fmt::format("{}; it was sound when its features were computed: run again when nobody changes the "
                      "photos any more",
                      error.what()));
    }
  });
  write_thumbnails(run.comm, std::move(thumbnails), run.staging / "thumbnails.tar");
}

Cost ThumbnailStage::cost(const Run& run, Sizes& sizes) const {
  const std::int64_t shown = sizes.groups * run.job.report.photos;
  Cost cost;
  cost.peak = (shown / sizes.rank.ranks + 2 * static_cast<std::int64_t>(kAtATime)) * kThumbnailBytes;
  return cost;
}

}  // namespace shoal
