// Small pictures of the photos that the report shows: made by the ranks that own them, written by rank 0.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "pipeline/images/pixels.hpp"
#include "pipeline/stages/stages.hpp"
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

using Thumbnail = std::pair<std::int64_t, std::string>;  ///< image row, JPEG bytes

std::vector<std::int64_t> shown_rows_of_this_rank(const RunState& state) {
  const RowRange mine = state.images.partition.owned_by(state.comm.rank());
  std::set<std::int64_t> shown;
  for (const FinishedClustering& clustering : state.clusterings) {
    for (const auto& group : clustering.exemplars) {
      std::copy_if(group.begin(), group.end(), std::inserter(shown, shown.end()),
                   [&](std::int64_t row) { return mine.contains(row); });
    }
  }
  return {shown.begin(), shown.end()};
}

std::string thumbnail_of(const RunState& state, std::int64_t row) {
  const auto local = static_cast<std::size_t>(row - state.images.partition.owned_by(state.comm.rank()).begin);
  const ImageRow& image = state.images.rows[local];
  const auto bytes = encode_jpeg(
      make_thumbnail(decode_for(*state.job.image, state.image_files->read(image.ref)), kThumbnailSide),
      kThumbnailQuality);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<Thumbnail> make_thumbnails(const RunState& state) {
  const auto rows = shown_rows_of_this_rank(state);
  std::vector<Thumbnail> thumbnails(rows.size());
  parallel_for(rows.size(), state.threads, [&](std::size_t i) {
    try {
      thumbnails[i] = {rows[i], thumbnail_of(state, rows[i])};
    } catch (const InputError& error) {
      // It was read a moment ago: somebody is changing the folder. The report does without.
      log::warning("no thumbnail of image row {}: {}", rows[i], error.what());
    }
  });
  std::erase_if(thumbnails, [](const Thumbnail& thumbnail) { return thumbnail.second.empty(); });
  return thumbnails;
}

}  // namespace

void run_thumbnails(RunState& state) {
  const auto gathered = gather_objects(state.comm, make_thumbnails(state), 0);
  on_root(state.comm, [&] {
    state.thumbnails = std::make_unique<TarWriter>(state.out / "thumbnails.tar");
    // Ranks own rising runs of rows: by rank is by row.
    for (const auto& part : gathered) {
      for (const auto& [row, jpeg] : part)
        state.thumbnails->add(fmt::format("{}.jpg", row), std::as_bytes(std::span(jpeg)));
    }
    // It gets its name together with the other results.
  });
}

}  // namespace shoal
