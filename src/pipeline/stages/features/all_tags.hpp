// All hashtags of each post, before any limit: a table of its own, since no matrix in posts.h5ad could name
// its columns.
#pragma once

#include "pipeline/engine/stage_list.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

class AllTagsStage final : public Stage {
 public:
  AllTagsStage() : Stage({.section = "", .name = "all tags", .kind = "all tags", .version = 1}) {}

  [[nodiscard]] std::string group() const override { return "tags"; }
  [[nodiscard]] When when() const override { return When::early; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"read"}; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{name(), "tags", {}}}; }
  [[nodiscard]] std::string identity(const Run&) const override { return {}; }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  void verify(Run& run, const VerifyRequest& request, Verification& verification) override;

 private:
  Vocabulary vocabulary_;
  std::int64_t entries_ = 0;  ///< of all ranks' rows
};

}  // namespace shoal
