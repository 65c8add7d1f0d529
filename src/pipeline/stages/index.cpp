// Rank 0 lists folders and shards; names are looked up by their hash owners.
#include "pipeline/stages/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "pipeline/images/decoding.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/data/serialize.hpp"
#include "shoal/vision/decode.hpp"

namespace shoal {
namespace {

std::string fault_of_beginning(std::span<const std::byte> beginning) {
  const ImageFormat format = sniff_image(beginning);
  if (is_decoded(format)) return {};
  if (format == ImageFormat::unknown) return "the file does not begin as an image";
  return fmt::format("the file is {}, which is not read", to_string(format));
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
    if (!is_folder(folder) && fault.empty()) {
      fault = fmt::format("'{}' under [corpus] images is not a folder that rank {} can read", folder.string(),
                          comm.rank());
    }
  }
  for (const std::string& of_rank : all_gather_objects(comm, fault)) {
    if (!of_rank.empty()) throw InputError(of_rank);
  }
}

std::vector<std::int64_t> largest_of_all(Communicator& comm, const std::vector<ImageCandidate>& mine,
                                         int count) {
  const auto cut = [&](std::vector<std::int64_t>& bytes) {
    std::sort(bytes.begin(), bytes.end(), std::greater<>());
    bytes.resize(std::min(bytes.size(), static_cast<std::size_t>(count)));
  };
  std::vector<std::int64_t> bytes;
  for (const ImageCandidate& candidate : mine) bytes.push_back(candidate.ref.bytes);
  cut(bytes);
  std::vector<std::int64_t> of_all;
  for (const auto& part : all_gather_objects(comm, bytes))
    of_all.insert(of_all.end(), part.begin(), part.end());
  cut(of_all);
  return of_all;
}

std::string about_similar(const ImageIndex& index) {
  return fmt::format(
      "{} image names differ from their file's in case, composition or separators, and were found; {} fit "
      "several "
      "files so, and none was taken",
      index.similar, index.ambiguous);
}

}  // namespace

std::vector<ImageSource> agree_on_sources(Communicator& comm, const CorpusJob& corpus) {
  std::vector<ImageSource> sources;
  on_root(comm, [&] { sources = list_image_sources(corpus.images); });
  sources = broadcast_object(comm, sources, 0);
  check_folders(comm, sources);
  return sources;
}

void IndexStage::run(Run& run) {
  reader_.emplace(agree_on_sources(run.comm, run.job.corpus));
  index_ = index_images(run.comm, run.corpus.posts, run.corpus.partition, *reader_, fault_of_beginning,
                        run.threads);
  candidates_ = index_->candidates;
  if (index_->members > 0) log::info("{} files in the shards under [corpus] images", index_->members);
  if (index_->similar > 0 || index_->ambiguous > 0) log::info("{}", about_similar(*index_));
  largest_files_ = largest_of_all(run.comm, index_->at_home, decoding_threads(run.threads));
}

Cost IndexStage::cost(const Run&, Sizes& sizes) const {
  if (candidates_ >= 0) sizes.rows["images"] = candidates_;
  return {};
}

std::string IndexStage::look(Run& run_state) {
  run(run_state);
  std::move(index_->quarantine.begin(), index_->quarantine.end(), std::back_inserter(run_state.quarantine));
  std::string text = fmt::format("{} images named: {} found, {} missing, {} not images\n", index_->named,
                                 index_->candidates, index_->missing, index_->unreadable);
  if (index_->similar > 0 || index_->ambiguous > 0) text += about_similar(*index_) + "\n";
  return text;
}

std::string IndexStage::size_text(const Run&) const { return fmt::format("{} images", candidates_); }

}  // namespace shoal
