// The files are looked into before anything else begins, and read when their turn comes.
#include "pipeline/stages/features/given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "pipeline/engine/runner.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

/// What counts are called in results and run.json.
constexpr std::array kCounts{
    std::pair{"read", &VectorCounts::read},         std::pair{"used", &VectorCounts::used},
    std::pair{"merged", &VectorCounts::merged},     std::pair{"surplus", &VectorCounts::surplus},
    std::pair{"unusable", &VectorCounts::unusable}, std::pair{"by_post", &VectorCounts::by_post},
    std::pair{"by_image", &VectorCounts::by_image}, std::pair{"posts", &VectorCounts::posts},
};

/// Rows of a set in a file against those that were read again.
void compare_rows(const Run& run, const VerifyRequest& request, const std::string& set,
                  const GatheredVectors& gathered, std::vector<std::string>& findings) {
  const Table& posts = *run.find_table("posts");
  const H5adFile file(run.out / "posts.h5ad");
  const std::string object = file.has("obsm/" + set) ? "obsm/" + set : "X";
  const ArrayInfo array = file.array(object);
  const ArrayInfo presence = file.array("obs/" + set + "_present");
  const RowRange mine = posts.partition.owned_by(run.comm.rank());
  for (const std::int64_t row : sample_rows(request, posts.partition.rows())) {
    if (!mine.contains(row)) continue;
    const std::int64_t local = row - mine.begin;
    const std::int64_t place = posts.stored ? (*posts.stored)[static_cast<std::size_t>(local)] : row;
    const auto stored = file.number_rows(array, place, 1);
    const auto given = gathered.rows.view().row(local);
    const bool same =
        std::ranges::equal(stored, given, [](double a, float b) { return a == static_cast<double>(b); });
    const bool present = gathered.present[static_cast<std::size_t>(local)] != 0;
    if (same && (file.integer_rows(presence, place, 1).front() != 0) == present) continue;
    findings.push_back(
        fmt::format("row {} of {} in posts.h5ad is not the vector that was given", place, object));
  }
}

}  // namespace

void GivenStage::check(Communicator& comm) { files_ = look_into_vector_files(comm, settings_.paths); }

GatheredVectors GivenStage::gather(Run& run, Gather what) {
  if (!files_) check(run.comm);
  GatheredVectors gathered = gather_vectors(
      run.comm, *files_, {run.corpus.partition, run.corpus.posts, settings_.match, run.pseudonyms}, what);
  counts_ = gathered.counts;
  digest_ = to_hex(gathered.digest);
  // Whoever has the vectors could tell from a plain digest whose posts these are.
  if (run.pseudonyms) digest_ = to_hex(run.pseudonyms->digest_of(pseudonym_kind::kCorpus, digest_));
  std::ranges::move(gathered.quarantine, std::back_inserter(run.quarantine));
  if (gathered.counts.posts == 0) {
    why_none_ = !run.why_no_posts.empty()
                    ? run.why_no_posts
                    : fmt::format(
                          "none of the {} vectors of [{}] belongs to a post: their ids are neither ids or "
                          "shortcodes of posts nor names of their images",
                          gathered.counts.read, name());
  }
  return gathered;
}

std::string GivenStage::sentence() const {
  const VectorCounts& counts = *counts_;
  return fmt::format(
      "{} vectors of {} numbers: {} used, {} merged, {} without a post, {} in quarantine; {} posts have one",
      counts.read, files_->columns, counts.used, counts.merged, counts.surplus, counts.unusable,
      counts.posts);
}

void GivenStage::run(Run& run) {
  GatheredVectors gathered = gather(run, Gather::vectors);
  log::info("[{}]: {}; {} have none", name(), sentence(), run.corpus.partition.rows() - counts_->posts);
  if (!why_none_.empty() && run.why_no_posts.empty() && !run.stages.is_grouped(name()) && run.comm.is_root())
    log::warning("[{}]: {}", name(), why_none_);
  FeatureSet set = new_set();
  set.columns = files_->columns;
  set.rows = std::move(gathered.rows);
  set.may_be_absent = true;
  set.present = std::move(gathered.present);
  set.column_names =
      names_by([name = entry_.name](std::int64_t column) { return fmt::format("{}_{}", name, column); });
  run.table("posts").add(std::move(set));
  refuse_by_sizes(run);
}

Cost GivenStage::cost(const Run&, Sizes& sizes) const {
  if (!files_ || !sizes.rows.contains("posts")) return {};
  const std::int64_t rows = sizes.rows.at("posts");
  const std::int64_t with_vector = counts_ ? counts_->posts : rows;
  sizes.sets[entry_.name] = {"posts", false, files_->columns, with_vector, "posts with a vector", why_none_};
  const std::int64_t bytes = files_->columns * static_cast<std::int64_t>(sizeof(float));
  Cost cost;
  cost.kept = sizes.rows_of_rank("posts") * (bytes + 1);
  cost.peak = cost.kept + memory_of_gathering(sizes.rows_of_rank("posts"), files_->columns, sizes.rank.ranks);
  cost.written["posts.h5ad"] = rows * (bytes + 1);
  return cost;
}

std::string GivenStage::look(Run& run) {
  static_cast<void>(gather(run, Gather::counts));
  std::string text = fmt::format("[{}]: {}, {} would have none\n", name(), sentence(),
                                 run.corpus.partition.rows() - counts_->posts);
  if (!why_none_.empty() && run.why_no_posts.empty()) text += fmt::format("[{}]: {}\n", name(), why_none_);
  return text;
}

std::string GivenStage::size_text(const Run&) const {
  if (!files_) return {};
  return fmt::format("vectors of {} numbers in {} files for '{}'", files_->columns, files_->files.size(),
                     entry_.name);
}

void GivenStage::add_facts(Run& run, UnsValue& tree) const {
  UnsValue& facts = tree["vectors"][entry_.name];
  for (const auto& [name, count] : kCounts) facts[name] = (*counts_).*count;
  facts["missing"] = run.corpus.partition.rows() - counts_->posts;
  facts["columns"] = files_->columns;
  facts["digest"] = digest_;
}

void GivenStage::add_record(const Run& run, nlohmann::json& report) const {
  nlohmann::json& record = report["counts"]["vectors"][entry_.name];
  for (const auto& [name, count] : kCounts) record[name] = (*counts_).*count;
  record["missing"] = run.corpus.partition.rows() - counts_->posts;
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
  const GatheredVectors gathered = gather(run, Gather::vectors);
  std::vector<std::string> findings;
  find_faults(
      [&] {
        read_of_own([&] {
          const UnsValue facts = H5adFile(run.out / "posts.h5ad").uns("uns/shoal");
          if (facts.text("vectors/" + entry_.name + "/digest", "") != digest_) {
            findings.push_back(fmt::format(
                "the vectors of '{}' are not those that the run read: their digest is another", entry_.name));
          } else {
            compare_rows(run, request, entry_.name, gathered, findings);
          }
        });
      },
      findings);
  add_findings(run.comm, std::move(findings), verification.findings);
  verification.checked.push_back(fmt::format("vectors of '{}' against their files", entry_.name));
}

}  // namespace shoal
