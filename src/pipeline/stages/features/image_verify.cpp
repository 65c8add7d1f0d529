// Sampled images, decoded and computed again.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/images/pixels.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/stages/features/sampled_images.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

using nlohmann::json;

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

/// Compares the sampled images at home here.
void compare(ImageRowsInFile& rows, const ImageIndex& index, const std::vector<SampledImage>& sampled,
             std::vector<std::string>& findings) {
  for (const auto& [number, row] : sampled) {
    const auto at = std::ranges::lower_bound(index.at_home, number, {}, &ImageCandidate::number);
    find_faults(
        [&] {
          std::string fault = rows.fault_of(*at, row);
          if (!fault.empty()) findings.push_back(std::move(fault));
        },
        findings);
  }
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
  const auto sampled = sample_images(run, index, request.sample);
  const std::string x = facts.text("x/images", sets_.front().entry.name);
  std::vector<std::string> findings;
  for (const ImageSet& set : sets_) {
    const auto network =
        make_image_network(run.comm, run.backend, set.settings, set.weights, set.tile_images, 1);
    const std::string object = set.entry.name == x ? "X" : "obsm/" + set.entry.name;
    ImageRowsInFile rows(run, index_.reader(), set.settings, *network, object);
    compare(rows, index, sampled, findings);
  }
  add_findings(run.comm, std::move(findings), verification.findings);
  verification.checked.push_back(
      fmt::format("{} images against their files", run.comm.sum(std::ssize(sampled))));
}

}  // namespace shoal
