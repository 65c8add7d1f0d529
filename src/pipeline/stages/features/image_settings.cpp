// The keys of [features.NAME] for sets of image features, one function a group of keys.
#include <algorithm>
#include <array>

#include "pipeline/stages/features/images.hpp"
#include "shoal/vision/imagenet_classes.hpp"

namespace shoal {
namespace {

Preprocessing preprocessing_named(std::string_view name) {
  const auto at = std::find(kPreprocessingNames.begin(), kPreprocessingNames.end(), name);
  return static_cast<Preprocessing>(at - kPreprocessingNames.begin());
}

void read_precision(TomlSection& section, ImageSettings& image) {
  static constexpr std::array<std::string_view, 4> kNames{"fp32", "fp32_winograd", "bf16", "auto"};
  // One that is to be measured is recorded when it is settled.
  const auto precision = precision_named(section.choice("precision", kNames, "fp32", Record::never));
  image.measured_precision = !precision;
  image.vgg.precision = precision.value_or(Precision::fp32);
  if (image.vgg.precision != Precision::fp32) section.put("precision", to_string(image.vgg.precision));
}

void read_engine(TomlSection& section, ImageSettings& image) {
  static constexpr std::array<std::string_view, 3> kEngines{"auto", "cudnn", "shoal"};
  // Not recorded: the engine that a run settles on is part of its arithmetic.
  image.engine = section.choice("engine", kEngines, "auto", Record::never);
}

void read_vgg(TomlSection& section, ImageSettings& image) {
  image.vgg.model = section.choice("model", vgg_models(), "vgg16");
  image.vgg.layer = section.choice("layer", vgg_layers(), "fc7");
  image.vgg.convention =
      section.choice("convention", vgg_conventions(), "torchvision", Record::unless_default);
  read_precision(section, image);
  read_engine(section, image);
  image.weights = section.path("weights");
  if (image.gives_labels()) {
    image.top_labels =
        section.integer("top_labels", 1, static_cast<std::int64_t>(kImagenetClasses), image.top_labels);
  }
}

/// A convention has a way of its own to make the square; either can be had without the other.
void read_preprocessing(TomlSection& section, ImageSettings& image) {
  const std::string name =
      section.choice("preprocessing", kPreprocessingNames, image.vgg.convention, Record::never);
  image.preprocessing = preprocessing_named(name);
  // The text of jobs from before there was a choice stays: it holds what is not as it was then.
  if (image.preprocessing != Preprocessing::torchvision) section.put("preprocessing", name);
}

}  // namespace

ImageSettings read_image_settings(TomlSection& section, ImageKind kind) {
  const bool rgb = kind == ImageKind::rgb;
  ImageSettings image;
  image.kind = kind;
  image.resize = section.integer("resize", rgb ? 1 : 32, rgb ? 1024 : 4096, image.resize);
  if (!rgb) read_vgg(section, image);
  read_preprocessing(section, image);
  image.exif_orientation = section.truth("exif_orientation", false, Record::unless_default);
  return image;
}

}  // namespace shoal
