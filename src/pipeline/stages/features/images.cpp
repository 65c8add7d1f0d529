// Images to features: index, compute by tiles, close up the rows, move them to their owners.
#include <fmt/format.h>

#include <bit>
#include <filesystem>
#include <numeric>
#include <set>

#include "pipeline/images/decoding.hpp"
#include "pipeline/images/network.hpp"
#include "pipeline/images/pass.hpp"
#include "pipeline/stages/stages.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/data/serialize.hpp"
#include "shoal/vision/decode.hpp"

namespace boost::serialization {
template <class Archive>
void serialize(Archive& archive, shoal::ImageRow& row, unsigned) {
  archive& row.candidate& row.ref& row.digest& row.width& row.height& row.posts;
}
}  // namespace boost::serialization

namespace shoal {
namespace {

std::string fault_of_beginning(std::span<const std::byte> beginning) {
  const ImageFormat format = sniff_image(beginning);
  if (is_decoded(format)) return {};
  if (format == ImageFormat::unknown) return "the file does not begin as an image";
  return fmt::format("the file is {}, which is not read", to_string(format));
}

/// Which of all ranks' candidates became rows, and as which: a bit for each, the same on all ranks.
class RowNumbers {
 public:
  RowNumbers(Communicator& comm, std::int64_t candidates, const std::vector<ImageRow>& mine)
      : words_(static_cast<std::size_t>(candidates + 63) / 64) {
    for (const ImageRow& row : mine) {
      words_[static_cast<std::size_t>(row.candidate / 64)] |= std::int64_t{1} << (row.candidate % 64);
    }
    // Each bit is set by one rank at most, so the sum is the union.
    comm.allreduce_sum(words_);
    for (const std::int64_t word : words_) {
      before_.push_back(rows_);
      rows_ += std::popcount(static_cast<std::uint64_t>(word));
    }
  }
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// The row of a candidate, or -1 if it could not be read.
  [[nodiscard]] std::int64_t row_of(std::int64_t candidate) const {
    const auto word = static_cast<std::uint64_t>(words_[static_cast<std::size_t>(candidate / 64)]);
    const std::uint64_t bit = std::uint64_t{1} << (candidate % 64);
    if ((word & bit) == 0) return -1;
    return before_[static_cast<std::size_t>(candidate / 64)] + std::popcount(word & (bit - 1));
  }

