// Vectors that other models made: a set of dense features of posts, read from files.
#pragma once

#include <optional>

#include "pipeline/engine/stage_list.hpp"
#include "pipeline/given/gathering.hpp"
#include "pipeline/given/vector_files.hpp"

namespace shoal {

struct GivenSettings {
  VectorPaths paths;
  MatchBy match = MatchBy::either;
};

class GivenStage final : public Stage {
 public:
  GivenStage(Entry entry, GivenSettings settings) : Stage(std::move(entry)), settings_(std::move(settings)) {}

  [[nodiscard]] std::string group() const override { return "vectors"; }
  [[nodiscard]] When when() const override { return When::features; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"read"}; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{name(), "posts", {}, true}}; }
  void check(Communicator& comm) override;
  /// What was read decides, and no arithmetic.
  [[nodiscard]] std::string identity(const Run&) const override { return digest_; }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  std::string look(Run& run) override;
  [[nodiscard]] std::string size_text(const Run& run) const override;
  void add_facts(Run& run, UnsValue& tree) const override;
  void add_record(const Run& run, nlohmann::json& report) const override;
  void add_paths(const Entry& entry, nlohmann::json& settings) const override;
  void verify(Run& run, const VerifyRequest& request, Verification& verification) override;

 private:
  /// Reads the files, and notes what became of the vectors. Collective.
  GatheredVectors gather(Run& run, Gather what);
  [[nodiscard]] std::string sentence() const;

  GivenSettings settings_;
  std::optional<VectorFiles> files_;    ///< once somebody looked
  std::optional<VectorCounts> counts_;  ///< once they were read
  std::string digest_;                  ///< under pseudonyms a keyed one
  std::string why_none_;                ///< a sentence where no post has a vector
};

}  // namespace shoal
