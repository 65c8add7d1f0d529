// Tiles on their way: each rank asks rank 0 for the next one, and fetches what it must know of it from the
// tile's home. A thread of each rank answers letters while the others compute.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "pipeline/tiles/dealer.hpp"
#include "shoal/comm/mailbox.hpp"

namespace shoal {

class TileExchange {
 public:
  /// What another rank must know of the tile at home here with that index.
  using Describe = std::function<Bytes(std::int64_t index)>;
  /// On rank 0: tiles that each rank has finished so far, whenever that changes.
  using Watch = std::function<void(const std::vector<std::int64_t>& finished_by)>;

  /// tiles: to compute, at home on this rank. workers: tiles that this rank computes at a time. Collective.
  TileExchange(Communicator& comm, std::int64_t tiles, int workers, Describe describe, Watch watch = {});
  /// Without close(), the rank leaves by an error of its own and waits for nobody.
  ~TileExchange();
  TileExchange(const TileExchange&) = delete;
  TileExchange& operator=(const TileExchange&) = delete;

  /// Tiles to compute on all ranks.
  [[nodiscard]] std::int64_t tiles() const { return tiles_; }
  /// The description of the next tile to compute; nothing when all are handed out. Waits. One thread may call
  /// it. Throws Interrupted when a stop is requested, and what went wrong with the letters.
  std::optional<Bytes> next();
  /// A tile that next() gave is finished. Any thread.
  void finished();
  /// This rank takes no further tile: next() returns nothing, also where it waits. Any thread.
  void cancel();
  /// Waits until no rank needs the tiles at home here any more. Collective.
  void close();

 private:
  void answer_letters();
  void open_letter(const Letter& letter);
  void answer_wishes();
  void take_grant(int home, std::int64_t index);
  void send(int to, std::int64_t kind, std::int64_t a = 0, std::int64_t b = 0,
            std::span<const std::byte> rest = {});

  Communicator& comm_;
  Describe describe_;
  Watch watch_;
  std::int64_t tiles_ = 0;
  std::unique_ptr<TileDealer> dealer_;  ///< on rank 0
  std::unique_ptr<Mailbox> mailbox_;

  std::mutex mutex_;  ///< of all below, the mailbox and the dealer
  std::condition_variable arrived_;
  std::optional<Bytes> tile_;
  bool none_left_ = false;
  bool closing_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace shoal
