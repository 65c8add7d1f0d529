// The sections of a job file, one function each.
#include "pipeline/job/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "pipeline/images/labels.hpp"
#include "pipeline/job/section.hpp"
#include "shoal/base/error.hpp"
#include "shoal/vision/imagenet_classes.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// Names become parts of column names, file names and addresses.
std::string plain_name(TomlSection& section, const std::string& key) {
  std::string name = section.text(key);
  const bool plain = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  if (!plain || name.front() == '.') {
    section.fail(key,
                 fmt::format("is '{}'; it may hold letters, digits, '_', '-' and '.', at most 64", name));
  }
  return name;
}

KeepRule read_keep(TomlSection section) {
  KeepRule keep;
  if (section.has("media")) {
    const auto kinds = section.texts("media");
    const auto wanted = [&](const char* kind) {
      return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    keep = {wanted("image"), wanted("video"), wanted("album"), 0};
    for (const std::string& kind : kinds) {
      if (kind != "image" && kind != "video" && kind != "album") {
        section.fail("media", fmt::format("holds '{}'; it may hold image, video, album", kind));
      }
    }
  }
  keep.min_tags = section.integer("min_tags", 0, kMost, 0);
  section.refuse_unknown();
  return keep;
}

/// Relative ones start from the job file's folder.
std::vector<PathPattern> read_patterns(TomlSection& section, const std::string& key,
                                       const JobSource& source) {
  std::vector<PathPattern> patterns;
  for (std::string& text : section.texts(key)) {
    const bool absolute = std::filesystem::path(text).is_absolute();
    patterns.push_back({absolute ? "" : source.path.parent_path().string(), std::move(text)});
  }
  return patterns;
}

CorpusJob read_corpus_section(TomlSection section, const JobSource& source) {
  CorpusJob corpus;
  corpus.posts = read_patterns(section, "posts", source);
  if (corpus.posts.empty()) section.fail("posts", "is empty");
  if (section.has("images")) corpus.images = read_patterns(section, "images", source);
  corpus.keep = read_keep(section.section("keep"));
  corpus.pseudonyms = section.truth("pseudonyms", true);
  if (section.has("pseudonym_key")) corpus.pseudonym_key = section.path("pseudonym_key");
  section.refuse_unknown();
  return corpus;
}

TagFeatures read_tag_features(TomlSection section) {
  static constexpr std::array<std::string_view, 1> kKinds{"tfidf"};
  TagFeatures tags;
  static_cast<void>(section.choice("kind", kKinds, "tfidf"));
  tags.limits.min_df = section.document_limit("min_df", {1.0, false});
  tags.limits.max_df = section.document_limit("max_df", {1.0, true});
  if (section.has("max_features")) tags.limits.max_features = section.integer("max_features", 1, kMost);
  section.refuse_unknown();
  return tags;
}

Preprocessing preprocessing_named(std::string_view name) {
  const auto at = std::find(kPreprocessingNames.begin(), kPreprocessingNames.end(), name);
  return static_cast<Preprocessing>(at - kPreprocessingNames.begin());
}

void read_precision(TomlSection& section, ImageFeatures& image) {
  static constexpr std::array<std::string_view, 4> kNames{"fp32", "fp32_winograd", "bf16", "auto"};
  const auto precision = precision_named(section.choice("precision", kNames, "fp32"));
  image.measured_precision = !precision;
  image.vgg.precision = precision.value_or(Precision::fp32);
}

void read_engine(TomlSection& section, ImageFeatures& image) {
  static constexpr std::array<std::string_view, 3> kEngines{"auto", "cudnn", "shoal"};
  image.engine = section.choice("engine", kEngines, "auto");
}

void read_vgg(TomlSection& section, ImageFeatures& image) {
  image.vgg.model = section.choice("model", vgg_models(), "vgg16");
  image.vgg.layer = section.choice("layer", vgg_layers(), "fc7");
  image.vgg.convention = section.choice("convention", vgg_conventions(), "torchvision");
  read_precision(section, image);
  read_engine(section, image);
  image.weights = section.path("weights");
  if (image.gives_labels()) {
    image.top_labels =
        section.integer("top_labels", 1, static_cast<std::int64_t>(kImagenetClasses), image.top_labels);
  }
}

ImageFeatures read_image_features(TomlSection section) {
  static constexpr std::array<std::string_view, 2> kKinds{"vgg", "rgb"};
  ImageFeatures image;
  const bool rgb = section.choice("kind", kKinds, "vgg") == "rgb";
  image.kind = rgb ? ImageFeatureKind::rgb : ImageFeatureKind::vgg;
  image.resize = section.integer("resize", rgb ? 1 : 32, rgb ? 1024 : 4096, image.resize);
  if (!rgb) read_vgg(section, image);
  // A convention has a way of its own to make the square; either can be had without the other.
  image.preprocessing =
      preprocessing_named(section.choice("preprocessing", kPreprocessingNames, image.vgg.convention));
  image.exif_orientation = section.truth("exif_orientation", false);
  section.refuse_unknown();
  return image;
}

ClusterJob read_clustering(TomlSection& section, std::uint64_t job_seed) {
  static constexpr std::array<std::string_view, 2> kFeatures{"tags", "image"};
  static constexpr std::array<std::string_view, 1> kMethods{"kmeans"};
  ClusterJob clustering;
  clustering.name = plain_name(section, "name");
  clustering.of = section.choice("of", kFeatures) == "tags" ? FeatureKind::tags : FeatureKind::image;
  static_cast<void>(section.choice("method", kMethods, "kmeans"));
  KMeansSettings& kmeans = clustering.kmeans;
  kmeans.k = section.integer("k", 1, 1'000'000);
  kmeans.n_init = section.integer("n_init", 1, 10'000, kmeans.n_init);
  kmeans.max_iter = section.integer("max_iter", 1, 1'000'000, kmeans.max_iter);
  kmeans.tol = section.number("tol", 0.0, 1e6, kmeans.tol);
  kmeans.seed =
      static_cast<std::uint64_t>(section.integer("seed", 0, kMost, static_cast<std::int64_t>(job_seed)));
  section.refuse_unknown();
  return clustering;
}

std::vector<ClusterJob> read_clusterings(TomlSection& root, const Job& job) {
  // What posts.h5ad calls its own columns.
  std::set<std::string> taken{"_index",   "creator",     "shortcode",     "taken_at", "taken_at_precision",
                              "media",    "likes",       "likes_missing", "comments", "tags",
                              "mentions", "image_state", "image_row",     "digest",   "width",
                              "height",   "posts",       "name"};
  for (std::int64_t place = 0; job.image && job.image->gives_labels() && place < job.image->top_labels;
       ++place) {
    taken.insert({label_column(place), label_column(place) + "_probability"});
  }
  std::vector<ClusterJob> clusterings;
  for (TomlSection& section : root.sections("cluster")) {
    ClusterJob clustering = read_clustering(section, job.seed);
    if (!taken.insert(clustering.name).second || !taken.insert(clustering.name + "_distance").second) {
      section.fail("name", fmt::format("is '{}', which is taken", clustering.name));
    }
    const bool there = clustering.of == FeatureKind::tags ? job.tags.has_value() : job.image.has_value();
    if (!there) {
      const char* feature = clustering.of == FeatureKind::tags ? "tags" : "image";
      section.fail("of", fmt::format("is '{0}', but the job has no [features.{0}]", feature));
    }
    clusterings.push_back(std::move(clustering));
  }
  return clusterings;
}

void read_features(TomlSection features, Job& job) {
  for (const char* kind : {"tags", "image"}) static_cast<void>(features.has(kind));
  features.refuse_unknown();
  if (features.has("tags")) job.tags = read_tag_features(features.section("tags"));
  if (features.has("image")) job.image = read_image_features(features.section("image"));
}

ReportJob read_report(TomlSection section) {
  ReportJob report;
  report.top_tags = section.integer("top_tags", 1, 1000, report.top_tags);
  report.photos = section.integer("photos", 0, 1000, report.photos);
  section.refuse_unknown();
  return report;
}

Job read_job(const toml::table& table, const JobSource& source) {
  TomlSection root(table, "", source);
  // Before anything is missed: a misspelt section is the reason, not what seems to be missing.
  for (const char* section : {"job", "corpus", "features", "cluster", "report"})
    static_cast<void>(root.has(section));
  root.refuse_unknown();
  Job job;
  TomlSection head = root.section("job");
  job.name = plain_name(head, "name");
  job.seed = static_cast<std::uint64_t>(head.integer("seed", 0, kMost, 0));
  head.refuse_unknown();
  job.corpus = read_corpus_section(root.section("corpus"), source);
  read_features(root.section("features"), job);
  if (job.image && job.corpus.images.empty()) {
    throw UsageError(fmt::format(
        "{}: [features.image] needs image folders or shards: `images` under [corpus]", source.path.string()));
  }
  job.clusterings = read_clusterings(root, job);
  job.report = read_report(root.section("report"));
  return job;
}

}  // namespace

Job parse_job(std::string_view text, const std::filesystem::path& path, const Environment& environment) {
  const JobSource source{path, environment};
  try {
    return read_job(toml::parse(text), source);
  } catch (const toml::parse_error& error) {
    throw UsageError(
        fmt::format("{}:{}: not TOML: {}", path.string(), error.source().begin.line, error.description()));
  }
}

}  // namespace shoal
