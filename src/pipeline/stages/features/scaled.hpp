// kind = "scale": rows of unit length, or columns of mean 0 and deviation 1.
#pragma once

#include <memory>

#include "pipeline/stages/features/derived.hpp"
#include "shoal/linear/column_moments.hpp"

namespace shoal {

class ScaledStage final : public DerivedStage {
 public:
  enum class By { unit, standard };
  ScaledStage(Entry entry, std::string of, By by)
      : DerivedStage(std::move(entry), {std::move(of)}), by_(by) {}

  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  void refuse(const Sizes& sizes) const override;
  void add_facts(Run& run, UnsValue& tree) const override;

 private:
  /// Rows of unit length.
  [[nodiscard]] FeatureSet unit_set(const Run& run, const Table& table, const FeatureSet& set) const;
  /// Adds the set, and its means and deviations as models. Collective.
  void add_standard_set(Run& run, Table& table, const std::string& of);

  By by_;
  std::shared_ptr<const ColumnMoments> moments_;  ///< of standard columns, once it has run
};

}  // namespace shoal
