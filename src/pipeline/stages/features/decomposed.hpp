// kind = "lsa" and kind = "pca": rows of a set in its leading components.
#pragma once

#include <memory>

#include "pipeline/stages/features/derived.hpp"
#include "shoal/linear/decomposition.hpp"

namespace shoal {

class DecomposedStage final : public DerivedStage {
 public:
  enum class Method { lsa, pca };
  DecomposedStage(Entry entry, std::string of, Method method, DecompositionSettings settings)
      : DerivedStage(std::move(entry), {std::move(of)}), method_(method), settings_(std::move(settings)) {}

  [[nodiscard]] std::string identity(const Run&) const override { return decomposition_identity(); }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  void refuse(const Sizes& sizes) const override;
  [[nodiscard]] std::string size_text(const Run& run) const override;
  void add_facts(Run& run, UnsValue& tree) const override;
  /// Projects sampled rows anew, where the set that they come from is there: that of an early stage.
  void verify(Run& run, const VerifyRequest& request, Verification& verification) override;

 private:
  /// Of a set of this run, with where its state is kept. Collective.
  Decomposition decompose(Run& run, const Table& table, const FeatureSet& set, Checkpoint& state) const;
  [[nodiscard]] ProjectedRows projected(const Run& run, const Table& table, const FeatureSet& set,
                                        const Decomposition& onto) const;
  void compare_rows(Run& run, const VerifyRequest& request, std::vector<std::string>& findings) const;

  Method method_;
  DecompositionSettings settings_;
  std::shared_ptr<const Decomposition> found_;  ///< once it has run
  std::int64_t held_ = 0;                       ///< rows of all ranks that have something of the components
};

}  // namespace shoal
