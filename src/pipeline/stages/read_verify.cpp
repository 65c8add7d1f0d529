// Identities of the inputs, and sampled posts against their rows.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "pipeline/engine/canonical.hpp"
#include "pipeline/stages/read.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

using nlohmann::json;
using Findings = std::vector<std::string>;

void compare_identities(Run& run, const json& report, const UnsValue& tree, Findings& findings) {
  const std::string inputs = to_hex(run.corpus.digest);
  if (report.at("inputs").value("digest", "") != inputs || tree.text("inputs/digest", "") != inputs) {
    findings.emplace_back(
        "the posts are not the files that the run read, or some were forgotten since: their digest is "
        "another");
  }
  if (tree.text("job", "") != canonical_text(run.job, run.stages)) {
    findings.emplace_back("the settings in posts.h5ad are not those of the job in run.json");
  }
  const Accounting& counts = run.corpus.accounting;
  if (report.at("counts").at("records").value("kept", std::int64_t{-1}) != counts.kept) {
    findings.push_back(
        fmt::format("{} records of the inputs are kept now, and run.json has another number", counts.kept));
  }
}

/// One sampled post of this rank against its row in the file.
class PostRows {
 public:
  PostRows(const Run& run, const std::filesystem::path& path) : run_(run), file_(path) {
    for (const ArrayInfo& array : file_.arrays()) arrays_[array.path] = array;
  }

  void compare(std::int64_t row, Findings& findings) {
    const auto local = static_cast<std::size_t>(row - run_.corpus.partition.owned_by(run_.comm.rank()).begin);
    const Post& post = run_.corpus.posts[local];
    if (const auto& stored = run_.find_table("posts")->stored) row = (*stored)[local];
    const bool same = file_.string_rows(arrays_.at("obs/_index"), row, 1).front() == post.id &&
                      same_text("creator", row, post.creator) &&
                      same_text("creator_name", row, post.creator_name) &&
                      same_text("caption", row, post.caption) && same_text("place", row, post.place.name) &&
                      same_text("source_file", row, post.source_file) &&
                      same_count("likes", row, post.likes) && same_count("comments", row, post.comments);
    if (!same) findings.push_back(fmt::format("row {} of posts.h5ad is not what its record says", row));
  }

 private:
  /// Where the file has the column.
  [[nodiscard]] bool same_text(const std::string& column, std::int64_t row, const std::string& text) const {
    const std::string object = "obs/" + column;
    return !file_.has(object) || file_.text_at(object, row) == text;
  }

  bool same_count(const std::string& name, std::int64_t row, const Count& count) {
    const double value = file_.number_rows(arrays_.at("obs/" + name), row, 1).front();
    return std::isnan(value) ? !count.known() : count.known() && value == static_cast<double>(count.value);
  }

  const Run& run_;
  H5adFile file_;
  std::map<std::string, ArrayInfo> arrays_;
};

void compare_rows(const Run& run, RowRange mine, const std::vector<std::int64_t>& sample,
                  Findings& findings) {
  PostRows rows(run, run.out / "posts.h5ad");
  for (const std::int64_t row : sample) {
    if (mine.contains(row)) rows.compare(row, findings);
  }
}

}  // namespace

void ReadStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  Findings findings;
  const auto sample = sample_rows(request, run.corpus.partition.rows());
  const RowRange mine = run.corpus.partition.owned_by(run.comm.rank());
  const auto compare = [&] {
    compare_identities(run, request.report, H5adFile(run.out / "posts.h5ad").uns("uns/shoal"), findings);
    if (findings.empty()) compare_rows(run, mine, sample, findings);
  };
  find_faults([&] { read_of_own(compare); }, findings);
  add_findings(run.comm, findings, verification.findings);
  verification.checked.push_back(fmt::format("{} posts against their records", sample.size()));
}

}  // namespace shoal
