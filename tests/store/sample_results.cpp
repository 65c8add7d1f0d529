// Values by formula from the global row number, so that any rank can make any row.
#include "store/sample_results.hpp"

#include <fmt/format.h>

#include <limits>

#include "shoal/base/error.hpp"
#include "shoal/base/tar.hpp"

namespace shoal::testing {
namespace {

/// One value per row of this rank, from its global number.
template <class T, class Make>
std::vector<T> by_row(RowRange rows, Make make) {
  std::vector<T> values;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) values.push_back(static_cast<T>(make(row)));
  return values;
}

std::vector<std::string> sample_tags() {
  return by_row<std::string>({0, kSampleTags}, [](std::int64_t i) { return fmt::format("tag{:02}é", i); });
}

/// Every fifth row is empty; the others have one to four entries.
CsrMatrix sample_tfidf(RowRange rows) {
  CsrMatrix matrix;
  matrix.columns = kSampleTags;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    for (std::int64_t j = 0; j < row % 5; ++j) {
      matrix.indices.push_back(static_cast<std::int32_t>((row + 9 * j) % 10 + 10 * j));
      matrix.values.push_back(1.0F / static_cast<float>(row + j + 1));
    }
    matrix.close_row();
  }
  return matrix;
}

void add_tags(UnsValue& clustering, std::int64_t k) {
  constexpr std::int64_t kTop = 3;
  std::vector<std::string> tags;
  std::vector<double> weights;
  for (std::int64_t i = 0; i < k * kTop; ++i) {
    const bool padding = i == k * kTop - 1;
    tags.push_back(padding ? "" : i == 0 ? "fish&chips" : fmt::format("tag{:02}", i));
    weights.push_back(padding ? 0.0 : 1.0 / static_cast<double>(i + 1));
  }
  clustering["top_tags"] = UnsArray<std::string>(std::move(tags), {k, kTop});
  clustering["top_tag_weights"] = UnsArray<double>(std::move(weights), {k, kTop});
}

UnsValue sample_clustering(const std::string& of, const std::string& rows, std::vector<std::string> names,
                           std::vector<std::int64_t> sizes, std::int64_t unlabelled) {
  const auto k = static_cast<std::int64_t>(names.size());
  std::int64_t labelled = 0;
  std::int64_t largest = 0;
  for (const std::int64_t size : sizes) {
    labelled += size;
    largest = std::max(largest, size);
  }
  UnsValue clustering;
  clustering["of"] = of;
  clustering["rows"] = rows;
  clustering["method"] = "kmeans";
  clustering["k"] = k;
  clustering["n_init"] = 4;
  clustering["max_iter"] = 100;
  clustering["seed"] = 42;
  clustering["restart"] = 2;
  clustering["iterations"] = 17;
  clustering["inertia"] = 312.0625;
  clustering["labelled"] = labelled;
  clustering["unlabelled"] = unlabelled;
  clustering["largest_share"] = static_cast<double>(largest) / static_cast<double>(labelled);
  clustering["tied"] = 12;
  clustering["names"] = std::move(names);
  clustering["sizes"] = std::move(sizes);
  add_tags(clustering, k);
  std::vector<std::int64_t> exemplars =
      by_row<std::int64_t>({0, k * 4}, [](std::int64_t i) { return 3 * i; });
  exemplars.back() = -1;
  clustering["exemplars"] = UnsArray<std::int64_t>(std::move(exemplars), {k, 4});
  return clustering;
}

/// Every rank's share of the columns.
std::vector<std::string> sample_tags_of(const H5adWriter& writer) {
  const std::vector<std::string> tags = sample_tags();
  const RowRange share = writer.var_share();
  return {tags.begin() + share.begin, tags.begin() + share.end};
}

/// One long text among short ones.
std::vector<std::string> notes(RowRange mine) {
  return by_row<std::string>(
      mine, [](std::int64_t i) { return i == 300 ? std::string(5000, 'n') : fmt::format("note {}\n", i); });
}

/// A column that is narrow enough to be written at once.
void write_texts(H5adWriter& writer, const std::string& name, std::span<const std::string> texts) {
  if (!writer.obs_strings(name, texts)) throw FailureError(name + " was left for later");
}

}  // namespace

UnsValue sample_uns(bool trained) {
  UnsValue uns;
  uns["version"] = "0.1.0";
  uns["format"] = 1;
  uns["name"] = "harbour <towns>";
  uns["job"] =
      R"({"cluster":[{"k":4,"name":"topics","of":"tags"}],"job":{"name":"harbour <towns>","seed":42}})";
  uns["seed"] = 42;
  uns["numeric"] = "cpu, oneDNN 2.6.3, avx2";
  UnsValue& accounting = uns["accounting"];
  accounting["read"] = 655;
  accounting["kept"] = 600;
  accounting["filtered"] = 40;
  accounting["merged"] = 12;
  accounting["quarantined"] = 3;
  accounting["values_quarantined"] = 5;
  accounting["files"] = 4;
  UnsValue& images = uns["images"];
  images["named"] = 310;
  images["rows"] = 300;
  images["missing"] = 8;
  images["unreadable"] = 2;
  images["posts_with_image"] = 480;
  UnsValue& weights = uns["weights"];
  weights["model"] = "vgg16";
  weights["layer"] = "fc7";
  weights["digest"] = std::string(64, 'a');
  weights["origin"] = "made by 'shoal weights --seed 7'";
  weights["trained"] = trained;
  weights["side"] = 224;
  uns["inputs"]["digest"] = std::string(64, 'b');
  uns["inputs"]["bytes"] = 123456789;
  uns["tags"]["vocabulary"] = kSampleTags;
  uns["tags"]["posts_with_tags"] = 480;
  uns["tags"]["min_df"] = 2;
  UnsValue& clusterings = uns["clusterings"];
  clusterings["topics"] =
      sample_clustering("tags", "posts", {kAwkwardName, "sea", "boats", "night"}, {300, 100, 60, 20}, 120);
  clusterings["scenes"] = sample_clustering("image", "images", {"1", "2", "3"}, {120, 100, 80}, 0);
  clusterings["topics"]["position"] = 0;
  clusterings["scenes"]["position"] = 1;
  return uns;
}

