// One lock for all: it is taken twice an image, and an image takes milliseconds.
#include "pipeline/images/decoding.hpp"

#include <algorithm>

#include "shoal/base/check.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {

int decoding_threads(int threads) { return std::max(threads, 2); }

std::size_t tiles_ahead(int computing_threads) { return static_cast<std::size_t>(computing_threads) + 1; }

struct TileDecoding::OpenTile {
  TileToCompute given;
  TileShape shape;
  std::vector<std::uint8_t> pixels;
  std::vector<DecodedImage> images;  ///< by candidate
  std::size_t begun = 0;
  std::size_t finished = 0;

  OpenTile(TileToCompute tile, const TileShape& tile_shape)
      : given(std::move(tile)),
        shape(tile_shape),
        pixels(static_cast<std::size_t>(shape.images) * shape.image_bytes),
        images(given.candidates.size()) {
    SHOAL_EXPECT(!given.candidates.empty());
  }

  [[nodiscard]] std::int64_t place_of(std::size_t index) const {
    return given.candidates[index].number % shape.images;
  }

  DecodedTile close() {
    DecodedTile decoded;
    decoded.pixels = std::move(pixels);
    decoded.handed_out = given.handed_out;
    for (std::size_t i = 0; i < images.size(); ++i) {
      if (auto* row = std::get_if<ImageRow>(&images[i])) {
        decoded.tile.rows.push_back(std::move(*row));
        decoded.places.push_back(place_of(i));
      } else {
        decoded.tile.quarantine.push_back(std::get<QuarantineRow>(std::move(images[i])));
      }
    }
    decoded.candidates = std::move(given.candidates);
    return decoded;
  }
};

TileDecoding::TileDecoding(Source source, DecodeImage decode, TileShape shape, std::size_t room,
                           ImageStopwatch& watch)
    : source_(std::move(source)), decode_(std::move(decode)), shape_(shape), room_(room), watch_(watch) {}

void TileDecoding::decode_all() {
  while (const auto place = next_image()) {
    leave_if_stop_requested();
    OpenTile& tile = *place->tile;
    const std::size_t first = static_cast<std::size_t>(tile.place_of(place->index)) * shape_.image_bytes;
    finish(*place, decode_(tile.given.candidates[place->index],
                           std::span(tile.pixels).subspan(first, shape_.image_bytes)));
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
