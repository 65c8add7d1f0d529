// Posts know their images' numbers as candidates; rows close up over those that could not be read.
#include "pipeline/images/post_images.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

/// The row of a slide's image; -1 where there is none.
std::int64_t row_of_slide(const SlideImages& slides, std::int64_t slide, const RowNumbers& numbers) {
  const std::int64_t candidate = slides.candidates[static_cast<std::size_t>(slide)];
  return candidate < 0 ? -1 : numbers.row_of(candidate);
}

/// An image, and where it is shown.
struct ShownImage {
  std::int64_t row = 0;
  SlidePlace place{};
  friend auto operator<=>(const ShownImage&, const ShownImage&) = default;
};

/// Of this rank's posts, the first slide that shows each image.
std::vector<ShownImage> shown_by_this_rank(const Link& link, std::int64_t first_post) {
  std::vector<ShownImage> shown;
  shown.reserve(link.targets.size());
  for (std::size_t post = 0; post + 1 < link.offsets.size(); ++post) {
    const auto end = static_cast<std::size_t>(link.offsets[post + 1]);
    for (auto i = static_cast<std::size_t>(link.offsets[post]); i < end; ++i) {
      shown.push_back({link.targets[i], {first_post + static_cast<std::int64_t>(post), link.numbers[i] - 1}});
    }
  }
  std::ranges::sort(shown);
  const auto repeated = std::ranges::unique(shown, {}, &ShownImage::row);
  shown.erase(repeated.begin(), repeated.end());
  return shown;
}

}  // namespace

Link link_to_images(const SlideImages& slides, const RowNumbers& numbers) {
  Link link;
  link.offsets.reserve(slides.offsets.size());
  for (std::size_t post = 0; post + 1 < slides.offsets.size(); ++post) {
    const std::int64_t begin = slides.offsets[post];
    const auto first = std::ssize(link.targets);
    for (std::int64_t slide = begin; slide < slides.offsets[post + 1]; ++slide) {
      const std::int64_t row = row_of_slide(slides, slide, numbers);
      if (row < 0 || std::find(link.targets.begin() + first, link.targets.end(), row) != link.targets.end())
        continue;
      link.targets.push_back(row);
      link.numbers.push_back(slide - begin + 1);
    }
    link.offsets.push_back(std::ssize(link.targets));
  }
  return link;
}

std::vector<ImageState> states_of_posts(const SlideImages& slides, const RowNumbers& numbers) {
  std::vector<ImageState> states;
  states.reserve(slides.offsets.size() - 1);
  for (std::size_t post = 0; post + 1 < slides.offsets.size(); ++post) {
    ImageState state = ImageState::none;
    for (std::int64_t slide = slides.offsets[post]; slide < slides.offsets[post + 1]; ++slide) {
      const ImageState found = slides.states[static_cast<std::size_t>(slide)];
      if (row_of_slide(slides, slide, numbers) >= 0) {
        state = ImageState::present;
        break;
      }
      // It began as an image, and could not be decoded.
      if (state == ImageState::none) state = found == ImageState::present ? ImageState::unreadable : found;
    }
    states.push_back(state);
  }
  return states;
}

std::vector<SlidePlace> first_places(Communicator& comm, const Link& link, const BlockPartition& posts,
                                     const BlockPartition& images) {
  std::vector<std::vector<ShownImage>> outgoing(static_cast<std::size_t>(comm.size()));
  for (const ShownImage& image : shown_by_this_rank(link, posts.owned_by(comm.rank()).begin))
    outgoing[static_cast<std::size_t>(images.owner_of(image.row))].push_back(image);
  std::vector<Bytes> packed;
  for (auto& part : outgoing) {
    packed.push_back(bytes_of(part));
    part = {};
  }
  const RowRange mine = images.owned_by(comm.rank());
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  std::vector<SlidePlace> places(static_cast<std::size_t>(mine.size()), SlidePlace{kNone, 0});
  for (const Bytes& part : comm.all_to_all(std::move(packed))) {
    for (const ShownImage& image : values_of<ShownImage>(part)) {
      SlidePlace& first = places[static_cast<std::size_t>(image.row - mine.begin)];
      first = std::min(first, image.place);
    }
  }
  return places;
}

}  // namespace shoal