void fill_sample_posts(H5adWriter& writer, RowRange mine, std::int64_t caption_length_of_300) {
  const auto float_distance = [](std::int64_t i) {
    return i % 5 == 0 ? std::numeric_limits<float>::quiet_NaN() : 1.0F / static_cast<float>(i);
  };
  write_texts(writer, "_index",
              by_row<std::string>(mine, [](std::int64_t i) { return fmt::format("ig:post-{:04}", i); }));
  write_texts(writer, "creator", by_row<std::string>(mine, [](std::int64_t i) {
                return i % 3 == 0 ? std::string() : fmt::format("{}-ü", i % 11);
              }));
  writer.obs_integers("caption_length", by_row<std::int64_t>(mine, [&](std::int64_t i) {
                        return i == 300 ? caption_length_of_300 : i;
                      }));
  writer.obs_doubles("likes", by_row<double>(mine, [](std::int64_t i) {
                       return i % 4 == 0 ? std::numeric_limits<double>::quiet_NaN()
                                         : static_cast<double>(i * i);
                     }));
  writer.obs_booleans("video", by_row<std::uint8_t>(mine, [](std::int64_t i) { return i % 6 == 0; }));
  writer.obs_categorical("topics", by_row<std::int32_t>(mine, [](std::int64_t i) { return i % 5 - 1; }),
                         {kAwkwardName, "sea", "boats", "night"});
  writer.obs_floats("topics_distance", by_row<float>(mine, float_distance));
  writer.obs_doubles("day",
                     by_row<double>(mine, [](std::int64_t i) { return static_cast<double>(i) / 7.0; }));
  if (writer.obs_strings("note", notes(mine))) throw FailureError("a wide column was written at once");
  if (!writer.var_strings("_index", sample_tags_of(writer))) throw FailureError("tags are not narrow");
  const RowRange tags = writer.var_share();
  writer.var_integers("df", by_row<std::int64_t>(tags, [](std::int64_t i) { return 100 - i; }));
  writer.var_doubles("idf",
                     by_row<double>(tags, [](std::int64_t i) { return static_cast<double>(i) / 3.0; }));
  writer.x_csr(sample_tfidf(mine).view());
  DenseMatrix map(mine.size(), 2);
  for (std::int64_t i = 0; i < mine.size(); ++i) map.row(i)[1] = static_cast<float>(mine.begin + i);
  writer.obsm_dense("X_map", map.view());
  writer.varm_doubles(
      "topics_centroids",
      by_row<double>({0, 4 * kSampleTags}, [](std::int64_t i) { return static_cast<double>(i); }), 4);
  writer.uns(sample_uns());
  writer.obs_strings_last("note", notes(mine));
}

void write_sample_posts(Communicator& comm, const std::filesystem::path& path,
                        std::int64_t caption_length_of_300) {
  const RowRange mine = BlockPartition(kSamplePosts, comm.size()).owned_by(comm.rank());
  H5adWriter writer(comm, path, mine, kSamplePosts, kSampleTags);
  fill_sample_posts(writer, mine, caption_length_of_300);
  writer.publish();
}

void write_sample_images(Communicator& comm, const std::filesystem::path& path) {
  constexpr std::int64_t kFeatures = 16;
  const RowRange mine = BlockPartition(kSampleImages, comm.size()).owned_by(comm.rank());
  H5adWriter writer(comm, path, mine, kSampleImages, kFeatures);
  write_texts(writer, "_index",
              by_row<std::string>(mine, [](std::int64_t i) { return fmt::format("image-{}", i); }));
  write_texts(writer, "digest",
              by_row<std::string>(mine, [](std::int64_t i) { return fmt::format("{:064x}", i); }));
  writer.obs_integers("width", by_row<std::int64_t>(mine, [](std::int64_t) { return 1080; }));
  writer.obs_integers("height", by_row<std::int64_t>(mine, [](std::int64_t i) { return 1080 + i; }));
  writer.obs_integers("posts", by_row<std::int64_t>(mine, [](std::int64_t i) { return 1 + i % 2; }));
  writer.obs_categorical("scenes", by_row<std::int32_t>(mine, [](std::int64_t i) { return i % 3; }),
                         {"1", "2", "3"});
  const auto names =
      by_row<std::string>(writer.var_share(), [](std::int64_t i) { return fmt::format("fc7_{}", i); });
  if (!writer.var_strings("_index", names)) throw FailureError("names of features are not narrow");
  DenseMatrix features(mine.size(), kFeatures);
  for (std::int64_t i = 0; i < mine.size(); ++i) {
    for (float& value : features.row(i)) value = static_cast<float>(mine.begin + i) / 8.0F;
  }
  writer.x_dense(features.view());
  writer.uns(sample_uns());
  writer.publish();
}

void write_sample_thumbnails(const std::filesystem::path& path) {
  TarWriter tar(path);
  for (std::int64_t image = 0; image < kSampleImages; image += 3) {
    const std::string bytes = fmt::format("picture {}", image);
    tar.add(fmt::format("{}.jpg", image), std::as_bytes(std::span(bytes)));
  }
  tar.publish();
}

}  // namespace shoal::testing
