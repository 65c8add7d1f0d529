// What a run has made so far: each stage reads what earlier ones left here and adds its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/engine/memory_forecast.hpp"
#include "pipeline/engine/progress.hpp"
#include "pipeline/engine/work_folder.hpp"
#include "pipeline/images/network.hpp"
#include "pipeline/images/times.hpp"
#include "pipeline/job/job.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/cluster/groups.hpp"
#include "shoal/cluster/kmeans.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/corpus/image_sources.hpp"
#include "shoal/data/matrix.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

/// Hashtags as features.
struct TagTable {
  Vocabulary vocabulary;
  std::vector<double> idf;
  CsrMatrix rows;                    ///< this rank's posts x vocabulary
  std::int64_t posts_with_tags = 0;  ///< posts of all ranks with a tag of the vocabulary
};

/// One row of images.h5ad.
struct ImageRow {
  std::int64_t candidate = 0;  ///< its number among the files that begin as images
  ImageRef ref;
  std::string digest;  ///< SHA-256 of the file
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t posts = 0;  ///< how many posts name it
};

/// The images that could be read, in the order of their first use.
struct ImageTable {
  BlockPartition partition;
  std::vector<ImageRow> rows;  ///< this rank's
  DenseMatrix features;        ///< this rank's rows x features
  std::int64_t named = 0;      ///< distinct names; named = rows + missing + unreadable
  std::int64_t missing = 0;
  std::int64_t unreadable = 0;
  std::int64_t tiles_computed = 0;     ///< by this rank
  std::int64_t tiles_reused = 0;       ///< of an earlier run, by this rank
  ImageTimes times;                    ///< of this rank
  ImageTimes times_of_all;             ///< of all ranks together
  std::string digest;                  ///< of all files that became rows, in order
  std::vector<ImageState> post_state;  ///< of this rank's posts
  std::vector<std::int64_t> post_row;  ///< the image row of each of this rank's posts, or -1
};

struct FinishedClustering {
  const ClusterJob* job = nullptr;
  KMeansResult result;                               ///< labels of posts, or of images
  std::vector<std::int32_t> post_labels;             ///< of this rank's posts
  std::vector<std::string> names;                    ///< of groups, the largest first
  std::vector<std::vector<LeadingColumn>> tags;      ///< leading ones of each group
  std::vector<std::vector<std::int64_t>> exemplars;  ///< image rows nearest to each centroid
};

struct StageTiming {
  std::string stage;
  double seconds = 0.0;
};

struct RunState {
  Communicator& comm;
  Backend& backend;
  const Job& job;
  std::filesystem::path out;
  int threads = 1;
  std::int64_t tile_images = 1;                    ///< that go through the network together
  std::int64_t resident_at_start = 0;              ///< memory of this process before the first stage
  std::optional<std::int64_t> memory_of_node{};    ///< what its ranks may take; absent: what is there
  std::optional<WorkFolder> work{};                ///< absent where nothing may be written
  std::map<std::string_view, std::string> keys{};  ///< of the stages that have run
  Progress progress{};

  Corpus corpus{};
  std::optional<Digest> pseudonym_key{};  ///< digest of the key that names were made with
  TagTable tags{};
  std::optional<ImageIndex> index{};         ///< from the index stage to the one that computes features
  std::vector<StageMemory> forecast{};       ///< of this rank's memory
  std::optional<ImageReader> image_files{};  ///< once images were indexed
  ImageTable images{};
  std::optional<WeightsRecord> weights{};  ///< absent where the features need none
  std::vector<FinishedClustering> clusterings{};
  std::vector<QuarantineRow> quarantine{};  ///< of this rank
  std::unique_ptr<TarWriter> thumbnails{};  ///< on rank 0, complete but for its name
  std::int64_t quarantine_rows = 0;         ///< of all ranks
  std::vector<StageTiming> timings{};

  /// For keys: the backend's arithmetic, and the plans of a network that has some.
  [[nodiscard]] std::string numeric_identity() const;
  /// For keys: what the image features' weights are.
  [[nodiscard]] std::string weights_digest() const { return weights ? weights->digest : "none"; }
};

}  // namespace shoal
