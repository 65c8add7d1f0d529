// The page that a person reads.
#pragma once

#include "pipeline/engine/stage_list.hpp"

namespace shoal {

class ReportStage final : public Stage {
 public:
  ReportStage() : Stage(Entry{.section = "", .name = "report", .kind = "report"}) {}

  [[nodiscard]] When when() const override { return When::closing; }
  [[nodiscard]] std::vector<std::string> files(const StageList&) const override { return {"report.html"}; }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
};

}  // namespace shoal
