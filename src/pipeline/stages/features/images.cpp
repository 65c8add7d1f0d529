// The pass as a stage: what it wants, settles and takes.
#include "pipeline/stages/features/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/engine/device.hpp"
#include "pipeline/images/labels.hpp"
#include "pipeline/images/precision.hpp"
#include "pipeline/images/tuning.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/quantities.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {
namespace {

/// "precision.json" of the set that jobs call `image`, "precision-NAME.json" of another.
std::filesystem::path note_in(const std::filesystem::path& out, const char* what, const ImageSet& set) {
  const std::string name = set.entry.name == "image" ? what : fmt::format("{}-{}", what, set.entry.name);
  return out / "work" / (name + ".json");
}

NetworkSpec least_network_of(ImageSettings settings) {
  // Which precision is fastest is measured later: the one that takes least has room if any has.
  if (settings.measured_precision) settings.vgg.precision = Precision::bf16;
  return image_network_spec(settings, kCpuTileImages);
}

}  // namespace

void ImagePassStage::add(Entry entry, ImageSettings settings) {
  for (const ImageSet& other : sets_) {
    if (!settings.has_network() || !other.settings.has_network() || other.settings.engine == settings.engine)
      continue;
    throw UsageError(
        fmt::format("{}: 'engine' in [features.{}] is '{}', but [features.{}] has '{}': the networks of a "
                    "job share one engine",
                    entry.place, entry.name, settings.engine, other.entry.name, other.settings.engine));
  }
  sets_.push_back({std::move(entry), std::move(settings), kCpuTileImages});
}

std::vector<const Entry*> ImagePassStage::entries() const {
  std::vector<const Entry*> entries;
  for (const ImageSet& set : sets_) entries.push_back(&set.entry);
  return entries;
}

std::vector<Given> ImagePassStage::gives() const {
  std::vector<Given> given;
  for (const ImageSet& set : sets_) given.push_back({set.given(), "images", {}});
  given.push_back({std::string(kImageRows), "images", {}});
  return given;
}

std::string ImagePassStage::label_column_of(const ImageSet& set, std::int64_t place) const {
  const auto first = std::ranges::find_if(sets_, [](const ImageSet& s) { return s.settings.gives_labels(); });
  return &*first == &set ? label_column(place) : fmt::format("{}_{}", set.entry.name, label_column(place));
}

std::vector<ColumnOfTable> ImagePassStage::columns(const StageList&) const {
  std::vector<ColumnOfTable> columns{{"posts", "image_state"}, {"posts", "image_row"}};
  for (const char* name : {"_index", "name", "digest", "width", "height", "posts"})
    columns.push_back({"images", name});
  if (all_slides_) {
    for (const char* name : {"post", "slide"}) columns.push_back({"images", name});
  }
  for (const ImageSet& set : sets_) {
    for (std::int64_t place = 0; set.settings.gives_labels() && place < set.settings.top_labels; ++place) {
      columns.push_back({"images", label_column_of(set, place)});
      columns.push_back({"images", label_column_of(set, place) + "_probability"});
    }
  }
  return columns;
}

Wishes ImagePassStage::wishes() const {
  Wishes wishes;
  for (const ImageSet& set : sets_) {
    const auto level = level_of(set.settings);
    wishes.level = level && wishes.level ? std::optional(std::max(*level, *wishes.level)) : std::nullopt;
    if (!set.settings.has_network()) continue;
    wishes.engine = set.settings.engine;
    wishes.least_network = least_network_of(set.settings);
  }
  return wishes;
}

void ImagePassStage::check(Communicator& comm) {
  on_root(comm, [&] {
    for (const ImageSet& set : sets_) {
      if (!set.settings.has_network()) continue;
      const WeightFile file = open_weights(set.settings);
      const VggWeights weights(file, set.settings.vgg.model, set.settings.vgg.layer);
      for (const std::string& note : weights.notes())
        log::info("weights '{}': {}", file.path().string(), note);
    }
  });
}

