// Where an iterative algorithm leaves its state, so that a later run goes on from there.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace shoal {

/// State is the same on all ranks, so that any number of ranks can go on from it.
class Checkpoint {
 public:
  using State = std::vector<std::byte>;

  virtual ~Checkpoint() = default;
  /// The newest state saved, if there is one. The same on all ranks.
  virtual std::optional<State> load() = 0;
  /// Called by all ranks between two iterations. state() makes the same bytes on every rank; it is called only
  /// where and when they are kept, since a state may be as large as the centroids. last: the algorithm is done,
  /// and this state must be kept.
  virtual void save(const std::function<State()>& state, bool last) = 0;
};

/// Keeps nothing: every run begins at the beginning.
class NoCheckpoint : public Checkpoint {
 public:
  std::optional<State> load() override { return std::nullopt; }
  void save(const std::function<State()>&, bool) override {}
};

}  // namespace shoal
