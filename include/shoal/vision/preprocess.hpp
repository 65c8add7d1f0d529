// What networks see of a photo: the square that torchvision's Resize and CenterCrop leave of it.
#pragma once

#include "shoal/data/image.hpp"

namespace shoal {

/// side x side pixels, equal to Resize(side) and CenterCrop(side) of torchvision 0.14 on Pillow images: the
/// short side becomes `side`, the long one int(side * long / short), and the middle is kept, halves rounded
/// to even. side >= 1; the image has pixels.
RgbImage preprocess_torchvision(const RgbImage& image, int side);

}  // namespace shoal