std::string ImagePassStage::all_plans() const {
  std::string plans;
  const bool several =
      std::ranges::count_if(sets_, [](const ImageSet& s) { return !s.settings.plans.empty(); }) > 1;
  for (const ImageSet& set : sets_) {
    if (set.settings.plans.empty()) continue;
    plans += several ? fmt::format("{}: {}\n", set.entry.name, set.settings.plans) : set.settings.plans;
  }
  return plans;
}

void ImagePassStage::prepare(Run& run, const Preparation& preparation) {
  const auto note = [&](const char* what, const ImageSet& set) {
    return preparation.out ? std::optional(note_in(*preparation.out, what, set)) : std::nullopt;
  };
  Fence* const fence = run.work ? run.work->settings().fence : nullptr;
  for (ImageSet& set : sets_) {
    ImageSettings& settings = set.settings;
    if (preparation.settle) {
      settle_precision(run.comm, run.backend, settings, note("precision", set), preparation.fresh, fence);
    } else {
      require_precision(run.backend, settings);
    }
    if (settings.vgg.precision != Precision::fp32)
      set.entry.settings["precision"] = to_string(settings.vgg.precision);
    if (!settings.has_network()) continue;
    set.tile_images = images_of_tile(run.comm, run.backend, image_network_spec(settings, kCpuTileImages));
    if (preparation.tune) {
      settle_plans(run.comm, run.backend, settings, set.tile_images, *note("tuning", set), preparation.fresh,
                   fence);
    }
  }
  run.plans = all_plans();
}

Digest ImagePassStage::tile_key(const Run& run, const ImageSet& set) const {
  const std::string plans = set.settings.plans.empty() ? "" : to_hex(sha256(set.settings.plans));
  // Rows of all tiles tell an image's sides as the first set sees them.
  const bool first_turns = sets_.front().settings.exif_orientation;
  const char* rows = first_turns == set.settings.exif_orientation ? ""
                     : first_turns                                ? " rows upright"
                                                                  : " rows as stored";
  return key_of({"features/" + set.entry.kind + " tiles",
                 set.entry.version,
                 set.entry.settings.dump(),
                 fmt::format("{} {} {} {}{}", set.weights ? set.weights->digest : "none",
                             run.backend.numeric_identity(), plans, set.tile_images, rows),
                 {}});
}

std::string ImagePassStage::key_of_given(const Run& run, const std::string& given) const {
  if (given == kImageRows) {
    return to_hex(key_of({given, 1, "", digest_, {{"index", run.keys.at("index")}}}));
  }
  const auto set = std::ranges::find(sets_, given, &ImageSet::given);
  return to_hex(key_of({"features/" + set->entry.kind,
                        set->entry.version,
                        "",
                        digest_,
                        {{"tiles", to_hex(tile_key(run, *set))}, {"index", run.keys.at("index")}}}));
}

std::int64_t ImagePassStage::largest_tile() const {
  std::int64_t most = 1;
  for (const ImageSet& set : sets_) most = std::max(most, set.tile_images);
  return most;
}

std::vector<SizedSet> ImagePassStage::sized_sets() const {
  std::vector<SizedSet> sized;
  for (const ImageSet& set : sets_) sized.push_back({set.settings, set.tile_images});
  return sized;
}

std::string ImagePassStage::size_text(const Run&) const {
  const std::int64_t tile = largest_tile();
  return fmt::format("{} tiles of {} images", (index_.index().candidates + tile - 1) / tile, tile);
}

std::string ImagePassStage::time_text(Run& run, int ranks) {
  const std::int64_t images = index_.index().candidates;
  if (images == 0) return {};
  const ImageTimes tile = time_one_tile(run.backend, sized_sets(), index_.reader(), index_.index().at_home);
  const Computes computes = run.backend.engine().empty() ? Computes::by_threads : Computes::by_gpu;
  const double seconds = seconds_for_images(tile, images, largest_tile(), ranks, run.threads, computes);
  return fmt::format("time       image features take {}, as one tile on one thread of rank 0 tells\n",
                     duration_text(seconds));
}

}  // namespace shoal
