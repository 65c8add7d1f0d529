// Damaged tiles come last: they are few, and known late.
#include "pipeline/tiles/source.hpp"

namespace shoal {

std::optional<TileToCompute> TileSource::next() {
  if (!exchange_is_dry_) {
    if (auto description = exchange_.next()) return TileToCompute{std::move(*description), true};
    exchange_is_dry_ = true;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return journal_is_read_ || !damaged_.empty(); });
  if (damaged_.empty()) return std::nullopt;
  TileToCompute tile{std::move(damaged_.back()), false};
  damaged_.pop_back();
  return tile;
}

void TileSource::add_damaged(Bytes description) {
  const std::lock_guard lock(mutex_);
  damaged_.push_back(std::move(description));
  changed_.notify_all();
}

void TileSource::journal_is_read() {
  const std::lock_guard lock(mutex_);
  journal_is_read_ = true;
  changed_.notify_all();
}

void TileSource::cancel() {
  exchange_.cancel();
  const std::lock_guard lock(mutex_);
  damaged_.clear();
  journal_is_read_ = true;
  changed_.notify_all();
}

}  // namespace shoal
