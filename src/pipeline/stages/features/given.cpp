// The files are looked into before anything else begins, and read when their turn comes.
#include "pipeline/stages/features/given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "pipeline/engine/runner.hpp"
#include "pipeline/stages/column_of.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/stages/features/sampled_images.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/data/slides.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

/// What counts are called in results and run.json.
constexpr std::array kCounts{
    std::pair{"read", &VectorCounts::read},         std::pair{"used", &VectorCounts::used},
    std::pair{"merged", &VectorCounts::merged},     std::pair{"surplus", &VectorCounts::surplus},
    std::pair{"unusable", &VectorCounts::unusable}, std::pair{"by_post", &VectorCounts::by_post},
    std::pair{"by_image", &VectorCounts::by_image},
};

/// Rows of a set in a file.
class StoredVectors {
 public:
  StoredVectors(const std::filesystem::path& path, const std::string& set)
      : file_(path),
        object_(file_.has("obsm/" + set) ? "obsm/" + set : "X"),
        rows_(file_.array(object_)),
        presence_(file_.array("obs/" + set + "_present")) {}

  /// What does not hold of the row at a place of the file, or nothing.
  [[nodiscard]] std::string fault_of(std::int64_t place, std::span<const float> given, bool is_given) const {
    const auto stored = file_.number_rows(rows_, place, 1);
    const bool same =
        std::ranges::equal(stored, given, [](double a, float b) { return a == static_cast<double>(b); });
    if (same && (file_.integer_rows(presence_, place, 1).front() != 0) == is_given) return {};
    return fmt::format("row {} of {} in {} is not the vector that was given", place, object_,
                       file_.path().filename().string());
  }

 private:
  H5adFile file_;
  std::string object_;
  ArrayInfo rows_;
  ArrayInfo presence_;
};

/// A row that is owned here, counted from this rank's first, and its place in the file.
struct SampledRow {
  std::int64_t local = 0;
  std::int64_t place = 0;
};

std::vector<SampledRow> sampled_posts(const Run& run, const VerifyRequest& request) {
  const Table& posts = *run.find_table("posts");
  const RowRange mine = posts.partition.owned_by(run.comm.rank());
  std::vector<SampledRow> rows;
  for (const std::int64_t row : sample_rows(request, posts.partition.rows())) {
    if (!mine.contains(row)) continue;
    const std::int64_t local = row - mine.begin;
    rows.push_back({local, posts.stored ? (*posts.stored)[static_cast<std::size_t>(local)] : row});
  }
  return rows;
}

std::vector<SampledRow> sampled_candidates(const Run& run, const VerifyRequest& request) {
  const ImageIndex& index = run.stages.find<IndexStage>()->index();
  const RowRange home = BlockPartition(index.candidates, run.comm.size()).owned_by(run.comm.rank());
  std::vector<SampledRow> rows;
  for (const auto& [candidate, row] : sample_images(run, index, request.sample))
    rows.push_back({candidate - home.begin, row});
  return rows;
}

/// Images that so many posts name, if they are as those of this rank.
std::int64_t images_of_posts(const std::vector<Post>& mine, std::int64_t posts) {
  if (mine.empty()) return posts;
  std::int64_t slides = 0;
  for (const Post& post : mine) slides += static_cast<std::int64_t>(slides_of(post));
  return posts * slides / std::ssize(mine);
}

}  // namespace

void GivenStage::check(Communicator& comm) { files_ = look_into_vector_files(comm, settings_.paths); }

RowsToMatch GivenStage::posts_to_match(const Run& run) const {
  const Corpus& corpus = run.corpus;
  return {corpus.partition, RowKeys::of_posts(run.comm, corpus.partition, corpus.posts), settings_.match,
          run.pseudonyms};
}

RowsToMatch GivenStage::images_to_match(const Run& run, const BlockPartition& partition,
                                        const std::vector<std::string>& names) const {
  return {partition, RowKeys::of_images(run.comm, partition, names), MatchBy::image, run.pseudonyms};
}

RowsToMatch GivenStage::rows_to_match(const Run& run) const {
  if (!settings_.of_images) return posts_to_match(run);
  return images_to_match(run, run.find_table("images")->partition,
                         column_of(run.stages.find<ImagePassStage>()->rows(),
                                   [](const ImageRow& image) { return image.ref.name; }));
}

RowsToMatch GivenStage::rows_before_decoding(const Run& run) const {
  if (!settings_.of_images) return posts_to_match(run);
  const ImageIndex& index = run.stages.find<IndexStage>()->index();
  return images_to_match(
      run, BlockPartition(index.candidates, run.comm.size()),
      column_of(index.at_home, [](const ImageCandidate& image) { return image.ref.name; }));
}

GatheredVectors GivenStage::gather(Run& run, RowsToMatch rows, Gather what) {
  if (!files_) check(run.comm);
  rows_ = rows.partition.rows();
  GatheredVectors gathered = gather_vectors(run.comm, *files_, std::move(rows), what);
  counts_ = gathered.counts;
  digest_ = to_hex(gathered.digest);
  // Whoever has the vectors could tell from a plain digest whose posts these are.
  if (run.pseudonyms) digest_ = to_hex(run.pseudonyms->digest_of(pseudonym_kind::kCorpus, digest_));
  std::ranges::move(gathered.quarantine, std::back_inserter(run.quarantine));
  if (gathered.counts.rows == 0) {
    why_none_ =
        !run.why_no_posts.empty()
            ? run.why_no_posts
            : fmt::format("none of the {} vectors of [{}] belongs to {}", gathered.counts.read, name(),
                          settings_.of_images
                              ? "an image: their ids are no names of images that were found"
                              : "a post: their ids are neither ids or shortcodes of posts nor names of "
                                "their images");
  }
  return gathered;
}

