// A sampled image's row in images.h5ad stands beside the post that shows it.
#include "pipeline/stages/features/sampled_images.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>

#include "shoal/base/patience.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/slides.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

/// Which row of images.h5ad a slide shows, as posts.h5ad tells it.
class RowsOfSlides {
 public:
  RowsOfSlides(const std::filesystem::path& out, bool all_slides) : posts_(out / "posts.h5ad") {
    for (const char* part : {"indptr", "indices", "data"}) {
      if (all_slides) link_.push_back(posts_.array(std::string("obsm/images/") + part));
    }
    if (!all_slides) first_ = posts_.array("obs/image_row");
  }

  /// post: its row in the file. Nothing where the slide has none, or where one before it shows the same
  /// image.
  [[nodiscard]] std::optional<std::int64_t> row_of(std::int64_t post, std::int64_t slide) const {
    if (link_.empty()) {
      const double row = posts_.number_rows(first_, post, 1).front();
      return std::isnan(row) ? std::nullopt : std::optional(static_cast<std::int64_t>(row));
    }
    const auto ends = posts_.integer_rows(link_[0], post, 2);
    const auto rows = posts_.integer_rows(link_[1], ends[0], ends[1] - ends[0]);
    const auto numbers = posts_.number_rows(link_[2], ends[0], ends[1] - ends[0]);
    const auto at = std::ranges::find(numbers, static_cast<double>(slide + 1));
    if (at == numbers.end()) return std::nullopt;
    return rows[static_cast<std::size_t>(at - numbers.begin())];
  }

 private:
  H5adFile posts_;
  ArrayInfo first_;
  std::vector<ArrayInfo> link_;
};

/// Slides of this rank's posts that name an image which is there.
std::vector<SlidePlace> slides_with_image(const SlideImages& slides) {
  std::vector<SlidePlace> places;
  for (std::size_t post = 0; post + 1 < slides.offsets.size(); ++post) {
    for (std::int64_t i = slides.offsets[post]; i < slides.offsets[post + 1]; ++i) {
      if (slides.candidates[static_cast<std::size_t>(i)] >= 0)
        places.push_back({static_cast<std::int64_t>(post), i - slides.offsets[post]});
    }
  }
  return places;
}

/// Images that this rank's posts name; every few of them, so that the ranks together have about `sample`.
std::vector<SampledImage> images_of_posts(const Run& run, const ImageIndex& index, std::int64_t sample) {
  const RowsOfSlides rows(run.out, run.job.corpus.rules.all_slides);
  const RowRange mine = run.corpus.partition.owned_by(run.comm.rank());
  const std::vector<SlidePlace> with_image = slides_with_image(index.slides);
  const auto step = std::max<std::size_t>(with_image.size() * static_cast<std::size_t>(run.comm.size()) /
                                              static_cast<std::size_t>(std::max<std::int64_t>(sample, 1)),
                                          1);
  const auto& stored = run.find_table("posts")->stored;
  std::vector<SampledImage> images;
  for (std::size_t i = 0; i < with_image.size(); i += step) {
    const auto& [post, slide] = with_image[i];
    const std::int64_t place = stored ? (*stored)[static_cast<std::size_t>(post)] : mine.begin + post;
    const auto candidate = index.slides.candidates[static_cast<std::size_t>(
        index.slides.offsets[static_cast<std::size_t>(post)] + slide)];
    if (const auto row = rows.row_of(place, slide)) images.push_back({candidate, *row});
  }
  return images;
}

}  // namespace

std::vector<SampledImage> sample_images(const Run& run, const ImageIndex& index, std::int64_t sample) {
  const auto of_all =
      all_gather_objects(run.comm, read_of_own([&] { return images_of_posts(run, index, sample); }));
  const RowRange home = BlockPartition(index.candidates, run.comm.size()).owned_by(run.comm.rank());
  std::vector<SampledImage> at_home;
  for (const auto& part : of_all) {
    std::ranges::copy_if(part, std::back_inserter(at_home),
                         [&](const SampledImage& image) { return home.contains(image.candidate); });
  }
  return at_home;
}

}  // namespace shoal
