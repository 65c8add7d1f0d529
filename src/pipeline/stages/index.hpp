// Finds out which image files exist; decodes none.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/engine/stage_list.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// What [corpus] images names. Rank 0 lists; every rank looks whether it sees the folders. Collective. Throws
/// InputError.
std::vector<ImageSource> agree_on_sources(Communicator& comm, const CorpusJob& corpus);

class IndexStage final : public Stage {
 public:
  IndexStage() : Stage(Entry{.section = "", .name = "index", .kind = "index", .version = 2}) {}

  [[nodiscard]] When when() const override { return When::early; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"read"}; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{"index", "images", {}}}; }
  [[nodiscard]] std::string identity(const Run&) const override { return {}; }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  std::string look(Run& run) override;
  [[nodiscard]] std::string size_text(const Run& run) const override;

  /// What was found; whoever makes rows of it takes it.
  [[nodiscard]] const ImageIndex& index() const { return *index_; }
  [[nodiscard]] ImageIndex take() { return std::move(index_).value(); }
  /// Slides that name an image, of all posts.
  [[nodiscard]] std::int64_t slides() const { return slides_; }
  /// Why nothing was; empty where something was.
  [[nodiscard]] const std::string& why_none() const { return why_none_; }
  /// Reads what was found.
  [[nodiscard]] const ImageReader& reader() const { return *reader_; }
  /// Bytes of the largest files among all ranks', as many as a rank decodes at a time, falling.
  [[nodiscard]] const std::vector<std::int64_t>& largest_files() const { return largest_files_; }

 private:
  std::optional<ImageReader> reader_;
  std::optional<ImageIndex> index_;
  std::vector<std::int64_t> largest_files_;
  std::int64_t candidates_ = -1;  ///< known once it has run
  std::int64_t slides_ = 0;
  std::string why_none_;
};

}  // namespace shoal
