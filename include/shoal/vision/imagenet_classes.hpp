// The classes of ImageNet (ILSVRC 2012) by the number of a network's output.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace shoal {

inline constexpr std::size_t kImagenetClasses = 1000;

/// Their names, which differ from each other, in the order of the outputs.
std::span<const std::string_view> imagenet_classes();

}  // namespace shoal
