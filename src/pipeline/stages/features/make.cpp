// From the keys of [features.NAME] to stages.
#include "pipeline/stages/features/make.hpp"

#include <fmt/format.h>

#include <limits>

#include "pipeline/stages/features/images.hpp"
#include "pipeline/stages/features/tfidf.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// All sets of images share one stage, and the index before it.
ImagePassStage& image_pass(const Entry& entry, EntryContext& context) {
  if (context.job.corpus.images.empty()) {
    throw UsageError(fmt::format("{}: [features.{}] needs image folders or shards: `images` under [corpus]",
                                 entry.place, entry.name));
  }
  if (auto* there = context.stages.find<ImagePassStage>()) return *there;
  auto& index = context.stages.add<IndexStage>();
  return context.stages.add<ImagePassStage>(index);
}

void make_images(Entry entry, TomlSection& section, EntryContext& context, ImageKind kind) {
  ImageSettings settings = read_image_settings(section, kind);
  ImagePassStage& pass = image_pass(entry, context);
  pass.add(finished(std::move(entry), section), std::move(settings));
}

}  // namespace

void make_tfidf(Entry entry, TomlSection& section, EntryContext& context) {
  VocabularyLimits limits;
  limits.min_df = section.document_limit("min_df", {1.0, false});
  limits.max_df = section.document_limit("max_df", {1.0, true});
  if (section.has("max_features")) {
    limits.max_features = section.integer("max_features", 1, std::numeric_limits<std::int64_t>::max());
  }
  context.stages.add<TfidfStage>(finished(std::move(entry), section), limits);
}

void make_vgg(Entry entry, TomlSection& section, EntryContext& context) {
  make_images(std::move(entry), section, context, ImageKind::vgg);
}

void make_rgb(Entry entry, TomlSection& section, EntryContext& context) {
  make_images(std::move(entry), section, context, ImageKind::rgb);
}

}  // namespace shoal
