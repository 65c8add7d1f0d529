// Small pictures of the photos that the report shows.
#pragma once

#include "pipeline/stages/features/images.hpp"

namespace shoal {

class ThumbnailStage final : public Stage {
 public:
  explicit ThumbnailStage(const ImagePassStage& images)
      : Stage(Entry{.section = "", .name = "thumbnails", .kind = "thumbnails"}), images_(images) {}

  [[nodiscard]] When when() const override { return When::closing; }
  [[nodiscard]] std::vector<std::string> files(const StageList&) const override { return {"thumbnails.tar"}; }
  void run(Run& run) override;
  Cost cost(const Run& run, Sizes& sizes) const override;

 private:
  [[nodiscard]] std::string thumbnail_of(std::int64_t local_row) const;
  const ImagePassStage& images_;
};

}  // namespace shoal
