// Where no posts, hashtags or images are left: why, and what to do, in a sentence.
#pragma once

#include <cstdint>
#include <string>

#include "pipeline/engine/run.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

/// Of a corpus that was read and of which nothing was kept. The same on all ranks. Collective.
std::string why_no_posts(const Run& run);

/// Of posts without a hashtag that the limits let pass. The same on all ranks. Collective.
std::string why_no_tags(const Run& run, const VocabularyLimits& limits);

/// Of an index without candidates.
std::string why_no_images(const Run& run, const ImageIndex& index);

}  // namespace shoal