 private:
  std::vector<std::int64_t> words_;
  std::vector<std::int64_t> before_;
  std::int64_t rows_ = 0;
};

/// Where each computed row goes: its owner.
std::vector<std::size_t> owners_of(const BlockPartition& partition, const std::vector<ImageRow>& rows,
                                   const RowNumbers& numbers) {
  std::vector<std::size_t> owners;
  owners.reserve(rows.size());
  for (const ImageRow& row : rows) {
    owners.push_back(static_cast<std::size_t>(partition.owner_of(numbers.row_of(row.candidate))));
  }
  return owners;
}

/// Each owner's rows of features, one after the other. Takes the features: there are two copies of them at
/// most from here on.
std::vector<Bytes> features_by_owner(std::vector<float> features, const std::vector<std::size_t>& owners,
                                     std::size_t ranks, std::size_t row_bytes) {
  std::vector<std::size_t> counts(ranks);
  for (const std::size_t owner : owners) ++counts[owner];
  std::vector<Bytes> parts(ranks);
  for (std::size_t r = 0; r < ranks; ++r) parts[r].reserve(counts[r] * row_bytes);
  const auto all = std::as_bytes(std::span(features));
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const auto row = all.subspan(i * row_bytes, row_bytes);
    parts[owners[i]].insert(parts[owners[i]].end(), row.begin(), row.end());
  }
  return parts;
}

/// Sends each computed row to the owner of its block.
void move_to_owners(RunState& state, ComputedImages computed, const RowNumbers& numbers, std::int64_t width) {
  ImageTable& images = state.images;
  const auto ranks = static_cast<std::size_t>(state.comm.size());
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sizeof(float);
  const auto owners = owners_of(images.partition, computed.rows, numbers);
  auto outgoing = features_by_owner(std::move(computed.features), owners, ranks, row_bytes);
  std::vector<std::vector<ImageRow>> rows(ranks);
  for (std::size_t i = 0; i < owners.size(); ++i) rows[owners[i]].push_back(std::move(computed.rows[i]));
  auto incoming_rows = all_to_all_objects(state.comm, std::move(rows));
  std::vector<Bytes> incoming = state.comm.all_to_all(std::move(outgoing));
  const RowRange mine = images.partition.owned_by(state.comm.rank());
  images.rows.resize(static_cast<std::size_t>(mine.size()));
  images.features = DenseMatrix(mine.size(), width);
  for (std::size_t r = 0; r < ranks; ++r) {
    for (std::size_t i = 0; i < incoming_rows[r].size(); ++i) {
      const std::int64_t local = numbers.row_of(incoming_rows[r][i].candidate) - mine.begin;
      std::memcpy(images.features.row(local).data(), incoming[r].data() + i * row_bytes, row_bytes);
      images.rows[static_cast<std::size_t>(local)] = std::move(incoming_rows[r][i]);
    }
    incoming[r] = {};
  }
}

/// One digest over the digests of all image files, in row order; the same on all ranks.
std::string digest_of_rows(Communicator& comm, const std::vector<ImageRow>& mine) {
  Bytes text;
  for (const ImageRow& row : mine) {
    const auto bytes = std::as_bytes(std::span(row.digest));
    text.insert(text.end(), bytes.begin(), bytes.end());
  }
  std::string digest;
  // Ranks own rising runs of rows: by rank is by row.
  Sha256 sum;
  for (const Bytes& part : comm.gather(text, 0)) sum.update(part);
  if (comm.is_root()) digest = to_hex(sum.finish());
  return broadcast_object(comm, digest, 0);
}

void tell_posts(ImageTable& images, const ImageIndex& index, const RowNumbers& numbers) {
  images.post_state = index.post_state;
  for (std::size_t i = 0; i < images.post_state.size(); ++i) {
    const std::int64_t candidate = index.post_candidate[i];
    const std::int64_t row = candidate < 0 ? -1 : numbers.row_of(candidate);
    if (candidate >= 0 && row < 0) images.post_state[i] = ImageState::unreadable;
    images.post_row.push_back(row);
  }
}

void add_up(RunState& state, const ImageIndex& index, const RowNumbers& numbers) {
  ImageTable& images = state.images;
  images.named = index.named;
  images.missing = index.missing;
  images.unreadable = index.unreadable + index.candidates - numbers.rows();
  if (images.named != numbers.rows() + images.missing + images.unreadable) {
    throw FailureError(fmt::format("images do not add up: {} named, {} rows, {} missing, {} unreadable",
                                   images.named, numbers.rows(), images.missing, images.unreadable));
  }
  log::info("{} images named by posts: {} read, {} missing, {} unreadable", images.named, numbers.rows(),
            images.missing, images.unreadable);
}

/// On every rank: a node that does not see a folder would take its photos for missing.
void check_folders(Communicator& comm, const std::vector<ImageSource>& sources) {
  std::set<std::filesystem::path> folders;
  for (const ImageSource& source : sources) {
    const std::filesystem::path path = std::filesystem::absolute(source.path);
    folders.insert(source.shard ? path.parent_path() : path);
  }
  std::string fault;
  for (const auto& folder : folders) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error) && fault.empty()) {
      fault = fmt::format("'{}' under [corpus] images is not a folder that rank {} can read", folder.string(),
                          comm.rank());
    }
  }
  for (const std::string& of_rank : all_gather_objects(comm, fault)) {
    if (!of_rank.empty()) throw InputError(of_rank);
  }
}

/// Rank 0 lists.
std::vector<ImageSource> agree_on_sources(RunState& state) {
  std::vector<ImageSource> sources;
  on_root(state.comm, [&] { sources = list_image_sources(state.job.corpus.images); });
  sources = broadcast_object(state.comm, sources, 0);
  check_folders(state.comm, sources);
  return sources;
}

}  // namespace

