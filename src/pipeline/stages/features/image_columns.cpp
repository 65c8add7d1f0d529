// What images.h5ad tells of each image, and posts.h5ad of the images that a post names.
#include <fmt/format.h>

#include "pipeline/images/labels.hpp"
#include "pipeline/images/post_images.hpp"
#include "pipeline/stages/column_of.hpp"
#include "pipeline/stages/features/images.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/vision/imagenet_classes.hpp"

namespace shoal {
namespace {

void add_number(Table& table, const char* name, const std::vector<ImageRow>& rows,
                std::int64_t ImageRow::*member) {
  table.add(name, [&rows, member] {
    return IntegerValues{column_of(rows, [&](const ImageRow& row) { return row.*member; })};
  });
}

/// "image:0", "image:1", ... as the file numbers them.
TextValues row_names(const Table& images, RowRange mine) {
  TextValues names;
  for (std::int64_t i = 0; i < mine.size(); ++i) {
    const std::int64_t row = images.stored ? (*images.stored)[static_cast<std::size_t>(i)] : mine.begin + i;
    names.values.push_back(fmt::format("image:{}", row));
  }
  return names;
}

}  // namespace

void ImagePassStage::add_post_columns(Run& run, const SlideImages& slides, const RowNumbers& numbers) {
  post_state_ = states_of_posts(slides, numbers);
  Table& posts = run.table("posts");
  Link& images = posts.links["images"] = link_to_images(slides, numbers);
  images.is_stored = all_slides_;
  posts.add("image_state", [this] {
    return CategoryValues{
        column_of(post_state_, [](ImageState state) { return static_cast<std::int32_t>(state); }),
        {"none", "missing", "unreadable", "present"}};
  });
  posts.add("image_row", [&images] { return RowsOfTable{"images", images.first()}; });
}

void ImagePassStage::add_place_columns(Run& run, Table& images) {
  const Table& posts = run.table("posts");
  const auto places = [&run, &posts, &images] {
    return first_places(run.comm, posts.links.at("images"), posts.partition, images.partition);
  };
  images.add("post", [places] {
    return RowsOfTable{"posts", column_of(places(), [](const SlidePlace& place) { return place.post; })};
  });
  images.add("slide", [places] {
    return IntegerValues{column_of(places(), [](const SlidePlace& place) { return place.slide + 1; })};
  });
}

void ImagePassStage::add_image_columns(Run& run) {
  Table& images = run.table("images");
  images.add("_index", [&images, mine = images.partition.owned_by(run.comm.rank())] {
    return row_names(images, mine);
  });
  // A file's name often is the post's, or holds its account: it is told only where names are.
  if (!run.job.corpus.pseudonyms) {
    images.add("name", [this] {
      return TextValues{column_of(rows_, [](const ImageRow& row) { return terminal_text(row.ref.name); })};
    });
  }
  images.add("digest",
             [this] { return TextValues{column_of(rows_, [](const ImageRow& row) { return row.digest; })}; });
  add_number(images, "width", rows_, &ImageRow::width);
  add_number(images, "height", rows_, &ImageRow::height);
  add_number(images, "posts", rows_, &ImageRow::posts);
  if (all_slides_) add_place_columns(run, images);
}

/// A column of names and one of probabilities for each place.
void ImagePassStage::add_label_columns(Table& images, const ImageSet& set) {
  const std::int64_t count = set.settings.top_labels;
  // Made for the first column and held until the last one is written.
  const auto places = std::make_shared<std::vector<ImageLabels>>();
  const auto at = [&images, name = set.entry.name, count, places](std::int64_t place) -> ImageLabels& {
    if (places->empty()) *places = top_labels(images.set(name)->dense(), count);
    return (*places)[static_cast<std::size_t>(place)];
  };
  for (std::int64_t place = 0; place < count; ++place) {
    images.add(label_column_of(set, place), [at, place] {
      return CategoryValues{at(place).classes, {imagenet_classes().begin(), imagenet_classes().end()}};
    });
    images.add(label_column_of(set, place) + "_probability", [at, place, count, places] {
      FloatValues values{std::move(at(place).probabilities)};
      if (place + 1 == count) places->clear();
      return values;
    });
  }
}

void ImagePassStage::add_set(Run& run, ImageSet& set, DenseMatrix features) {
  Table& images = run.table("images");
  set.columns = features.columns;
  if (set.settings.gives_labels()) add_label_columns(images, set);
  FeatureSet added;
  added.name = set.entry.name;
  added.kind = set.entry.kind;
  added.order = set.entry.order;
  added.columns = features.columns;
  added.rows = std::move(features);
  added.column_names =
      names_by([&settings = set.settings](std::int64_t column) { return feature_name(settings, column); });
  // Columns of labels are made from the features when they are written.
  if (run.releases_sets && !set.settings.gives_labels()) {
    added.read_again = [this, &run, &set] { return read_again(run, set); };
  }
  images.add(std::move(added));
}

}  // namespace shoal
