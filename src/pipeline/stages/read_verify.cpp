// Identities of the inputs, and sampled rows computed again.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/results/verify_files.hpp"
#include "pipeline/stages/features/images_verify.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/random.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/data/serialize.hpp"
#include "shoal/store/h5ad_reader.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {
namespace {

using nlohmann::json;
using Findings = std::vector<std::string>;

/// Drawn from the checksums of all files.
std::vector<std::int64_t> sample_rows(const json& report, std::int64_t rows, std::int64_t count) {
  const RandomStream random(leading_bits(sha256(report.at("files").dump())), "verify");
  std::vector<std::int64_t> sample;
  for (std::int64_t i = 0; i < count && rows > 0; ++i) {
    sample.push_back(static_cast<std::int64_t>(
        random.below(static_cast<std::uint64_t>(rows), 0, static_cast<std::uint64_t>(i))));
  }
  std::sort(sample.begin(), sample.end());
  sample.erase(std::unique(sample.begin(), sample.end()), sample.end());
  return sample;
}

void compare_identities(RunState& state, const json& report, const UnsValue& tree, Findings& findings) {
  const std::string inputs = to_hex(state.corpus.digest);
  if (report.at("inputs").value("digest", "") != inputs || tree.text("inputs/digest", "") != inputs) {
    findings.emplace_back("the posts are not the files that the run read: their digest is another");
  }
  if (tree.text("job", "") != canonical_json(state.job)) {
    findings.emplace_back("the settings in posts.h5ad are not those of the job in run.json");
  }
  const Accounting& counts = state.corpus.accounting;
  if (report.at("counts").at("records").value("kept", std::int64_t{-1}) != counts.kept) {
    findings.push_back(
        fmt::format("{} records of the inputs are kept now, and run.json has another number", counts.kept));
  }
}

/// One sampled post of this rank against its row in the file.
class PostRows {
 public:
  PostRows(const RunState& state, const std::filesystem::path& path) : state_(state), file_(path) {
    for (const ArrayInfo& array : file_.arrays()) arrays_[array.path] = array;
  }

  void compare(std::int64_t row, Findings& findings) {
    const std::int64_t local = row - state_.corpus.partition.owned_by(state_.comm.rank()).begin;
    const Post& post = state_.corpus.posts[static_cast<std::size_t>(local)];
    const bool same = file_.string_rows(arrays_.at("obs/_index"), row, 1).front() == post.id &&
                      file_.string_rows(arrays_.at("obs/creator"), row, 1).front() == post.creator &&
                      same_count("likes", row, post.likes) && same_count("comments", row, post.comments);
    if (!same) findings.push_back(fmt::format("row {} of posts.h5ad is not what its record says", row));
    if (state_.job.tags && !same_tags(row, local)) {
      findings.push_back(fmt::format("row {} of X in posts.h5ad is not its post's tf-idf", row));
    }
  }

 private:
  bool same_count(const std::string& name, std::int64_t row, const Count& count) {
    const bool missing = file_.integer_rows(arrays_.at("obs/" + name + "/mask"), row, 1).front() != 0;
    const std::int64_t value = file_.integer_rows(arrays_.at("obs/" + name + "/values"), row, 1).front();
    return missing ? !count.known() : count.known() && value == count.value;
  }

  bool same_tags(std::int64_t row, std::int64_t local) {
    const auto ends = file_.integer_rows(arrays_.at("X/indptr"), row, 2);
    const auto expected = state_.tags.rows.view().row(local);
    const std::int64_t count = ends[1] - ends[0];
    if (count != static_cast<std::int64_t>(expected.columns.size())) return false;
    if (count == 0) return true;
    const auto columns = file_.integer_rows(arrays_.at("X/indices"), ends[0], count);
    const auto values = file_.number_rows(arrays_.at("X/data"), ends[0], count);
    return std::equal(columns.begin(), columns.end(), expected.columns.begin()) &&
           std::equal(values.begin(), values.end(), expected.values.begin(),
                      [](double a, float b) { return a == static_cast<double>(b); });
  }

  const RunState& state_;
  H5adFile file_;
  std::map<std::string, ArrayInfo> arrays_;
};

void compare_posts(RunState& state, const std::vector<std::int64_t>& sample, Findings& findings) {
  PostRows rows(state, state.out / "posts.h5ad");
  const RowRange mine = state.corpus.partition.owned_by(state.comm.rank());
  for (const std::int64_t row : sample) {
    if (mine.contains(row)) rows.compare(row, findings);
  }
}

}  // namespace

void verify_rows(RunState& state, const json& report, std::int64_t sample, Verification& verification) {
  run_read(state);
  if (state.job.tags) run_tags(state);
  Findings findings;
  const auto rows = sample_rows(report, state.corpus.partition.rows(), sample);
  try {
    compare_identities(state, report, H5adFile(state.out / "posts.h5ad").uns("uns/shoal"), findings);
    if (findings.empty()) compare_posts(state, rows, findings);
  } catch (const std::exception& error) {
    findings.emplace_back(error.what());
  }
  add_findings(state.comm, findings, verification.findings);
  verification.checked.push_back(fmt::format("{} posts against their records", rows.size()));
  if (state.job.image && verification.findings.empty()) {
    verify_images(state, report, sample, verification);
  }
}

}  // namespace shoal
