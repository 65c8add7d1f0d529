// From the keys of [features.NAME] to stages.
#include "pipeline/stages/features/make.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>

#include "pipeline/stages/features/concatenated.hpp"
#include "pipeline/stages/features/decomposed.hpp"
#include "pipeline/stages/features/given.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/stages/features/scaled.hpp"
#include "pipeline/stages/features/tfidf.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// All sets of images share one stage, and the index before it.
ImagePassStage& image_pass(EntryContext& context) {
  if (auto* there = context.stages.find<ImagePassStage>()) return *there;
  auto& index = context.stages.add<IndexStage>();
  return context.stages.add<ImagePassStage>(index, context.job.corpus.rules.all_slides);
}

void make_images(Entry entry, TomlSection& section, EntryContext& context, ImageKind kind) {
  ImageSettings settings = read_image_settings(section, kind);
  Entry done = finished(std::move(entry), section);
  ImagePassStage& pass = image_pass(context);
  pass.add(std::move(done), std::move(settings));
}

/// Limits that no corpus has a tag between.
void refuse_empty_limits(const TomlSection& section, const VocabularyLimits& limits) {
  const auto [least, most] = std::pair(limits.min_df, limits.max_df);
  if (most.is_share && most.value == 0.0) {
    section.fail("max_df",
                 "is 0.0, which leaves every tag out; write a number of posts, or a share up to 1.0");
  }
  if (least.is_share != most.is_share || least.value <= most.value) return;
  section.fail("min_df",
               fmt::format("is {} and 'max_df' is {}, so that every tag is left out; lower min_df or "
                           "raise max_df{}",
                           least.value, most.value,
                           most.is_share ? ""
                                         : " (a whole number is a number of posts: 1 is one "
                                           "post, 1.0 is all of them)"));
}

void make_decomposed(Entry entry, TomlSection& section, EntryContext& context,
                     DecomposedStage::Method method) {
  std::string of = section.text("of");
  DecompositionSettings settings;
  settings.components = section.integer("components", 1, 100'000, settings.components);
  const auto job_seed = static_cast<std::int64_t>(context.job.seed);
  settings.seed = static_cast<std::uint64_t>(
      section.integer("seed", 0, std::numeric_limits<std::int64_t>::max(), job_seed));
  Entry done = finished(std::move(entry), section);
  context.require_set(section, "of", of);
  context.stages.add<DecomposedStage>(std::move(done), std::move(of), method, settings);
}

}  // namespace

void make_tfidf(Entry entry, TomlSection& section, EntryContext& context) {
  VocabularyLimits limits;
  limits.min_df = section.document_limit("min_df", {1.0, false});
  limits.max_df = section.document_limit("max_df", {1.0, true});
  if (section.has("max_features")) {
    limits.max_features = section.integer("max_features", 1, std::numeric_limits<std::int64_t>::max());
  }
  Entry done = finished(std::move(entry), section);
  refuse_empty_limits(section, limits);
  context.stages.add<TfidfStage>(std::move(done), limits);
}

void make_vgg(Entry entry, TomlSection& section, EntryContext& context) {
  make_images(std::move(entry), section, context, ImageKind::vgg);
}

void make_rgb(Entry entry, TomlSection& section, EntryContext& context) {
  make_images(std::move(entry), section, context, ImageKind::rgb);
}

void make_given(Entry entry, TomlSection& section, EntryContext& context) {
  static constexpr std::array<std::string_view, 3> kMatches{"either", "post", "image"};
  GivenSettings settings;
  settings.paths.entry = section.name();
  settings.paths.vectors = section.patterns("path");
  if (section.has("ids")) settings.paths.ids = section.patterns("ids");
  if (section.has("key")) settings.paths.object = section.text("key");
  const std::string match = section.choice("match", kMatches, "either", Record::unless_default);
  settings.match = match == "post" ? MatchBy::post : match == "image" ? MatchBy::image : MatchBy::either;
  static constexpr std::array<std::string_view, 2> kRows{"posts", "images"};
  settings.of_images = section.choice("rows", kRows, "posts", Record::unless_default) == "images";
  Entry done = finished(std::move(entry), section);
  if (settings.paths.vectors.empty()) section.fail("path", "is empty; name files with vectors");
  if (settings.of_images && settings.match == MatchBy::post)
    section.fail("match", "is \"post\", but with rows = \"images\" ids are names of photos");
  context.stages.add<GivenStage>(std::move(done), std::move(settings));
}

void make_lsa(Entry entry, TomlSection& section, EntryContext& context) {
  make_decomposed(std::move(entry), section, context, DecomposedStage::Method::lsa);
}

void make_pca(Entry entry, TomlSection& section, EntryContext& context) {
  make_decomposed(std::move(entry), section, context, DecomposedStage::Method::pca);
}

void make_scale(Entry entry, TomlSection& section, EntryContext& context) {
  static constexpr std::array<std::string_view, 2> kWays{"unit", "standard"};
  std::string of = section.text("of");
  const auto by = section.choice("by", kWays) == "unit" ? ScaledStage::By::unit : ScaledStage::By::standard;
  Entry done = finished(std::move(entry), section);
  context.require_set(section, "of", of);
  context.stages.add<ScaledStage>(std::move(done), std::move(of), by);
}

void make_concat(Entry entry, TomlSection& section, EntryContext& context) {
  constexpr double kMost = 1e6;
  std::vector<std::string> of = section.texts("of");
  std::vector<double> weights = section.numbers("weights", 1.0 / kMost, kMost);
  if (weights.empty()) weights.assign(of.size(), 1.0);
  section.put("of", of);
  section.put("weights", weights);
  Entry done = finished(std::move(entry), section);
  if (of.size() < 2)
    section.fail("of", "names fewer than two sets; name those that are to stand beside each other");
  for (const std::string& set : of) context.require_set(section, "of", set);
  if (weights.size() != of.size()) {
    section.fail("weights", fmt::format("has {} numbers for the {} sets of 'of'; give one for each",
                                        weights.size(), of.size()));
  }
  context.stages.add<ConcatenatedStage>(std::move(done), std::move(of), std::move(weights));
}

}  // namespace shoal
