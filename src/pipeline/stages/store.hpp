// Writes every table of the run: <name>.h5ad, by all ranks, and what was left out.
#pragma once

#include "pipeline/engine/stage_list.hpp"

namespace shoal {

class StoreStage final : public Stage {
 public:
  StoreStage() : Stage(Entry{.section = "", .name = "store", .kind = "store"}) {}

  [[nodiscard]] When when() const override { return When::closing; }
  [[nodiscard]] std::vector<std::string> files(const StageList& stages) const override;
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;

 private:
  bool has_models_file_ = false;  ///< known once it has run
};

}  // namespace shoal
