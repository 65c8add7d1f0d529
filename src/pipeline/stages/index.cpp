// Rank 0 lists folders and shards; names are looked up by their hash owners.
#include "pipeline/stages/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <utility>

#include "pipeline/images/decoding.hpp"
#include "pipeline/stages/nothing_left.hpp"
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

/// By which a folder is known: what is mounted there, and where that was unmounted, is another one.
using FolderIdentity = std::pair<dev_t, ino_t>;

/// The folders of the sources as this rank sees them. On every rank: a node that does not see a folder would
/// take its photos for missing. Collective.
std::map<std::filesystem::path, FolderIdentity> seen_folders(Communicator& comm,
                                                             const std::vector<ImageSource>& sources) {
  std::map<std::filesystem::path, FolderIdentity> folders;
  std::string fault;
  for (const ImageSource& source : sources) {
    const std::filesystem::path path = std::filesystem::absolute(source.path);
    const std::filesystem::path folder = source.shard ? path.parent_path() : path;
    if (folders.contains(folder)) continue;
    const auto status = status_of(folder);
    if ((!status || !S_ISDIR(status->st_mode)) && fault.empty()) {
      fault = fmt::format("'{}' under [corpus] images is not a folder that rank {} can read", folder.string(),
                          comm.rank());
    }
    folders[folder] = status ? FolderIdentity{status->st_dev, status->st_ino} : FolderIdentity{};
  }
  for (const std::string& of_rank : all_gather_objects(comm, fault)) {
    if (!of_rank.empty()) throw InputError(of_rank);
  }
  return folders;
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
  on_root(comm, [&] {
    sources =
        corpus.images.empty() ? list_image_sources_of_posts(corpus.posts) : list_image_sources(corpus.images);
  });
  sources = broadcast_object(comm, sources, 0);
  seen_folders(comm, sources);
  return sources;
}

void IndexStage::run(Run& run) {
  reader_.emplace(agree_on_sources(run.comm, run.job.corpus));
  const auto before = seen_folders(run.comm, reader_->sources());
  index_ = index_images(run.comm, run.corpus.posts, run.corpus.partition, *reader_, fault_of_beginning,
                        run.threads);
  if (seen_folders(run.comm, reader_->sources()) != before) {
    throw UnavailableError(fmt::format(
        "a folder under [corpus] images is another one on rank {} than when photos were looked up: was it "
        "unmounted meanwhile? Run the same command again when it is there",
        run.comm.rank()));
  }
  candidates_ = index_->candidates;
  slides_ = run.comm.sum(std::ssize(index_->slides.states) -
                         std::ranges::count(index_->slides.states, ImageState::none));
  if (index_->members > 0) log::info("{} files in the shards under [corpus] images", index_->members);
  if (index_->similar > 0 || index_->ambiguous > 0) log::info("{}", about_similar(*index_));
  if (candidates_ == 0) {
    why_none_ = why_no_images(run, *index_);
    if (run.why_no_posts.empty() && run.comm.is_root()) log::warning("{}", why_none_);
  }
  largest_files_ = largest_of_all(run.comm, index_->at_home, decoding_threads(run.threads));
}

Cost IndexStage::cost(const Run&, Sizes& sizes) const {
  if (candidates_ >= 0) sizes.rows["images"] = candidates_;
  return {};
}

std::string IndexStage::look(Run& run_state) {
  run(run_state);
  const std::int64_t unused = count_unused_images(run_state.comm, *index_, reader_->sources());
  std::move(index_->quarantine.begin(), index_->quarantine.end(), std::back_inserter(run_state.quarantine));
  std::string text =
      fmt::format("{} images named: {} found, {} missing, {} not images; {} photos that no post names\n",
                  index_->named, index_->candidates, index_->missing, index_->unreadable, unused);
  if (run_state.job.corpus.rules.all_slides)
    text += fmt::format("{} slides of {} posts name them\n", slides_, run_state.corpus.partition.rows());
  if (index_->similar > 0 || index_->ambiguous > 0) text += about_similar(*index_) + "\n";
  return text;
}

std::string IndexStage::size_text(const Run&) const { return fmt::format("{} images", candidates_); }

}  // namespace shoal
