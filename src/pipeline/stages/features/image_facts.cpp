// What results and run.json tell of the pass.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/images/times_json.hpp"
#include "pipeline/stages/features/images.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using nlohmann::json;

UnsValue weights_facts(const ImageSet& set) {
  UnsValue facts;
  facts["model"] = set.settings.vgg.model;
  facts["layer"] = set.settings.vgg.layer;
  facts["side"] = set.settings.resize;
  facts["digest"] = set.weights->digest;
  facts["origin"] = set.weights->origin;
  facts["trained"] = set.weights->trained;
  return facts;
}

json weights_record(const ImageSet& set) {
  return {
      {"digest", set.weights->digest}, {"origin", set.weights->origin}, {"trained", set.weights->trained}};
}

/// The set whose weights stand under `weights`: an untrained one, which readers must be warned of, else the
/// first; null where none has weights. Those of the others stand under their names.
const ImageSet* leading_weights(const std::vector<ImageSet>& sets) {
  const ImageSet* leading = nullptr;
  for (const ImageSet& set : sets) {
    if (!set.weights) continue;
    if (leading == nullptr || (leading->weights->trained && !set.weights->trained)) leading = &set;
  }
  return leading;
}

}  // namespace

void ImagePassStage::add_facts(Run& run, UnsValue& tree) const {
  const auto present = std::ranges::count(post_state_, ImageState::present);
  UnsValue& images = tree["images"];
  images["named"] = named_;
  images["rows"] = run.table("images").partition.rows();
  images["missing"] = missing_;
  images["unreadable"] = unreadable_;
  images["similar"] = similar_;
  images["ambiguous"] = ambiguous_;
  images["posts_missing"] = posts_missing_;
  images["posts_with_image"] = run.comm.sum(static_cast<std::int64_t>(present));
  if (all_slides_) {
    images["slides"] = index_.slides();
    images["slides_missing"] = slides_missing_;
  }
  const ImageSet* leading = leading_weights(sets_);
  for (const ImageSet& set : sets_) {
    if (set.weights)
      (&set == leading ? tree["weights"] : tree["sets"][set.entry.name]["weights"]) = weights_facts(set);
  }
}

void ImagePassStage::add_record(const Run& run, json& report) const {
  report["counts"]["images"] = {{"named", named_},
                                {"rows", run.find_table("images")->partition.rows()},
                                {"missing", missing_},
                                {"unreadable", unreadable_},
                                {"similar", similar_},
                                {"ambiguous", ambiguous_},
                                {"posts_missing", posts_missing_}};
  if (all_slides_) {
    report["counts"]["images"]["slides"] = index_.slides();
    report["counts"]["images"]["slides_missing"] = slides_missing_;
  }
  report["image_times"] = image_times_json(times_of_all_);
  report["tile_images"] = sets_.front().tile_images;
  const ImageSet* leading = leading_weights(sets_);
  for (const ImageSet& set : sets_) {
    json& own = report["sets"][set.entry.name];
    own["tile_images"] = set.tile_images;
    if (!set.settings.plans.empty()) own["plans"] = set.settings.plans;
    if (set.weights) (&set == leading ? report["weights"] : own["weights"]) = weights_record(set);
  }
  if (!run.plans.empty()) report["plans"] = run.plans;
  // A single set is told by the fields above.
  if (sets_.size() == 1) report.erase("sets");
}

void ImagePassStage::add_rank_record(const Run&, json& record) const {
  record["images"] = rows_.size();
  record["image_times"] = image_times_json(times_);
}

void ImagePassStage::add_paths(const Entry& entry, json& settings) const {
  const auto set = std::ranges::find_if(sets_, [&](const ImageSet& s) { return &s.entry == &entry; });
  if (set->settings.has_network()) settings["weights"] = set->settings.weights.string();
}

void ImagePassStage::recall(const json& report) {
  for (ImageSet& set : sets_) {
    ImageSettings& settings = set.settings;
    const json own = report.value("sets", json::object()).value(set.entry.name, json::object());
    set.tile_images = own.value("tile_images", report.value("tile_images", set.tile_images));
    // The same engine with the same plans; where it is not to be had, what was computed with it is left
    // alone.
    settings.engine = report.value("engine", "") == "cudnn" ? "auto" : "shoal";
    settings.plans = sets_.size() == 1 ? report.value("plans", "") : own.value("plans", "");
    if (!settings.measured_precision) continue;
    const json::json_pointer place("/job/features/" + set.entry.name + "/precision");
    const auto precision = precision_named(report.value(place, to_string(Precision::fp32)));
    if (!precision) throw InputError("run.json names no precision that is known here");
    settings.vgg.precision = *precision;
    settings.measured_precision = false;
    if (*precision != Precision::fp32) set.entry.settings["precision"] = to_string(*precision);
  }
}

}  // namespace shoal
