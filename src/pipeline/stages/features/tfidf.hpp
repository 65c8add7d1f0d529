// Hashtags to tf-idf: a set of sparse features of posts.
#pragma once

#include "pipeline/engine/stage_list.hpp"
#include "pipeline/job/section.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

class TfidfStage final : public Stage {
 public:
  TfidfStage(Entry entry, VocabularyLimits limits) : Stage(std::move(entry)), limits_(limits) {}

  [[nodiscard]] std::string group() const override { return "tags"; }
  [[nodiscard]] When when() const override { return When::early; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"read"}; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{name(), "posts", {}}}; }
  /// Its results are the same on every processor.
  [[nodiscard]] std::string identity(const Run&) const override { return {}; }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  std::string look(Run& run) override;
  [[nodiscard]] std::string size_text(const Run& run) const override;
  void add_facts(Run& run, UnsValue& tree) const override;
  void verify(Run& run, const VerifyRequest& request, Verification& verification) override;

 private:
  VocabularyLimits limits_;
  Vocabulary vocabulary_;
  std::int64_t posts_with_tags_ = 0;  ///< posts of all ranks with a tag of the vocabulary
  std::int64_t entries_ = 0;          ///< of all ranks' rows
  std::string why_none_;              ///< a sentence where no post has a tag of the vocabulary
};

}  // namespace shoal
