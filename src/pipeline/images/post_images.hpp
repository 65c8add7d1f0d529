// Which images the posts show: from candidates to rows.
#pragma once

#include <vector>

#include "pipeline/images/rows.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/slides.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

/// The rows of images.h5ad that each post shows, in the order of its slides; one that several slides of a
/// post show belongs to the first of them. Numbers are those of the slides.
Link link_to_images(const SlideImages& slides, const RowNumbers& numbers);

/// Of each post, what became of the first slide that could be read; where none could, of the first slide that
/// names an image.
std::vector<ImageState> states_of_posts(const SlideImages& slides, const RowNumbers& numbers);

/// The first slide that shows each of this rank's images. link: from this rank's posts. Collective.
std::vector<SlidePlace> first_places(Communicator& comm, const Link& link, const BlockPartition& posts,
                                     const BlockPartition& images);

}  // namespace shoal
