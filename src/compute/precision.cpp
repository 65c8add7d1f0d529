// Precisions by their names.
#include "shoal/compute/network.hpp"

namespace shoal {

std::string to_string(Precision precision) {
  switch (precision) {
    case Precision::bf16:
      return "bf16";
    case Precision::fp32_winograd:
      return "fp32_winograd";
    case Precision::fp32:
      break;
  }
  return "fp32";
}

std::optional<Precision> precision_named(std::string_view name) {
  for (const Precision precision : kPrecisions) {
    if (to_string(precision) == name) return precision;
  }
  return std::nullopt;
}

}  // namespace shoal
