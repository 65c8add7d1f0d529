// The one table that names every stage.
#include "pipeline/stages/stages.hpp"

#include <fmt/format.h>

#include <array>

#include "shoal/base/digest.hpp"

namespace shoal {
namespace {

using Needs = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> kRead{"read"};
constexpr std::array<std::string_view, 2> kIndexed{"read", "index"};
constexpr std::array<std::string_view, 3> kFeatures{"read", "tags", "images"};
constexpr std::array<std::string_view, 2> kShown{"images", "cluster"};
constexpr std::array<std::string_view, 4> kAll{"read", "tags", "images", "cluster"};
constexpr std::array<std::string_view, 2> kStored{"store", "thumbnails"};

bool always(const Job&) { return true; }
bool has_tags(const Job& job) { return job.tags.has_value(); }
bool has_images(const Job& job) { return job.image.has_value(); }
bool has_clusterings(const Job& job) { return !job.clusterings.empty(); }
bool shows_photos(const Job& job) { return job.image && !job.clusterings.empty() && job.report.photos > 0; }

std::string inputs(const RunState& state) {
  return fmt::format("{} {}", to_hex(state.corpus.digest),
                     state.pseudonym_key ? to_hex(*state.pseudonym_key) : "names");
}
std::string weights_and_images(const RunState& state) {
  return fmt::format("{} {} {} {}", state.weights_digest(), state.images.digest, state.numeric_identity(),
                     state.tile_images);
}
std::string numerics(const RunState& state) { return state.backend.numeric_identity(); }
std::string nothing(const RunState&) { return {}; }

}  // namespace

std::span<const Stage> stages() {
  static const std::array kStages{
      Stage{"read", {}, always, run_read, inputs},
      Stage{"tags", kRead, has_tags, run_tags, nothing},
      Stage{"index", kRead, has_images, run_index, nothing},
      // What follows is expensive, and what it will take can be told from here on.
      Stage{"memory", {}, always, run_memory, nothing},
      Stage{"images", kIndexed, has_images, run_images, weights_and_images},
      Stage{"cluster", kFeatures, has_clusterings, run_cluster, numerics},
      Stage{"thumbnails", kShown, shows_photos, run_thumbnails, nothing},
      Stage{"store", kAll, always, run_store, nothing},
      Stage{"report", kStored, always, run_report, nothing},
  };
  return kStages;
}

std::string stage_key(const Stage& stage, const RunState& state) {
  std::string text = fmt::format("{}\n{}\n{}\n{}\n", stage.name, kFormatVersion,
                                 stage_settings_json(state.job, stage.name), stage.identity(state));
  for (const std::string_view need : stage.needs) {
    const auto key = state.keys.find(need);
    text += fmt::format("{} {}\n", need, key == state.keys.end() ? "absent" : key->second);
  }
  return to_hex(sha256(text));
}

}  // namespace shoal
