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
  VggTensors found;
  std::vector<std::string> missing;  ///< torchvision's names
  std::optional<std::string> misfit;
  [[nodiscard]] bool complete() const { return missing.empty() && !misfit; }
};

Fit fit_at(const WeightFile& file, const Place& place, const std::vector<TensorShape>& needed) {
  Fit fit{{needed, {}}, {}, std::nullopt};
  for (const TensorShape& wanted : needed) {
    const auto name = name_at(file, place, wanted.name);
    if (!name) {
      fit.missing.push_back(wanted.name);
      continue;
    }
    if (!fit.misfit) fit.misfit = misfit(file, *name, wanted);
    fit.found.names[wanted.name] = *name;
  }
  return fit;
}

bool ends_a_part(std::string_view prefix) {
  return prefix.empty() || prefix.back() == '.' || prefix.back() == '/';
}

/// All places where a file may have a model's tensors, its own names first: behind a prefix, and there also
/// without "features." before convolutions.
std::vector<Place> places_of(const WeightFile& file) {
  std::set<std::string> before;
  for (const std::string& name : file.names()) {
    if (!name.ends_with(kFirst)) continue;
    std::string prefix = name.substr(0, name.size() - kFirst.size());
    if (ends_a_part(prefix)) before.insert(std::move(prefix));
  }
  before.erase(kOwnNames.convolutions);
  std::vector<Place> places{kOwnNames};
  for (const std::string& prefix : before) {
    const bool named = prefix.ends_with(kConvolutions);
    const std::string others = named ? prefix.substr(0, prefix.size() - kConvolutions.size()) : prefix;
    places.push_back({prefix, ends_a_part(others) ? others : prefix});
  }
  return places;
}

std::vector<Fit> fits_at(const WeightFile& file, const std::vector<Place>& places,
                         const std::vector<TensorShape>& needed) {
  std::vector<Fit> fits;
  for (const Place& place : places) fits.push_back(fit_at(file, place, needed));
  return fits;
}

/// Whether two fits are one module under two names.
bool same_numbers(const WeightFile& file, const Fit& a, const Fit& b) {
  return std::ranges::all_of(a.found.needed, [&](const TensorShape& tensor) {
    return file.same_numbers(a.found.names.at(tensor.name), b.found.names.at(tensor.name));
  });
}

/// The first of the complete fits; nothing if there is none. Throws where they are different weights.
std::optional<VggTensors> take(const WeightFile& file, std::string_view model, std::vector<Fit>& fits) {
  const auto complete = [](const Fit& fit) { return fit.complete(); };
  const auto first = std::ranges::find_if(fits, complete);
  if (first == fits.end()) return std::nullopt;
  const bool own_names = first == fits.begin();
  const auto other = std::find_if(first + 1, fits.end(), [&](const Fit& fit) {
    return fit.complete() && !same_numbers(file, *first, fit);
  });
  if (own_names || other == fits.end()) return std::move(first->found);
  const auto name = [](const Fit& fit) { return fit.found.names.begin()->second; };
  throw InputError(fmt::format(
      "'{}' holds weights of {} more than once, as '{}' and as '{}': which of them are meant it does not "
      "tell; save one of them alone",
      file.path().string(), model, name(*first), name(*other)));
}

std::string text_of_missing(const std::vector<std::string>& missing) {
  constexpr std::size_t kMost = 6;
  const std::span first(missing.data(), std::min(kMost, missing.size()));
  const std::string more = missing.size() > kMost ? fmt::format(" and {} more", missing.size() - kMost) : "";
  return fmt::format("it has no tensor{} '{}'{}, nor timm's name of {}", missing.size() > 1 ? "s" : "",
                     fmt::join(first, "', '"), more, missing.size() > 1 ? "them" : "it");
}

/// Of the place that has most of the tensors.
std::string fault_of(const std::vector<Fit>& fits) {
  const auto fewer = [](const Fit& a, const Fit& b) { return a.missing.size() > b.missing.size(); };
  const Fit& nearest = *std::ranges::max_element(fits, fewer);
  return nearest.missing.empty() ? *nearest.misfit : text_of_missing(nearest.missing);
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
  std::vector<Fit> fits = fits_at(file, places_of(file), vgg_tensors(model, layer));
  if (auto found = take(file, model, fits)) return std::move(*found);
  throw InputError(fmt::format("'{}' cannot be used as weights of {} for {}: {}; {}", file.path().string(),
                               model, layer, fault_of(fits), advice_for(file, model)));
}

std::string RecognisedModel::text() const {
  return layer == "fc8" ? std::string(model) : fmt::format("{} up to {}", model, layer);
}

std::optional<RecognisedModel> recognise_model(const WeightFile& file) {
  const auto complete = [](const Fit& fit) { return fit.complete(); };
  const std::vector<Place> places = places_of(file);
  for (const std::string_view model : vgg_models()) {
    for (const std::string_view layer : {"fc8", "fc7", "fc6", "pool5"}) {
      if (std::ranges::any_of(fits_at(file, places, vgg_tensors(model, layer)), complete))
        return RecognisedModel{model, layer};
    }
  }
  return std::nullopt;
}

}  // namespace shoal
