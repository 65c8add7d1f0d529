// Tiles on their way to the networks: decoding threads take images one by one, of a tile and of those behind
// it, so that a slow image holds up its own tile alone, and never run further ahead than there is room.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "pipeline/images/stopwatch.hpp"
#include "pipeline/images/tile.hpp"

namespace shoal {

/// An image's row, or why it has none.
using DecodedImage = std::variant<ImageRow, QuarantineRow>;
/// squares: of each set (side, side, 3), black; empty where the set wants none. Any thread.
using DecodeImage =
    std::function<DecodedImage(const ImageCandidate&, std::span<const std::span<std::uint8_t>> squares)>;

/// An order on its way.
struct OrderedTile {
  TileOrder order;
  bool handed_out = false;  ///< by the exchange, which is told when it is finished
};

/// An order ready for the networks. Places of images that cannot be read stay black.
struct DecodedTile {
  TileOrder order;
  /// Of each set (images of the pass, side, side, 3); empty where the order wants none of its tiles.
  std::vector<std::vector<std::uint8_t>> pixels;
  std::vector<DecodedImage> images;  ///< by candidate
  bool handed_out = false;
};

/// How many threads decode for a rank of so many threads: as many, since those that there is no room for
/// sleep, and two at least, so that others go on while one is at a slow image.
int decoding_threads(int threads);

/// How many tiles may be decoded, or waiting to be computed, beside those that so many threads compute: one
/// for each of them and one on its way. The dealer hands out no more.
std::size_t tiles_ahead(int computing_threads);

/// Bytes that decoding the largest files takes, should they meet. largest_files: their bytes.
std::int64_t memory_of_decoding(const std::vector<std::int64_t>& largest_files);

class TileDecoding {
 public:
  using Source = std::function<std::optional<OrderedTile>()>;

  /// source: gives the next order, or nothing when there is none left; one thread at a time calls it, and it
  /// may wait. room: tiles_ahead().
  TileDecoding(Source source, DecodeImage decode, PassShape shape, std::size_t room, ImageStopwatch& watch);

  /// A decoding thread's work, until no image is left. Throws Interrupted when a stop is requested, and what
  /// source and decode throw; call close() then.
  void decode_all();
  /// A decoded tile, in no promised order; nothing when all were given. Waits. Any thread.
  std::optional<DecodedTile> next();
  /// Nothing more is decoded or given, and nobody waits any longer. Any thread.
  void close();

 private:
  /// A tile whose images are being decoded.
  struct OpenTile;
  struct Place {
    std::shared_ptr<OpenTile> tile;
    std::size_t index = 0;  ///< among its candidates
  };
  using Lock = std::unique_lock<std::mutex>;

  std::optional<Place> next_image();
  void open_next(Lock& lock);
  void finish(const Place& place, DecodedImage image);
  void wait(Lock& lock, ImageWait wait);

  Source source_;
  DecodeImage decode_;
  PassShape shape_;
  std::size_t room_;
  ImageStopwatch& watch_;

  std::mutex mutex_;  ///< of what follows
  std::condition_variable changed_;
  std::shared_ptr<OpenTile> front_;  ///< the tile opened last
  bool opening_ = false;             ///< a thread is at the source
  bool dry_ = false;                 ///< the source has no more
  bool closed_ = false;
  std::size_t ahead_ = 0;  ///< tiles open, being opened or ready
  std::deque<DecodedTile> ready_;
};

}  // namespace shoal
