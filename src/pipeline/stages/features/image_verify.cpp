// Sampled images, decoded and computed again. A sampled image is one that a slide of a sampled post names:
// its row in images.h5ad stands beside the post.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/images/pixels.hpp"
#include "pipeline/stages/features/images.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/slides.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

using nlohmann::json;

/// A candidate and its row.
using Sampled = std::pair<std::int64_t, std::int64_t>;

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
std::vector<Sampled> sample_images(const Run& run, const ImageIndex& index, bool all_slides,
                                   std::int64_t sample) {
  const RowsOfSlides rows(run.out, all_slides);
  const RowRange mine = run.corpus.partition.owned_by(run.comm.rank());
  const std::vector<SlidePlace> with_image = slides_with_image(index.slides);
  const auto step = std::max<std::size_t>(with_image.size() * static_cast<std::size_t>(run.comm.size()) /
                                              static_cast<std::size_t>(std::max<std::int64_t>(sample, 1)),
                                          1);
  const auto& stored = run.find_table("posts")->stored;
  std::vector<Sampled> images;
  for (std::size_t i = 0; i < with_image.size(); i += step) {
    const auto& [post, slide] = with_image[i];
    const std::int64_t place = stored ? (*stored)[static_cast<std::size_t>(post)] : mine.begin + post;
    const auto candidate = index.slides.candidates[static_cast<std::size_t>(
        index.slides.offsets[static_cast<std::size_t>(post)] + slide)];
    if (const auto row = rows.row_of(place, slide)) images.emplace_back(candidate, *row);
  }
  return images;
}

/// Rows of one set against their images.
class ImageRowsInFile {
 public:
  /// object: the set's place in images.h5ad.
  ImageRowsInFile(const Run& run, const ImageReader& images, const ImageSettings& settings, Network& network,
                  std::string object)
      : images_(images),
        pseudonyms_(run.pseudonyms),
        settings_(settings),
        network_(network),
        object_(std::move(object)),
        file_(read_of_own([&] { return H5adFile(run.out / "images.h5ad"); })),
        features_(file_.array(object_)) {}

  /// What does not hold of a row, or nothing.
  std::string fault_of(const ImageCandidate& candidate, std::int64_t row) {
    const auto bytes = images_.read(candidate.ref);
    if (file_.string_rows(file_.array("obs/digest"), row, 1).front() !=
        shown_digest(pseudonyms_, to_hex(sha256(bytes)))) {
      return fmt::format("row {} of images.h5ad is of another file than '{}' now is", row,
                         images_.place_of(candidate.ref).string());
    }
    const RgbImage square = square_for(settings_, decode_for(settings_, bytes));
    const auto computed = compute(square, candidate.number % network_.tile_images());
    const auto stored = file_.number_rows(features_, row, 1);
    const bool same = std::equal(stored.begin(), stored.end(), computed.begin(), computed.end(),
                                 [](double a, float b) { return a == static_cast<double>(b); });
    return same ? "" : fmt::format("row {} of {} in images.h5ad is not its image's features", row, object_);
  }

 private:
  /// At the image's own place in its tile: libraries of GPUs may choose another order of sums for another
  /// tile.
  std::vector<float> compute(const RgbImage& square, std::int64_t place) {
    const auto images = static_cast<std::size_t>(network_.tile_images());
    const auto features = static_cast<std::size_t>(network_.features());
    std::vector<std::uint8_t> pixels(images * square.pixels.size());
    std::vector<float> all(images * features);
    std::ranges::copy(square.pixels, pixels.begin() + place * std::ssize(square.pixels));
    network_.forward(pixels, all, 0);
    const auto first = all.begin() + place * static_cast<std::ptrdiff_t>(features);
    return {first, first + static_cast<std::ptrdiff_t>(features)};
  }

  const ImageReader& images_;
  const std::optional<Pseudonyms>& pseudonyms_;
  const ImageSettings& settings_;
  Network& network_;
  std::string object_;
  H5adFile file_;
  ArrayInfo features_;
};

/// Compares the sampled images at home here; returns how many.
std::int64_t compare(ImageRowsInFile& rows, const ImageIndex& index,
                     const std::vector<std::vector<Sampled>>& sampled, std::vector<std::string>& findings) {
  std::int64_t compared = 0;
  for (const auto& part : sampled) {
    for (const auto& [number, row] : part) {
      const auto at = std::ranges::lower_bound(index.at_home, number, {}, &ImageCandidate::number);
      if (at == index.at_home.end() || at->number != number) continue;
      ++compared;
      find_faults(
          [&] {
            std::string fault = rows.fault_of(*at, row);
            if (!fault.empty()) findings.push_back(std::move(fault));
          },
          findings);
    }
  }
  return compared;
}

/// Of a set's weights, as the results tell it: under the set's name where several sets have weights.
std::string weights_digest_in(const UnsValue& facts, const std::string& set) {
  return facts.text("sets/" + set + "/weights/digest", facts.text("weights/digest", ""));
}

}  // namespace

bool ImagePassStage::has_other_weights(const UnsValue& facts, Verification& verification) const {
  bool other = false;
  for (const ImageSet& set : sets_) {
    if (!set.weights || weights_digest_in(facts, set.entry.name) == set.weights->digest) continue;
    other = true;
    verification.findings.push_back(
        fmt::format("the weights '{}' are not those of the run", set.settings.weights.string()));
  }
  return other;
}

void ImagePassStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  const json& report = request.report;
  record_all_weights(run);
  const UnsValue facts = read_of_own([&] { return H5adFile(run.out / "images.h5ad").uns("uns/shoal"); });
  if (has_other_weights(facts, verification)) return;
  if (report.value("numeric", "") != run.numeric_identity()) {
    verification.not_checked.push_back(fmt::format(
        "image features: they were computed with the arithmetic '{}', and this processor has '{}'",
        report.value("numeric", ""), run.numeric_identity()));
    return;
  }
  const ImageIndex& index = index_.index();
  const auto sampled = all_gather_objects(
      run.comm, read_of_own([&] { return sample_images(run, index, all_slides_, request.sample); }));
  const std::string x = facts.text("x/images", sets_.front().entry.name);
  std::vector<std::string> findings;
  std::int64_t compared = 0;
  for (const ImageSet& set : sets_) {
    const auto network =
        make_image_network(run.comm, run.backend, set.settings, set.weights, set.tile_images, 1);
    const std::string object = set.entry.name == x ? "X" : "obsm/" + set.entry.name;
    ImageRowsInFile rows(run, index_.reader(), set.settings, *network, object);
    compared = compare(rows, index, sampled, findings);
  }
  add_findings(run.comm, std::move(findings), verification.findings);
  verification.checked.push_back(fmt::format("{} images against their files", run.comm.sum(compared)));
}

}  // namespace shoal
