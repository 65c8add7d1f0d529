// The vocabulary is agreed on, then each rank weights the tags of its posts.
#include "pipeline/stages/features/tfidf.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"
#include "shoal/text/tfidf.hpp"

namespace shoal {
namespace {

/// Bytes in posts.h5ad of a hashtag of a post, and of one in the vocabulary.
constexpr std::int64_t kStoredEntry = 8;
constexpr std::int64_t kStoredColumn = 80;

std::int64_t rows_with_entries(const CsrMatrix& rows) {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < rows.rows(); ++i) count += rows.view().row(i).columns.empty() ? 0 : 1;
  return count;
}

/// The sparse rows of a set in a file: X, or a member of obsm.
class SparseRowsInFile {
 public:
  SparseRowsInFile(const std::filesystem::path& path, const std::string& object)
      : file_(path),
        ends_(file_.array(object + "/indptr")),
        columns_(file_.array(object + "/indices")),
        values_(file_.array(object + "/data")) {}

  [[nodiscard]] bool has_at(std::int64_t row, const SparseRow& expected) const {
    const auto ends = file_.integer_rows(ends_, row, 2);
    const std::int64_t count = ends[1] - ends[0];
    if (count != std::ssize(expected.columns)) return false;
    if (count == 0) return true;
    const auto columns = file_.integer_rows(columns_, ends[0], count);
    const auto values = file_.number_rows(values_, ends[0], count);
    return std::equal(columns.begin(), columns.end(), expected.columns.begin()) &&
           std::equal(values.begin(), values.end(), expected.values.begin(),
                      [](double a, float b) { return a == static_cast<double>(b); });
  }

 private:
  H5adFile file_;
  ArrayInfo ends_;
  ArrayInfo columns_;
  ArrayInfo values_;
};

}  // namespace

void TfidfStage::run(Run& run) {
  vocabulary_ = agree_on_vocabulary(run.comm, run.corpus.posts, limits_);
  auto idf = inverse_document_frequencies(vocabulary_);
  FeatureSet set = new_set();
  CsrMatrix rows = tfidf_rows(run.corpus.posts, vocabulary_, idf);
  posts_with_tags_ = run.comm.sum(rows_with_entries(rows));
  entries_ = run.comm.sum(static_cast<std::int64_t>(rows.indices.size()));
  log::info("{} tags in the vocabulary; {} of {} posts have one", vocabulary_.size(), posts_with_tags_,
            run.corpus.partition.rows());
  set.columns = vocabulary_.size();
  set.rows = std::move(rows);
  set.column_name = [this](std::int64_t column) {
    return vocabulary_.tags()[static_cast<std::size_t>(column)];
  };
  set.column_names = &vocabulary_.tags();
  set.about_columns.push_back(
      {"document_frequency", [this] { return IntegerValues{vocabulary_.document_frequencies()}; }});
  set.about_columns.push_back({"idf", [idf = std::move(idf)] { return DoubleValues{idf}; }});
  run.table("posts").add(std::move(set));
}

Cost TfidfStage::cost(const Run& run, Sizes& sizes) const {
  if (run.find_table("posts") == nullptr || run.find_table("posts")->set(entry_.name) == nullptr) return {};
  sizes.sets[entry_.name] = {"posts", true, vocabulary_.size(), posts_with_tags_, "posts with tags"};
  if (run.naming_set() != nullptr && run.naming_set()->name == entry_.name) sizes.naming_set = entry_.name;
  Cost cost;
  cost.written["posts.h5ad"] = entries_ * kStoredEntry + vocabulary_.size() * kStoredColumn;
  return cost;
}

std::string TfidfStage::look(Run& run_state) {
  run(run_state);
  return fmt::format("{} tags in the vocabulary, on {} posts\n", vocabulary_.size(), posts_with_tags_);
}

std::string TfidfStage::size_text(const Run&) const {
  const std::string whose = usual_kind(entry_.name) ? "" : fmt::format(" of '{}'", entry_.name);
  return fmt::format("{} tags in the vocabulary{}", vocabulary_.size(), whose);
}

void TfidfStage::add_facts(Run& run, UnsValue& tree) const {
  const FeatureSet* naming = run.naming_set();
  const bool is_x = naming != nullptr && naming->name == entry_.name;
  UnsValue& facts = is_x ? tree["tags"] : tree["sets"][entry_.name];
  facts["vocabulary"] = vocabulary_.size();
  facts["posts_with_tags"] = posts_with_tags_;
}

void TfidfStage::compare_rows(const Run& run, const VerifyRequest& request,
                              std::vector<std::string>& findings) const {
  const Table& posts = *run.find_table("posts");
  const bool is_x = posts.x()->name == entry_.name;
  const std::string object = is_x ? "X" : "obsm/" + entry_.name;
  const RowRange mine = posts.partition.owned_by(run.comm.rank());
  const SparseRowsInFile file(run.out / "posts.h5ad", object);
  for (const std::int64_t row : sample_rows(request, posts.partition.rows())) {
    if (!mine.contains(row)) continue;
    const std::int64_t local = row - mine.begin;
    const std::int64_t place = posts.stored ? (*posts.stored)[static_cast<std::size_t>(local)] : row;
    if (file.has_at(place, posts.set(entry_.name)->csr().row(local))) continue;
    findings.push_back(fmt::format("row {} of {} in posts.h5ad is not its post's tf-idf", place, object));
  }
}

void TfidfStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  std::vector<std::string> findings;
  find_faults([&] { read_of_own([&] { compare_rows(run, request, findings); }); }, findings);
  add_findings(run.comm, std::move(findings), verification.findings);
}

}  // namespace shoal
