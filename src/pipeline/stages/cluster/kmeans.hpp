// [[cluster]] with method = "kmeans".
#pragma once

#include "pipeline/stages/cluster/clustering.hpp"
#include "shoal/cluster/kmeans.hpp"

namespace shoal {

class KMeansStage final : public ClusteringStage {
 public:
  KMeansStage(Entry entry, std::string of, KMeansSettings settings)
      : ClusteringStage(std::move(entry), std::move(of)), settings_(std::move(settings)) {}

  Cost cost(const Run& run, Sizes& sizes) const override;
  void refuse(const Sizes& sizes) const override;

 protected:
  Grouping find_groups(Run& run, const Table& table, const FeatureSet& set, Checkpoint& state) override;
  [[nodiscard]] std::string strength_column() const override { return "distance"; }

 private:
  KMeansSettings settings_;
};

}  // namespace shoal
