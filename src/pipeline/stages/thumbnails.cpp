// Made by the ranks that own the photos, written by rank 0.
#include "pipeline/stages/thumbnails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

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
  std::map<std::int64_t, std::string> by_row;
  for (auto& part : gather_objects(run.comm, thumbnails, 0)) {
    for (auto& [row, jpeg] : part) by_row[row] = std::move(jpeg);
  }
  on_root(run.comm, [&] {
    TarWriter file(run.staging / "thumbnails.tar");
    for (const auto& [row, jpeg] : by_row) {
      file.add(fmt::format("{}.jpg", row), std::as_bytes(std::span(jpeg)));
    }
    file.publish();
  });
}

}  // namespace shoal
