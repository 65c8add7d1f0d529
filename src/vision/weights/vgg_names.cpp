// Names and shapes: where in a file a model's tensors stand, and what is missing where they do not.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "shoal/base/error.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {
namespace {

/// timm keeps torchvision's names of convolutions, and has convolutions where torchvision has fc6 and fc7.
struct Alias {
  std::string_view torchvision;
  std::string_view timm;
};
constexpr std::array<Alias, 3> kAliases{{{"classifier.0.", "pre_logits.fc1."},
                                         {"classifier.3.", "pre_logits.fc2."},
                                         {"classifier.6.", "head.fc."}}};

constexpr std::string_view kConvolutions = "features.";
constexpr std::string_view kFirst = "0.weight";

/// What stands in a file before the names of convolutions and of everything else.
struct Place {
  std::string convolutions;
  std::string others;
};
const Place kOwnNames{std::string(kConvolutions), ""};

/// The file's name of a tensor; nothing if it has none there.
std::optional<std::string> name_at(const WeightFile& file, const Place& place,
                                   const std::string& torchvision) {
  const auto there = [&](std::string name) {
    return file.has(name) ? std::optional(std::move(name)) : std::nullopt;
  };
  if (torchvision.starts_with(kConvolutions)) {
    return there(place.convolutions + torchvision.substr(kConvolutions.size()));
  }
  if (auto name = there(place.others + torchvision)) return name;
  for (const Alias& alias : kAliases) {
    if (!torchvision.starts_with(alias.torchvision)) continue;
    return there(place.others + std::string(alias.timm) + torchvision.substr(alias.torchvision.size()));
  }
  return std::nullopt;
}

/// Whether a shape is that of the same numbers in the same order: timm's (4096, 512, 7, 7) for (4096, 25088).
bool same_matrix(const std::vector<std::int64_t>& here, const TensorShape& wanted) {
  if (here == wanted.shape) return true;
  const TensorShape flattened{"", here, wanted.role};
  return wanted.shape.size() == 2 && here.size() == 4 && here[0] == wanted.shape[0] &&
         flattened.elements() == wanted.elements();
}

/// Why a tensor of a file is not what a model needs; nothing if it is.
std::optional<std::string> misfit(const WeightFile& file, const std::string& name,
                                  const TensorShape& wanted) {
  if (!file.fault(name).empty()) return fmt::format("its tensor '{}' {}", name, file.fault(name));
  const auto& here = file.shape(name);
  if (same_matrix(here, wanted)) return std::nullopt;
  return fmt::format("its tensor '{}' has the shape ({}) instead of ({})", name, fmt::join(here, ", "),
                     fmt::join(wanted.shape, ", "));
}

/// How the tensors at a place fit.
struct Fit {
  std::map<std::string, std::string> names;  ///< the file's, by torchvision's
  std::vector<std::string> missing;          ///< torchvision's names
  std::optional<std::string> misfit;
  [[nodiscard]] bool complete() const { return missing.empty() && !misfit; }
};

Fit fit_at(const WeightFile& file, const Place& place, const std::vector<TensorShape>& needed) {
  Fit fit;
  for (const TensorShape& wanted : needed) {
    const auto name = name_at(file, place, wanted.name);
    if (!name) {
      fit.missing.push_back(wanted.name);
      continue;
    }
    if (!fit.misfit) fit.misfit = misfit(file, *name, wanted);
    fit.names[wanted.name] = *name;
  }
  return fit;
}

bool ends_a_part(std::string_view prefix) {
  return prefix.empty() || prefix.back() == '.' || prefix.back() == '/';
}

/// All places where a file may have a model's tensors under other names than torchvision's: behind a prefix,
/// and there also without "features." before convolutions.
std::vector<Place> places_of(const WeightFile& file) {
  std::set<std::string> before;
  for (const std::string& name : file.names()) {
    if (!name.ends_with(kFirst)) continue;
    std::string prefix = name.substr(0, name.size() - kFirst.size());
    if (ends_a_part(prefix)) before.insert(std::move(prefix));
  }
  before.erase(kOwnNames.convolutions);
  std::vector<Place> places;
  for (const std::string& prefix : before) {
    const bool named = prefix.ends_with(kConvolutions);
    const std::string others = named ? prefix.substr(0, prefix.size() - kConvolutions.size()) : prefix;
    places.push_back({prefix, ends_a_part(others) ? others : prefix});
  }
  return places;
}

/// What was found at all places.
struct Search {
  std::vector<Fit> complete;  ///< one alone where the file has the names as they are
  Fit nearest;                ///< where nothing is complete: the place that has most of the tensors
};

Search search(const WeightFile& file, const std::vector<Place>& places,
              const std::vector<TensorShape>& needed) {
  Search found{{}, fit_at(file, kOwnNames, needed)};
  if (found.nearest.complete()) return {{found.nearest}, {}};
  for (const Place& place : places) {
    Fit fit = fit_at(file, place, needed);
    if (fit.complete()) {
      found.complete.push_back(std::move(fit));
    } else if (fit.missing.size() < found.nearest.missing.size()) {
      found.nearest = std::move(fit);
    }
  }
  return found;
}

/// Whether two fits are one module under two names.
bool same_numbers(const WeightFile& file, const Fit& a, const Fit& b) {
  return std::ranges::all_of(
      a.names, [&](const auto& name) { return file.same_numbers(name.second, b.names.at(name.first)); });
}

/// Throws where the complete fits are different weights.
void require_one(const WeightFile& file, std::string_view model, const std::vector<Fit>& complete) {
  const Fit& first = complete.front();
  const auto other =
      std::ranges::find_if(complete, [&](const Fit& fit) { return !same_numbers(file, first, fit); });
  if (other == complete.end()) return;
  throw InputError(fmt::format(
      "'{}' holds weights of {} more than once, as '{}' and as '{}': which of them are meant it does not "
      "tell; save one of them alone",
      file.path().string(), model, first.names.begin()->second, other->names.begin()->second));
}

std::string text_of_missing(const std::vector<std::string>& missing) {
  constexpr std::size_t kMost = 6;
  const std::span first(missing.data(), std::min(kMost, missing.size()));
  const std::string more = missing.size() > kMost ? fmt::format(" and {} more", missing.size() - kMost) : "";
  return fmt::format("it has no tensor{} '{}'{}, nor timm's name of {}", missing.size() > 1 ? "s" : "",
                     fmt::join(first, "', '"), more, missing.size() > 1 ? "them" : "it");
}

std::string advice_for(const WeightFile& file, std::string_view model) {
  const auto other = recognise_model(file);
  if (!other) return "give a file of that model, with torchvision's or timm's names";
  if (other->model != model) return fmt::format("these are weights of {}", other->text());
  return fmt::format("these weights are enough up to {}: ask for such a layer, or give a whole file",
                     other->layer);
}

}  // namespace

VggTensors find_vgg_tensors(const WeightFile& file, std::string_view model, std::string_view layer) {
  const auto needed = vgg_tensors(model, layer);
  const auto [complete, nearest] = search(file, places_of(file), needed);
  if (complete.empty()) {
    throw InputError(fmt::format("'{}' cannot be used as weights of {} for {}: {}; {}", file.path().string(),
                                 model, layer,
                                 nearest.missing.empty() ? *nearest.misfit : text_of_missing(nearest.missing),
                                 advice_for(file, model)));
  }
  require_one(file, model, complete);
  return {needed, complete.front().names};
}

std::string RecognisedModel::text() const {
  return layer == "fc8" ? std::string(model) : fmt::format("{} up to {}", model, layer);
}

std::optional<RecognisedModel> recognise_model(const WeightFile& file) {
  const std::vector<Place> places = places_of(file);
  for (const std::string_view model : vgg_models()) {
    for (const std::string_view layer : {"fc8", "fc7", "fc6", "pool5"}) {
      if (!search(file, places, vgg_tensors(model, layer)).complete.empty())
        return RecognisedModel{model, layer};
    }
  }
  return std::nullopt;
}

}  // namespace shoal
