// A job as JSON: what decides results, and nothing else.
#include <nlohmann/json.hpp>

#include "pipeline/job/job.hpp"

namespace shoal {
namespace {

// nlohmann's default object sorts its keys.
using nlohmann::json;

json limit(const DocumentLimit& value) {
  if (value.is_share) return value.value;
  return static_cast<std::int64_t>(value.value);
}

json corpus_section(const CorpusJob& corpus) {
  json media = json::array();
  if (corpus.keep.albums) media.push_back("album");
  if (corpus.keep.images) media.push_back("image");
  if (corpus.keep.videos) media.push_back("video");
  return {{"keep", {{"media", media}, {"min_tags", corpus.keep.min_tags}}},
          {"pseudonyms", corpus.pseudonyms}};
}

/// What is as it was before there was a choice is absent: the bytes of those results stay.
json image_section(const ImageFeatures& image) {
  json section{{"kind", "rgb"}, {"resize", image.resize}};
  if (image.kind == ImageFeatureKind::vgg) {
    section["kind"] = "vgg";
    section["model"] = image.vgg.model;
    section["layer"] = image.vgg.layer;
    if (image.vgg.convention != "torchvision") section["convention"] = image.vgg.convention;
    if (image.vgg.precision != Precision::fp32) section["precision"] = to_string(image.vgg.precision);
  }
  if (image.preprocessing != Preprocessing::torchvision) {
    section["preprocessing"] = kPreprocessingNames[static_cast<std::size_t>(image.preprocessing)];
  }
  if (image.exif_orientation) section["exif_orientation"] = true;
  if (image.gives_labels()) section["top_labels"] = image.top_labels;
  return section;
}

json feature_sections(const Job& job) {
  json features = json::object();
  if (job.tags) {
    const VocabularyLimits& limits = job.tags->limits;
    features["tags"] = {
        {"kind", "tfidf"}, {"min_df", limit(limits.min_df)}, {"max_df", limit(limits.max_df)}};
    if (limits.max_features) features["tags"]["max_features"] = *limits.max_features;
  }
  if (job.image) features["image"] = image_section(*job.image);
  return features;
}

json cluster_section(const ClusterJob& clustering) {
  const KMeansSettings& kmeans = clustering.kmeans;
  return {{"name", clustering.name}, {"of", clustering.of == FeatureKind::tags ? "tags" : "image"},
          {"method", "kmeans"},      {"k", kmeans.k},
          {"n_init", kmeans.n_init}, {"max_iter", kmeans.max_iter},
          {"tol", kmeans.tol},       {"seed", kmeans.seed}};
}

json report_section(const ReportJob& report) {
  return {{"top_tags", report.top_tags}, {"photos", report.photos}};
}

json cluster_sections(const Job& job) {
  json sections = json::array();
  for (const ClusterJob& clustering : job.clusterings) sections.push_back(cluster_section(clustering));
  return sections;
}

}  // namespace

std::string canonical_json(const Job& job) {
  const json result{{"job", {{"name", job.name}, {"seed", job.seed}}},
                    {"corpus", corpus_section(job.corpus)},
                    {"features", feature_sections(job)},
                    {"cluster", cluster_sections(job)},
                    {"report", report_section(job.report)}};
  return result.dump();
}

std::string clustering_settings_json(const ClusterJob& clustering) {
  json section = cluster_section(clustering);
  section.erase("name");
  return section.dump();
}

std::string stage_settings_json(const Job& job, std::string_view stage) {
  if (stage == "read") return corpus_section(job.corpus).dump();
  if (stage == "tags") return feature_sections(job)["tags"].dump();
  if (stage == "images") return feature_sections(job)["image"].dump();
  // Exemplars and leading tags are counted by the report's settings.
  if (stage == "cluster") return cluster_sections(job).dump() + report_section(job.report).dump();
  return canonical_json(job);
}

}  // namespace shoal
