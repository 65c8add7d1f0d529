// What all methods of grouping share: their place in the job, names and descriptions of groups, columns and
// facts. A method is a class below this one, with a file of its own.
#pragma once

#include <memory>
#include <string>

#include "pipeline/engine/stage_list.hpp"
#include "shoal/data/checkpoint.hpp"

namespace shoal {

class ClusteringStage : public Stage {
 public:
  /// of: the name of a feature set.
  ClusteringStage(Entry entry, std::string of) : Stage(std::move(entry)), of_(std::move(of)) {}

  [[nodiscard]] When when() const final { return When::groupings; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"features." + of_}; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{name(), {}, "features." + of_}}; }
  [[nodiscard]] std::vector<ColumnOfTable> columns(const StageList& stages) const override;
  void run(Run& run) override;
  void add_facts(Run& run, UnsValue& tree) const override;

 protected:
  [[nodiscard]] const std::string& of() const { return of_; }
  /// Groups the rows of a set, the largest group first. state: where an iterative method leaves its state.
  /// Rows without features belong to no group. Collective.
  virtual Grouping find_groups(Run& run, const Table& table, const FeatureSet& set, Checkpoint& state) = 0;
  /// What follows the grouping's name in the column of strengths; empty where the method gives none.
  [[nodiscard]] virtual std::string strength_column() const { return {}; }
  /// What naming and describing so many groups takes beside what the method does, and what is kept of them.
  void add_cost_of_groups(const Run& run, Sizes& sizes, std::int64_t groups, Cost& cost) const;

 private:
  std::string of_;
  std::shared_ptr<const DescribedGrouping> result_;
};

}  // namespace shoal
