// The tiles that a rank has to compute: those that the exchange hands out, and those of an earlier run that
// the journal no longer holds whole. What a tile is, its bytes tell those who compute it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "pipeline/tiles/exchange.hpp"

namespace shoal {

struct TileToCompute {
  Bytes description;
  bool handed_out = false;  ///< by the exchange, which is told when it is finished
};

class TileSource {
 public:
  explicit TileSource(TileExchange& exchange) : exchange_(exchange) {}

  /// The next tile; nothing when there is none left. Waits; one thread at a time. Throws as
  /// TileExchange::next() does.
  std::optional<TileToCompute> next();
  /// A damaged tile. Any thread.
  void add_damaged(Bytes description);
  /// The journal has been read: no further tile is damaged. Any thread.
  void journal_is_read();
  /// next() returns nothing from now on, also where it waits. Any thread.
  void cancel();

 private:
  TileExchange& exchange_;
  bool exchange_is_dry_ = false;
  std::mutex mutex_;  ///< of what follows
  std::condition_variable changed_;
  std::vector<Bytes> damaged_;
  bool journal_is_read_ = false;
};

}  // namespace shoal
