// Drawn photos. Each is drawn from its own number, in any order.
#pragma once

#include <cstdint>
#include <string>

#include "shoal/base/random.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

class PhotoMaker {
 public:
  explicit PhotoMaker(const SynthOptions& options);
  /// The JPEG of a picture by its number (posts.hpp).
  [[nodiscard]] std::string jpeg(std::int64_t picture) const;

 private:
  int groups_;
  int side_;
  RandomStream draws_;
};

}  // namespace shoal
