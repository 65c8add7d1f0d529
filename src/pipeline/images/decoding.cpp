// One lock for all: it is taken twice an image, and an image takes milliseconds.
#include "pipeline/images/decoding.hpp"

#include <algorithm>

#include "shoal/base/check.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/data/image.hpp"
#include "shoal/vision/decode.hpp"

namespace shoal {

int decoding_threads(int threads) { return std::max(threads, 2); }

std::size_t tiles_ahead(int computing_threads) { return static_cast<std::size_t>(computing_threads) + 1; }

std::int64_t memory_of_decoding(const std::vector<std::int64_t>& largest_files) {
  // JPEGs of phones have about so many pixels a byte; a decoded one lies there as RGB, and once more as what
  // the decoder and the resizing hold.
  constexpr std::int64_t kPixelsPerByte = 8;
  constexpr std::int64_t kBytesPerPixel = 6;
  std::int64_t bytes = 0;
  for (const std::int64_t size : largest_files) {
    const std::int64_t file = std::min(size, static_cast<std::int64_t>(kLargestImageFile));
    bytes += file + std::min(file * kPixelsPerByte, kMaxImagePixels) * kBytesPerPixel;
  }
  return bytes;
}

struct TileDecoding::OpenTile {
  OrderedTile given;
  const PassShape& shape;
  std::vector<std::vector<std::uint8_t>> pixels;  ///< of each set
  std::vector<DecodedImage> images;               ///< by candidate
  std::size_t begun = 0;
  std::size_t finished = 0;

  OpenTile(OrderedTile tile, const PassShape& pass)
      : given(std::move(tile)), shape(pass), pixels(pass.sets.size()), images(given.order.candidates.size()) {
    SHOAL_EXPECT(!given.order.candidates.empty() && !given.order.wanted.empty());
    for (const SetTile& tile_of_set : given.order.wanted) {
      const auto set = static_cast<std::size_t>(tile_of_set.set);
      pixels[set].resize(static_cast<std::size_t>(shape.images()) * shape.sets[set].image_bytes);
    }
  }

  /// Where a candidate's squares go.
  [[nodiscard]] std::vector<std::span<std::uint8_t>> squares_of(const ImageCandidate& candidate) {
    std::vector<std::span<std::uint8_t>> squares(shape.sets.size());
    const auto place = static_cast<std::size_t>(candidate.number % shape.images());
    for (std::size_t set = 0; set < squares.size(); ++set) {
      if (!shape.wants(given.order, static_cast<std::int32_t>(set), candidate.number)) continue;
      const std::size_t bytes = shape.sets[set].image_bytes;
      squares[set] = std::span(pixels[set]).subspan(place * bytes, bytes);
    }
    return squares;
  }

  DecodedTile close() {
    return {std::move(given.order), std::move(pixels), std::move(images), given.handed_out};
  }
};

TileDecoding::TileDecoding(Source source, DecodeImage decode, PassShape shape, std::size_t room,
                           ImageStopwatch& watch)
    : source_(std::move(source)),
      decode_(std::move(decode)),
      shape_(std::move(shape)),
      room_(room),
      watch_(watch) {}

void TileDecoding::decode_all() {
  while (const auto place = next_image()) {
    leave_if_stop_requested();
    OpenTile& tile = *place->tile;
    const ImageCandidate& candidate = tile.given.order.candidates[place->index];
    finish(*place, decode_(candidate, tile.squares_of(candidate)));
  }
}

std::optional<TileDecoding::Place> TileDecoding::next_image() {
  Lock lock(mutex_);
  while (!closed_) {
    if (front_ && front_->begun < front_->images.size()) return Place{front_, front_->begun++};
    if (dry_) return std::nullopt;
    if (opening_) {
      wait(lock, ImageWait::handing_out);
    } else if (ahead_ == room_) {
      wait(lock, ImageWait::room);
    } else {
      open_next(lock);
    }
  }
  return std::nullopt;
}

void TileDecoding::open_next(Lock& lock) {
  opening_ = true;
  ++ahead_;
  lock.unlock();
  const auto since = ImageStopwatch::Clock::now();
  auto given = source_();
  watch_.waited(ImageWait::handing_out, since);
  auto tile = given ? std::make_shared<OpenTile>(std::move(*given), shape_) : nullptr;
  lock.lock();
  opening_ = false;
  front_ = std::move(tile);
  if (!front_) {
    dry_ = true;
    --ahead_;
  }
  changed_.notify_all();
}

void TileDecoding::finish(const Place& place, DecodedImage image) {
  const std::lock_guard lock(mutex_);
  OpenTile& tile = *place.tile;
  tile.images[place.index] = std::move(image);
  if (++tile.finished < tile.images.size()) return;
  ready_.push_back(tile.close());
  changed_.notify_all();
}

std::optional<DecodedTile> TileDecoding::next() {
  Lock lock(mutex_);
  while (!closed_ && ready_.empty()) {
    if (dry_ && ahead_ == 0) return std::nullopt;
    wait(lock, ImageWait::tiles);
  }
  if (closed_) return std::nullopt;
  DecodedTile tile = std::move(ready_.front());
  ready_.pop_front();
  --ahead_;
  changed_.notify_all();
  return tile;
}

void TileDecoding::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void TileDecoding::wait(Lock& lock, ImageWait wait) {
  const auto since = ImageStopwatch::Clock::now();
  changed_.wait(lock);
  watch_.waited(wait, since);
}

}  // namespace shoal
