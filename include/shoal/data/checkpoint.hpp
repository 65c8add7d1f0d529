// Where an iterative algorithm leaves its state, so that a later run goes on from there.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace shoal {

/// State is the same on all ranks, so that any number of ranks can go on from it.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  /// The newest state saved, if there is one. The same on all ranks.
  virtual std::optional<std::vector<std::byte>> load() = 0;
  /// Called by all ranks between two iterations with the same bytes; an implementation may skip some.
  virtual void save(std::span<const std::byte> state) = 0;
};

/// Keeps nothing: every run begins at the beginning.
class NoCheckpoint : public Checkpoint {
 public:
  std::optional<std::vector<std::byte>> load() override { return std::nullopt; }
  void save(std::span<const std::byte>) override {}
};

}  // namespace shoal
