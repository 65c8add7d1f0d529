// The stages of a job, in the order in which they run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/engine/stage.hpp"

namespace shoal {

class StageList {
 public:
  template <class S, class... Arguments>
  S& add(Arguments&&... arguments) {
    auto stage = std::make_unique<S>(std::forward<Arguments>(arguments)...);
    S& added = *stage;
    stages_.push_back(std::move(stage));
    return added;
  }
  /// The first stage of a type; null where there is none.
  template <class S>
  [[nodiscard]] S* find() const {
    for (const auto& stage : stages_) {
      if (S* found = dynamic_cast<S*>(stage.get())) return found;
    }
    return nullptr;
  }
  [[nodiscard]] auto begin() const { return stages_.begin(); }
  [[nodiscard]] auto end() const { return stages_.end(); }

  /// Needs first, else by Stage::when(), else as the stages were added. Throws UsageError where a stage needs
  /// what no stage gives, or stages need each other, and where two add a column of one name to a table.
  void put_in_order();

  /// The table whose rows something has that a stage gives; empty where none gives it.
  [[nodiscard]] std::string table_of(const std::string& given) const;
  /// Whether a stage groups what another gives.
  [[nodiscard]] bool is_grouped(const std::string& given) const;
  /// Whether a stage gives something that has a row for each row of a table.
  [[nodiscard]] bool give_rows_of(const std::string& table) const;
  /// Feature sets ("features.NAME") that a stage is the last to make or read, where stages that compute
  /// follow.
  [[nodiscard]] std::vector<std::string> last_read_by(const Stage& stage) const;
  /// Files of the results folder, sorted, without the seal.
  [[nodiscard]] std::vector<std::string> files() const;
  /// What all stages want of the backend together.
  [[nodiscard]] Wishes wishes() const;

 private:
  void require_distinct_columns() const;
  std::vector<std::unique_ptr<Stage>> stages_;
};

}  // namespace shoal