ImageIndex index_job_images(RunState& state) {
  state.image_files.emplace(agree_on_sources(state));
  ImageIndex index = index_images(state.comm, state.corpus.posts, state.corpus.partition, *state.image_files,
                                  fault_of_beginning, state.tile_images, state.threads);
  if (index.members > 0) log::info("{} files in the shards under [corpus] images", index.members);
  check_group_counts(state.job, FeatureKind::image, index.candidates);
  return index;
}

void run_index(RunState& state) { state.index = index_job_images(state); }

namespace {

/// What decides a tile's features, beside its files: the key of the stage's journal.
Digest features_key(const RunState& state) {
  return sha256(fmt::format("image features\n{}\n{}\n{}\n{}\n{}\n", kFormatVersion,
                            stage_settings_json(state.job, "images"), state.weights_digest(),
                            state.numeric_identity(), state.tile_images));
}

/// The features of all candidates, each tile computed by whoever asked first for it. Collective.
ComputedImages compute_features(RunState& state, const ImageIndex& index) {
  const ImageFeatures& settings = *state.job.image;
  const Digest key = features_key(state);
  const auto folder = state.work->place("images", key);
  const JournalSegments segments = segments_of(state.comm, folder, key);
  const HomeTiles home = find_finished(state.comm, split_into_tiles(index.at_home, state.tile_images),
                                       segments, index.candidates, state.tile_images);
  const auto network = make_image_network(state.comm, state.backend, settings, state.weights,
                                          state.tile_images, state.threads);
  const std::int64_t reused = state.comm.sum(static_cast<std::int64_t>(home.finished.size()));
  const auto to_compute = static_cast<std::int64_t>(home.missing.size());
  const std::int64_t all = state.comm.sum(to_compute) + reused;
  if (reused > 0) log::info("image features: {} of {} tiles from the journal", reused, all);
  TileWriter journal(folder, key, state.comm.rank(), state.work->settings());
  TileExchange exchange(
      state.comm, to_compute, network->workers(),
      [&](std::int64_t tile) { return serialize_object(home.missing[static_cast<std::size_t>(tile)]); },
      [&](const std::vector<std::int64_t>& finished_by) {
        const std::int64_t done = std::accumulate(finished_by.begin(), finished_by.end(), reused);
        state.progress.tiles(finished_by, all - reused, reused);
        log::progress(fmt::format("image features: {} of {} tiles", done, all), done == all);
      });
  ComputedImages computed;
  bool interrupted = false;
  try {
    computed =
        compute_image_features(*network, *state.image_files, settings,
                               {exchange, home.finished, segments, journal}, decoding_threads(state.threads));
  } catch (const Interrupted&) {
    interrupted = true;
  }
  exchange.close();
  journal.seal();
  if (state.comm.max(std::int64_t{interrupted}) != 0) throw Interrupted();
  return computed;
}

/// Where the time went. Collective.
void tell_times(RunState& state, const ImageTimes& mine) {
  state.images.times = mine;
  state.images.times_of_all = sum_of(all_gather_objects(state.comm, mine));
  log_image_times(mine);
  const std::string sentence = sentence_about(state.images.times_of_all);
  if (!sentence.empty()) log::info("{}", sentence);
}

}  // namespace

void run_images(RunState& state) {
  state.weights = record_weights(state.comm, *state.job.image);
  if (state.weights && !state.weights->trained && state.comm.is_root()) {
    log::warning("the weights '{}' are untrained: image features show how Shoal works, not what photos show",
                 state.job.image->weights.string());
  }
  ImageIndex index = std::move(state.index).value();
  state.index.reset();
  ComputedImages computed = compute_features(state, index);
  for (auto* rows : {&index.quarantine, &computed.quarantine}) {
    std::move(rows->begin(), rows->end(), std::back_inserter(state.quarantine));
  }
  const RowNumbers numbers(state.comm, index.candidates, computed.rows);
  state.images.partition = BlockPartition(numbers.rows(), state.comm.size());
  state.images.tiles_computed = computed.computed;
  state.images.tiles_reused = computed.reused;
  tell_times(state, computed.times);
  const std::int64_t width = computed.width;
  move_to_owners(state, std::move(computed), numbers, width);
  state.images.digest = digest_of_rows(state.comm, state.images.rows);
  tell_posts(state.images, index, numbers);
  add_up(state, index, numbers);
}

}  // namespace shoal
