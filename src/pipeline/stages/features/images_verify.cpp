// A sampled image is one that a sampled post names: its row in images.h5ad stands beside the post.
#include "pipeline/stages/features/images_verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/images/network.hpp"
#include "pipeline/images/pixels.hpp"
#include "pipeline/results/verify_files.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

using nlohmann::json;

/// Candidate and row of images that this rank's posts name; every few of them, so that the ranks together
/// have about `sample`.
std::vector<std::pair<std::int64_t, std::int64_t>> sample_images(RunState& state, const ImageIndex& index,
                                                                 std::int64_t sample) {
  const H5adFile posts(state.out / "posts.h5ad");
  const RowRange mine = state.corpus.partition.owned_by(state.comm.rank());
  std::vector<std::pair<std::int64_t, std::int64_t>> images;
  if (mine.size() == 0) return images;
  const auto rows = posts.integer_rows(posts.array("obs/image_row/values"), mine.begin, mine.size());
  const auto masks = posts.integer_rows(posts.array("obs/image_row/mask"), mine.begin, mine.size());
  for (std::size_t i = 0; i < index.post_candidate.size(); ++i) {
    if (index.post_candidate[i] >= 0 && masks[i] == 0) images.emplace_back(index.post_candidate[i], rows[i]);
  }
  const auto step = std::max<std::size_t>(images.size() * static_cast<std::size_t>(state.comm.size()) /
                                              static_cast<std::size_t>(std::max<std::int64_t>(sample, 1)),
                                          1);
  std::vector<std::pair<std::int64_t, std::int64_t>> kept;
  for (std::size_t i = 0; i < images.size(); i += step) kept.push_back(images[i]);
  return kept;
}

class ImageRows {
 public:
  ImageRows(RunState& state, Network& network)
      : state_(state), network_(network), file_(state.out / "images.h5ad"), features_(file_.array("X")) {}

  /// What does not hold of a row, or nothing.
  std::string fault_of(const ImageCandidate& candidate, std::int64_t row) {
    const auto bytes = state_.image_files->read(candidate.ref);
    if (file_.string_rows(file_.array("obs/digest"), row, 1).front() != to_hex(sha256(bytes))) {
      return fmt::format("row {} of images.h5ad is of another file than '{}' now is", row,
                         state_.image_files->place_of(candidate.ref).string());
    }
    const ImageFeatures& settings = *state_.job.image;
    const RgbImage square = square_for(settings, decode_for(settings, bytes));
    const auto computed = compute(square, candidate.number % network_.tile_images());
    const auto stored = file_.number_rows(features_, row, 1);
    const bool same = std::equal(stored.begin(), stored.end(), computed.begin(), computed.end(),
                                 [](double a, float b) { return a == static_cast<double>(b); });
    return same ? "" : fmt::format("row {} of X in images.h5ad is not its image's features", row);
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

  RunState& state_;
  Network& network_;
  H5adFile file_;
  ArrayInfo features_;
};

}  // namespace

void verify_images(RunState& state, const json& report, std::int64_t sample, Verification& verification) {
  const ImageFeatures& settings = *state.job.image;
  const ImageIndex index = index_job_images(state);
  const auto weights = record_weights(state.comm, settings);
  if (weights && report.at("weights").value("digest", "") != weights->digest) {
    verification.findings.push_back(
        fmt::format("the weights '{}' are not those of the run", settings.weights.string()));
    return;
  }
  if (report.value("numeric", "") != state.numeric_identity()) {
    verification.not_checked.push_back(fmt::format(
        "image features: they were computed with the arithmetic '{}', and this processor has '{}'",
        report.value("numeric", ""), state.numeric_identity()));
    return;
  }
  const auto network = make_image_network(state.comm, state.backend, settings, weights, state.tile_images, 1);
  ImageRows rows(state, *network);
  std::vector<std::string> findings;
  std::int64_t compared = 0;
  for (const auto& part : all_gather_objects(state.comm, sample_images(state, index, sample))) {
    for (const auto& [number, row] : part) {
      const auto at = std::lower_bound(index.at_home.begin(), index.at_home.end(), number,
                                       [](const ImageCandidate& c, std::int64_t n) { return c.number < n; });
      if (at == index.at_home.end() || at->number != number) continue;
      ++compared;
      std::string fault;
      try {
        fault = rows.fault_of(*at, row);
      } catch (const Error& error) {
        fault = error.what();
      }
      if (!fault.empty()) findings.push_back(std::move(fault));
    }
  }
  add_findings(state.comm, std::move(findings), verification.findings);
  verification.checked.push_back(fmt::format("{} images against their files", state.comm.sum(compared)));
}

}  // namespace shoal
