// Says what the expensive stages will take, or refuses, before they begin.
#pragma once

#include "pipeline/engine/stage_list.hpp"

namespace shoal {

class MemoryStage final : public Stage {
 public:
  MemoryStage() : Stage(Entry{.section = "", .name = "memory", .kind = "memory"}) {}
  [[nodiscard]] When when() const override { return When::forecast; }
  /// Throws ResourceError, the same on all ranks, where a node's memory would not suffice
  /// (engine/memory_check.hpp), naming the stage and the number of ranks that would fit. Leaves the forecast
  /// in the run.
  void run(Run& run) override;
};

}  // namespace shoal
