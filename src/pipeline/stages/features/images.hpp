// Features of images: one pass over the files for all [features.NAME] of that kind.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/images/network.hpp"
#include "pipeline/images/pass.hpp"
#include "pipeline/images/rows.hpp"
#include "pipeline/images/seconds.hpp"
#include "pipeline/images/settings.hpp"
#include "pipeline/job/section.hpp"
#include "pipeline/stages/index.hpp"

namespace shoal {

/// The rows of images.h5ad, for stages that add to them.
inline constexpr std::string_view kImageRows = "rows of images";

/// One set of image features.
struct ImageSet {
  Entry entry;
  ImageSettings settings;
  std::int64_t tile_images = 1;            ///< that go through the network together
  std::optional<WeightsRecord> weights{};  ///< absent where the features need none
  std::int64_t columns = 0;                ///< known once it was computed

  [[nodiscard]] std::string given() const { return "features." + entry.name; }
};

class ImagePassStage final : public Stage {
 public:
  /// all_slides: whether posts keep the images of all their slides.
  ImagePassStage(IndexStage& index, bool all_slides)
      : Stage(Entry{.section = "", .name = "images", .kind = "images"}),
        index_(index),
        all_slides_(all_slides) {}

  /// Another set. Throws UsageError where it asks for another engine than those before.
  void add(Entry entry, ImageSettings settings);

  [[nodiscard]] std::vector<const Entry*> entries() const override;
  [[nodiscard]] When when() const override { return When::features; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"index"}; }
  [[nodiscard]] std::vector<Given> gives() const override;
  [[nodiscard]] std::vector<ColumnOfTable> columns(const StageList&) const override;
  [[nodiscard]] std::vector<std::string> files(const StageList&) const override {
    return {"missing-images.csv"};
  }
  [[nodiscard]] Wishes wishes() const override;
  void check(Communicator& comm) override;
  void prepare(Run& run, const Preparation& preparation) override;
  void recall(const nlohmann::json& report) override;
  [[nodiscard]] std::string key_of_given(const Run& run, const std::string& given) const override;
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;
  [[nodiscard]] std::string size_text(const Run& run) const override;
  std::string time_text(Run& run, int ranks) override;
  void add_facts(Run& run, UnsValue& tree) const override;
  void add_record(const Run& run, nlohmann::json& report) const override;
  void add_rank_record(const Run& run, nlohmann::json& record) const override;
  void add_paths(const Entry& entry, nlohmann::json& settings) const override;
  void verify(Run& run, const VerifyRequest& request, Verification& verification) override;

  /// Rows of this rank, and how the first set sees photos: what small pictures are made from.
  [[nodiscard]] const std::vector<ImageRow>& rows() const { return rows_; }
  [[nodiscard]] const ImageSettings& shown_as() const { return sets_.front().settings; }
  [[nodiscard]] const ImageReader& reader() const { return index_.reader(); }

 private:
  /// What decides a tile's features, beside its files: the key of a set's journal.
  [[nodiscard]] Digest tile_key(const Run& run, const ImageSet& set) const;
  void record_all_weights(Run& run);
  void warn_of_untrained(const Run& run) const;
  ComputedImages compute(Run& run, const ImageIndex& index);
  /// Rows to their owners; then the table, its sets, and the link from posts.
  void take(Run& run, ImageIndex index, ComputedImages computed);
  /// unreadable: candidates of all ranks that could not be decoded, counted where that was found.
  void add_up(const ImageIndex& index, std::int64_t rows, std::int64_t unreadable);
  /// Writes which posts' images were not found; the file gets its name together with the other results.
  void tell_missing(Run& run, const ImageIndex& index);
  void add_image_columns(Run& run);
  void add_post_columns(Run& run, const SlideImages& slides, const RowNumbers& numbers);
  /// Of all slides: where each image is shown first.
  void add_place_columns(Run& run, Table& images);
  void add_label_columns(Table& images, const ImageSet& set);
  void add_set(Run& run, ImageSet& set, DenseMatrix features);
  /// What the sets take together; adds their sizes, and what releasing one leaves free.
  struct PassMemory;
  PassMemory memory(const Run& run, Sizes& sizes, Cost& cost) const;
  /// The features of a set, from its journal. Collective.
  DenseMatrix read_again(Run& run, const ImageSet& set) const;
  void tell_times(Run& run, const ImageTimes& mine);
  [[nodiscard]] std::vector<SizedSet> sized_sets() const;
  /// Whether weights are others than the run had; says which. The same on all ranks.
  bool has_other_weights(const UnsValue& facts, Verification& verification) const;
  [[nodiscard]] std::string all_plans() const;
  /// Images of the largest tile of any set.
  [[nodiscard]] std::int64_t largest_tile() const;
  /// The column of the classes at a place, counted from 0: "label_1"; the first set's bear no name.
  [[nodiscard]] std::string label_column_of(const ImageSet& set, std::int64_t place) const;

  IndexStage& index_;
  bool all_slides_;
  std::vector<ImageSet> sets_;
  std::vector<ImageRow> rows_;
  std::vector<ImageState> post_state_;
  // What it takes to read features again, kept where sets are released.
  TileCandidates at_home_;
  std::int64_t candidates_ = 0;
  RowNumbers numbers_;
  std::string digest_;  ///< of all files that became rows, in order
  std::int64_t named_ = 0;
  std::int64_t missing_ = 0;
  std::int64_t unreadable_ = 0;
  std::int64_t similar_ = 0;        ///< names that stand for the file with a similar one
  std::int64_t ambiguous_ = 0;      ///< among the missing: names to which several files are similar
  std::int64_t posts_missing_ = 0;  ///< posts of which an image is missing
  std::int64_t slides_missing_ = 0;
  ImageTimes times_;         ///< of this rank
  ImageTimes times_of_all_;  ///< of all ranks together
};

/// The settings of an image feature set.
ImageSettings read_image_settings(TomlSection& section, ImageKind kind);

}  // namespace shoal
