// From the images that slides name to rows of two tables, on any number of ranks.
#include "pipeline/images/post_images.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;
using enum ImageState;

/// Of 600 candidates, those whose number is divisible by three could not be decoded.
RowNumbers two_of_three() {
  std::vector<ImageRow> mine;
  for (std::int64_t number = world().rank(); number < 600; number += world().size()) {
    ImageRow row;
    row.candidate = number;
    if (number % 3 != 0) mine.push_back(row);
  }
  return {world(), 600, mine};
}

TEST(LinkToImages, LeadsToEachReadableImageOnceByTheFirstSlideThatShowsIt) {
  const RowNumbers numbers = two_of_three();
  const SlideImages slides{.offsets = {0, 1, 6, 7},
                           .states = {none, missing, present, present, present, present, present},
                           .candidates = {-1, -1, 3, 5, 1, 5, 6}};
  const Link link = link_to_images(slides, numbers);
  EXPECT_EQ(link.offsets, (std::vector<std::int64_t>{0, 0, 2, 2}));
  EXPECT_EQ(link.targets, (std::vector<std::int64_t>{3, 0})) << "candidates 5 and 1";
  EXPECT_EQ(link.numbers, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(link.first(), (std::vector<std::int64_t>{-1, 3, -1}));
}

TEST(StatesOfPosts, AreOfTheFirstSlideThatWasReadElseOfTheFirstThatNamesAnImage) {
  const RowNumbers numbers = two_of_three();
  const SlideImages slides{
      .offsets = {0, 1, 3, 5, 7, 9},
      .states = {none, missing, present, none, unreadable, present, missing, none, missing},
      .candidates = {-1, -1, 1, -1, -1, 3, -1, -1, -1}};
  EXPECT_EQ(states_of_posts(slides, numbers), (std::vector{none, present, unreadable, unreadable, missing}));
}

/// Post p shows the images p, 2 p and 3 p (of 600), in this order.
TEST(FirstPlaces, AreOfTheLowestPostThenSlideWhoeverOwnsThem) {
  const BlockPartition posts(600, world().size());
  const BlockPartition images(600, world().size());
  const RowRange mine = posts.owned_by(world().rank());
  Link link;
  for (std::int64_t post = mine.begin; post < mine.end; ++post) {
    for (std::int64_t slide = 1; slide <= 3; ++slide) {
      if (post * slide >= 600 || (post == 0 && slide > 1)) continue;
      link.targets.push_back(post * slide);
      link.numbers.push_back(slide);
    }
    link.offsets.push_back(std::ssize(link.targets));
  }
  const RowRange mine_of_images = images.owned_by(world().rank());
  const auto places = first_places(world(), link, posts, images);
  ASSERT_EQ(std::ssize(places), mine_of_images.size());
  for (std::int64_t image = mine_of_images.begin; image < mine_of_images.end; ++image) {
    const std::int64_t step = image == 0 ? 1 : image % 3 == 0 ? 3 : image % 2 == 0 ? 2 : 1;
    const SlidePlace expected{image / step, step - 1};
    EXPECT_EQ(places[static_cast<std::size_t>(image - mine_of_images.begin)], expected) << image;
  }
}

}  // namespace
}  // namespace shoal
