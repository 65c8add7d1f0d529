// The images that a post names, slide by slide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "shoal/data/post.hpp"

namespace shoal {

/// Where a post shows an image: row of the post, and slide, counted from 0. By rising post, then slide.
struct SlidePlace {
  std::int64_t post = 0;
  std::int64_t slide = 0;
  friend auto operator<=>(const SlidePlace&, const SlidePlace&) = default;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& post& slide;
  }
};

/// The first one counts, also where it names no image.
inline std::size_t slides_of(const Post& post) { return 1 + post.further_images.size(); }

/// Empty where the slide names none. slide: counted from 0.
inline const std::string& image_of_slide(const Post& post, std::size_t slide) {
  return slide == 0 ? post.image : post.further_images[slide - 1];
}

}  // namespace shoal
