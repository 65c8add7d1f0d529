// kind = "concat": the columns of several sets beside each other, each with its weight.
#pragma once

#include "pipeline/stages/features/derived.hpp"

namespace shoal {

class ConcatenatedStage final : public DerivedStage {
 public:
  /// weights: one for each set.
  ConcatenatedStage(Entry entry, std::vector<std::string> of, std::vector<double> weights)
      : DerivedStage(std::move(entry), std::move(of)), weights_(std::move(weights)) {}

  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  void refuse(const Sizes& sizes) const override;
  void add_facts(Run& run, UnsValue& tree) const override;

 private:
  /// Sizes of all sets; empty where one of them is not known.
  [[nodiscard]] std::vector<SetSize> sizes_of(const Sizes& sizes) const;

  std::vector<double> weights_;
};

}  // namespace shoal
