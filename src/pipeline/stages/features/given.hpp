// Vectors that other models made: a set of dense features of posts, or of images, read from files.
#pragma once

#include <optional>

#include "pipeline/engine/stage_list.hpp"
#include "pipeline/given/gathering.hpp"
#include "pipeline/given/vector_files.hpp"
#include "pipeline/stages/features/images.hpp"

namespace shoal {

struct GivenSettings {
  VectorPaths paths;
  MatchBy match = MatchBy::either;
  bool of_images = false;  ///< whether the images of posts have them, and not the posts
};

class GivenStage final : public Stage {
 public:
  GivenStage(Entry entry, GivenSettings settings) : Stage(std::move(entry)), settings_(std::move(settings)) {}

  [[nodiscard]] std::string group() const override { return "vectors"; }
  [[nodiscard]] When when() const override { return When::features; }
  [[nodiscard]] std::vector<std::string> needs() const override {
    std::vector<std::string> needs{"read"};
    if (settings_.of_images) needs.emplace_back(kImageRows);
    return needs;
  }
  [[nodiscard]] std::vector<Given> gives() const override { return {{name(), table(), {}, true}}; }
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
  /// The table whose rows have the vectors.
  [[nodiscard]] std::string table() const { return settings_.of_images ? "images" : "posts"; }
  [[nodiscard]] RowsToMatch posts_to_match(const Run& run) const;
  /// names: of the images that this rank owns.
  [[nodiscard]] RowsToMatch images_to_match(const Run& run, const BlockPartition& partition,
                                            const std::vector<std::string>& names) const;
  /// While no photo was decoded yet: images that begin as such.
  [[nodiscard]] RowsToMatch rows_before_decoding(const Run& run) const;
  /// Reads the files, and notes what became of the vectors. Collective.
  GatheredVectors gather(Run& run, RowsToMatch rows, Gather what);
  [[nodiscard]] RowsToMatch rows_to_match(const Run& run) const;
  [[nodiscard]] std::string sentence() const;

  GivenSettings settings_;
  std::optional<VectorFiles> files_;    ///< once somebody looked
  std::optional<VectorCounts> counts_;  ///< once they were read
  std::int64_t rows_ = 0;               ///< of the table then
  std::string digest_;                  ///< under pseudonyms a keyed one
  std::string why_none_;                ///< a sentence where no row has a vector
};

}  // namespace shoal
