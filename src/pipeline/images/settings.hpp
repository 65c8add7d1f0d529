// What a job file says of one set of image features.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "shoal/vision/preprocess.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {

enum class ImageKind { vgg, rgb };

struct ImageSettings {
  ImageKind kind = ImageKind::vgg;
  VggChoice vgg{};
  bool measured_precision = false;  ///< the precision is to be the fastest: images/precision.hpp settles it
  std::string engine = "auto";      ///< on GPUs: what computes convolutions; engine/device.hpp settles "auto"
  std::string plans{};              ///< what Backend::tune() gave: images/tuning.hpp settles it
  std::int64_t resize = 224;
  Preprocessing preprocessing = Preprocessing::torchvision;
  bool exif_orientation = false;
  std::int64_t top_labels = 5;      ///< of each image, where the features are probabilities of labels
  std::filesystem::path weights{};  ///< of VGG

  [[nodiscard]] bool has_network() const { return kind == ImageKind::vgg; }
  [[nodiscard]] bool gives_labels() const { return has_network() && vgg.layer == "labels"; }
  /// Of the square that the network sees, as RGB.
  [[nodiscard]] std::size_t image_bytes() const { return static_cast<std::size_t>(resize * resize * 3); }
};

}  // namespace shoal
