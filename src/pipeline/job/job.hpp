// What a job file asks for, read and checked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/cluster/kmeans.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/text/vocabulary.hpp"
#include "shoal/vision/preprocess.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {

struct CorpusJob {
  std::vector<PathPattern> posts;   ///< files, folders or patterns
  std::vector<PathPattern> images;  ///< folders, tar shards or patterns for them
  KeepRule keep;
  bool pseudonyms = true;
  std::optional<std::filesystem::path> pseudonym_key;  ///< absent: the user's configuration folder
};

struct TagFeatures {
  VocabularyLimits limits;
};

enum class ImageFeatureKind { vgg, rgb };

struct ImageFeatures {
  ImageFeatureKind kind = ImageFeatureKind::vgg;
  VggChoice vgg;
  bool measured_precision = false;  ///< the precision is to be the fastest: pipeline/precision.hpp settles it
  std::string engine = "auto";  ///< on GPUs: what computes convolutions; pipeline/device.hpp settles "auto"
  std::string plans;            ///< what Backend::tune() gave: pipeline/tuning.hpp settles it
  std::int64_t resize = 224;
  Preprocessing preprocessing = Preprocessing::torchvision;
  bool exif_orientation = false;
  std::int64_t top_labels = 5;    ///< of each image, where the features are probabilities of labels
  std::filesystem::path weights;  ///< of VGG
  [[nodiscard]] bool gives_labels() const { return kind == ImageFeatureKind::vgg && vgg.layer == "labels"; }
};

enum class FeatureKind { tags, image };

struct ClusterJob {
  std::string name;
  FeatureKind of = FeatureKind::tags;
  KMeansSettings kmeans;
};

struct ReportJob {
  std::int64_t top_tags = 10;
  std::int64_t photos = 6;
};

struct Job {
  std::string name;
  std::uint64_t seed = 0;
  CorpusJob corpus;
  std::optional<TagFeatures> tags;
  std::optional<ImageFeatures> image;
  std::vector<ClusterJob> clusterings;
  ReportJob report;
};

/// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads a job file's text. path: for messages, and the folder that relative paths start from.
/// Throws UsageError, with the line, for what is not TOML, an unknown key (naming the nearest known one), a
/// value of the wrong type or range, a variable that is not set, and sections that do not fit together.
Job parse_job(std::string_view text, const std::filesystem::path& path, const Environment& environment);

/// The job without paths, ranks and threads, as JSON with sorted keys: the same text for the same results.
std::string canonical_json(const Job& job);

/// What of a clustering's settings decides its groups.
std::string clustering_settings_json(const ClusterJob& clustering);

/// The part of it that a stage (src/pipeline/stages.cpp) depends on.
std::string stage_settings_json(const Job& job, std::string_view stage);

}  // namespace shoal