std::string GivenStage::sentence() const {
  const VectorCounts& counts = *counts_;
  return fmt::format(
      "{} vectors of {} numbers: {} used, {} merged, {} without {}, {} in quarantine; {} {} have one",
      counts.read, files_->columns, counts.used, counts.merged, counts.surplus,
      settings_.of_images ? "an image" : "a post", counts.unusable, counts.rows, table());
}

void GivenStage::run(Run& run) {
  GatheredVectors gathered = gather(run, rows_to_match(run), Gather::vectors);
  log::info("[{}]: {}; {} have none", name(), sentence(), rows_ - counts_->rows);
  if (!why_none_.empty() && run.why_no_posts.empty() && !run.stages.is_grouped(name()) && run.comm.is_root())
    log::warning("[{}]: {}", name(), why_none_);
  FeatureSet set = new_set();
  set.columns = files_->columns;
  set.rows = std::move(gathered.rows);
  set.may_be_absent = true;
  set.present = std::move(gathered.present);
  set.column_names =
      names_by([name = entry_.name](std::int64_t column) { return fmt::format("{}_{}", name, column); });
  run.table(table()).add(std::move(set));
  refuse_by_sizes(run);
}

Cost GivenStage::cost(const Run& run, Sizes& sizes) const {
  if (!files_ || !sizes.rows.contains(table())) return {};
  const std::int64_t rows = sizes.rows.at(table());
  const std::int64_t with_vector = counts_ ? counts_->rows : rows;
  sizes.sets[entry_.name] = {table(),  false, files_->columns, with_vector, table() + " with a vector",
                             why_none_};
  const std::int64_t bytes = files_->columns * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t of_rank = sizes.rows_of_rank(table());
  const std::int64_t images = settings_.of_images ? of_rank : images_of_posts(run.corpus.posts, of_rank);
  Cost cost;
  cost.kept = of_rank * (bytes + 1);
  cost.peak = cost.kept + memory_of_gathering(of_rank, images, files_->columns, sizes.rank.ranks);
  cost.written[table() + ".h5ad"] = rows * (bytes + 1);
  return cost;
}

std::string GivenStage::look(Run& run) {
  static_cast<void>(gather(run, rows_before_decoding(run), Gather::counts));
  std::string text = fmt::format("[{}]: {}, {} would have none\n", name(), sentence(), rows_ - counts_->rows);
  if (!why_none_.empty() && run.why_no_posts.empty()) text += fmt::format("[{}]: {}\n", name(), why_none_);
  return text;
}

std::string GivenStage::size_text(const Run&) const {
  if (!files_) return {};
  return fmt::format("vectors of {} numbers in {} files for '{}'", files_->columns, files_->files.size(),
                     entry_.name);
}

void GivenStage::add_facts(Run&, UnsValue& tree) const {
  UnsValue& facts = tree["vectors"][entry_.name];
  for (const auto& [name, count] : kCounts) facts[name] = (*counts_).*count;
  facts[table()] = counts_->rows;
  facts["missing"] = rows_ - counts_->rows;
  facts["columns"] = files_->columns;
  facts["digest"] = digest_;
}

void GivenStage::add_record(const Run&, nlohmann::json& report) const {
  nlohmann::json& record = report["counts"]["vectors"][entry_.name];
  for (const auto& [name, count] : kCounts) record[name] = (*counts_).*count;
  record[table()] = counts_->rows;
  record["missing"] = rows_ - counts_->rows;
}

void GivenStage::add_paths(const Entry&, nlohmann::json& settings) const {
  const auto texts_of = [](const std::vector<PathPattern>& patterns) {
    std::vector<std::string> texts;
    for (const PathPattern& pattern : patterns)
      texts.push_back((std::filesystem::path(pattern.folder) / pattern.text).string());
    return texts;
  };
  settings["path"] = texts_of(settings_.paths.vectors);
  if (!settings_.paths.ids.empty()) settings["ids"] = texts_of(settings_.paths.ids);
}

void GivenStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  const GatheredVectors gathered = gather(run, rows_before_decoding(run), Gather::vectors);
  const std::vector<SampledRow> sampled =
      settings_.of_images ? sampled_candidates(run, request) : sampled_posts(run, request);
  std::vector<std::string> findings;
  find_faults(
      [&] {
        read_of_own([&] {
          const auto path = run.out / (table() + ".h5ad");
          const UnsValue facts = H5adFile(path).uns("uns/shoal");
          if (facts.text("vectors/" + entry_.name + "/digest", "") != digest_) {
            findings.push_back(fmt::format(
                "the vectors of '{}' are not those that the run read: their digest is another", entry_.name));
            return;
          }
          const StoredVectors stored(path, entry_.name);
          for (const auto& [local, place] : sampled) {
            std::string fault = stored.fault_of(place, gathered.rows.view().row(local),
                                                gathered.present[static_cast<std::size_t>(local)] != 0);
            if (!fault.empty()) findings.push_back(std::move(fault));
          }
        });
      },
      findings);
  add_findings(run.comm, std::move(findings), verification.findings);
  verification.checked.push_back(fmt::format("vectors of '{}' against their files", entry_.name));
}

}  // namespace shoal
