// What networks see of a photo: a square of pixels, made as those made theirs who trained and used the
// networks.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "shoal/data/image.hpp"

namespace shoal {

/// torchvision: Resize(side) and CenterCrop(side) of torchvision 0.14 on Pillow images: the short side
/// becomes `side`, the long one int(side * long / short), and the middle is kept, halves rounded to even.
/// keras: both sides become `side`, whatever the shape, each pixel the nearest one, as Keras's load_img with
/// a target size does by Pillow's NEAREST. keras_bilinear: the same with interpolation="bilinear", by
/// Pillow's BILINEAR. Channel order and means belong to the network.
enum class Preprocessing : std::uint8_t { torchvision, keras, keras_bilinear };

/// As a job names them, in the order of the numbers.
inline constexpr std::array<std::string_view, 3> kPreprocessingNames{"torchvision", "keras",
                                                                     "keras_bilinear"};

/// side x side pixels, equal to Pillow's. side >= 1; the image has pixels.
RgbImage preprocess(const RgbImage& image, int side, Preprocessing preprocessing);

}  // namespace shoal
