// Feature sets that are made of other feature sets of the job: what they share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pipeline/engine/stage_list.hpp"
#include "shoal/linear/masked_rows.hpp"

namespace shoal {

class DerivedStage : public Stage {
 public:
  /// of: names of feature sets; the result has the rows of the first one's table.
  DerivedStage(Entry entry, std::vector<std::string> of) : Stage(std::move(entry)), of_(std::move(of)) {}

  [[nodiscard]] std::string group() const override { return "derived"; }
  [[nodiscard]] When when() const override { return When::features; }
  [[nodiscard]] std::vector<std::string> needs() const override;
  [[nodiscard]] std::vector<Given> gives() const override;
  /// The same on every processor.
  [[nodiscard]] std::string identity(const Run&) const override { return {}; }
  /// Throws where a set has no rows with features.
  void refuse(const Sizes& sizes) const override;
  void add_facts(Run& run, UnsValue& tree) const override;

 protected:
  [[nodiscard]] const std::vector<std::string>& of() const { return of_; }
  /// The size of the first set, as far as it is known; null where it is not.
  [[nodiscard]] const SetSize* first_size(const Sizes& sizes) const;
  /// What such a set keeps, and adds to its table's file; adds its size.
  Cost cost_of(Sizes& sizes, SetSize size) const;
  /// A set with names of columns of its own: <name>_0.
  [[nodiscard]] FeatureSet new_dense_set(DenseMatrix rows, std::vector<std::uint8_t> present) const;
  /// "[features.look]"
  [[nodiscard]] std::string heading() const { return "[" + name() + "]"; }

 private:
  std::vector<std::string> of_;
};

/// The rows of a dense set of a table that this rank owns.
MaskedRows masked_rows(const Run& run, const Table& table, const FeatureSet& set);

/// Throws UsageError where a set is not of the kind that a stage wants, with what to do.
void require_dense(const std::string& heading, const std::string& of, const SetSize& size,
                   const std::string& instead);

}  // namespace shoal
