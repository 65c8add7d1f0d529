// Reads the corpus into the table of posts.
#pragma once

#include "pipeline/engine/pseudonym_key.hpp"
#include "pipeline/engine/stage_list.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/store/text_width.hpp"

namespace shoal {

/// What [corpus] posts names; the units are those that this rank reads. Collective. Throws InputError.
Listing scan_units(Communicator& comm, const CorpusJob& corpus);

/// Reads the corpus and makes of its posts what results show: pseudonyms in place of names, and for the table
/// of posts the order in which it is stored. missing: what becomes of a key that is not there. Collective.
void read_posts_as_shown(Run& run, MissingKey missing);

class ReadStage final : public Stage {
 public:
  explicit ReadStage(const Job& job);

  [[nodiscard]] When when() const override { return When::early; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{"read", "posts", {}}}; }
  [[nodiscard]] std::vector<ColumnOfTable> columns(const StageList&) const override;
  [[nodiscard]] std::string identity(const Run& run) const override;
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  std::string look(Run& run) override;
  [[nodiscard]] std::string size_text(const Run& run) const override;
  void add_facts(Run& run, UnsValue& tree) const override;
  void verify(Run& run, const VerifyRequest& request, Verification& verification) override;

 private:
  // Of all ranks' posts, in posts.h5ad.
  std::int64_t stored_bytes_ = 0;
  TextSizes captions_;  ///< beside these
};

}  // namespace shoal
