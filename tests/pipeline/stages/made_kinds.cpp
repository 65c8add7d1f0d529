// Each is a class and a maker, as a real one would be.
#include "pipeline/stages/made_kinds.hpp"

#include <fmt/format.h>

#include <limits>
#include <vector>

#include "pipeline/stages/cluster/clustering.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal::testing {
namespace {

std::vector<float> counts_of(const Post& post) {
  return {static_cast<float>(post.tags.size()), static_cast<float>(post.caption.size())};
}

/// Dense features of posts, some of which have none.
class CountsStage final : public Stage {
 public:
  explicit CountsStage(Entry entry) : Stage(std::move(entry)) {}
  [[nodiscard]] When when() const override { return When::features; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"read"}; }
  [[nodiscard]] std::vector<Given> gives() const override { return {{name(), "posts", {}, true}}; }

  void run(Run& run) override {
    FeatureSet set = new_set();
    DenseMatrix rows(std::ssize(run.corpus.posts), 2);
    set.may_be_absent = true;
    for (std::int64_t i = 0; i < rows.rows; ++i) {
      const Post& post = run.corpus.posts[static_cast<std::size_t>(i)];
      set.present.push_back(post.tags.empty() ? 0 : 1);
      if (!post.tags.empty()) std::ranges::copy(counts_of(post), rows.row(i).begin());
    }
    set.columns = 2;
    set.rows = std::move(rows);
    set.column_names = names_by([](std::int64_t column) { return column == 0 ? "tags" : "bytes"; });
    run.table("posts").add(std::move(set));
  }

  Cost cost(const Run&, Sizes& sizes) const override {
    sizes.sets[entry_.name] = {"posts", false, 2, sizes.rows.at("posts"), "posts"};
    Cost cost;
    cost.peak = cost.kept = sizes.rows_of_rank("posts") * 8;
    cost.written["posts.h5ad"] = sizes.rows.at("posts") * 8;
    return cost;
  }

  void add_facts(Run&, UnsValue& tree) const override { tree["counted"][entry_.name] = "tags and bytes"; }

  void verify(Run& run, const VerifyRequest& request, Verification& verification) override {
    const H5adFile file(run.out / "posts.h5ad");
    const std::string object = file.has("obsm/" + entry_.name) ? "obsm/" + entry_.name : "X";
    const RowRange mine = run.corpus.partition.owned_by(run.comm.rank());
    std::vector<std::string> findings;
    for (const std::int64_t row : sample_rows(request, run.corpus.partition.rows())) {
      if (!mine.contains(row)) continue;
      const Post& post = run.corpus.posts[static_cast<std::size_t>(row - mine.begin)];
      const double tags = file.number_rows(file.array(object), row, 1).front();
      if (tags != static_cast<double>(post.tags.size()))
        findings.push_back(fmt::format("row {} of {}", row, object));
    }
    add_findings(run.comm, std::move(findings), verification.findings);
    verification.checked.push_back(entry_.name + ": numbers of tags");
  }
};

/// A map: a feature set with two columns.
class PlaneStage final : public Stage {
 public:
  PlaneStage(Entry entry, std::string of) : Stage(std::move(entry)), of_(std::move(of)) {}
  [[nodiscard]] When when() const override { return When::features; }
  [[nodiscard]] std::vector<std::string> needs() const override { return {"features." + of_}; }
  [[nodiscard]] std::vector<Given> gives() const override {
    return {{"features." + entry_.name, {}, "features." + of_, true}};
  }

  void run(Run& run) override {
    const auto [found, of] = run.set(of_);
    FeatureSet map = new_set();
    map.columns = 2;
    const std::int64_t rows = found->partition.owned_by(run.comm.rank()).size();
    DenseMatrix places(rows, 2);
    map.may_be_absent = true;
    for (std::int64_t i = 0; i < rows; ++i) {
      const bool there = of->has(i);
      map.present.push_back(there ? 1 : 0);
      places.row(i)[0] = there ? first_of(*of, i) : std::numeric_limits<float>::quiet_NaN();
      places.row(i)[1] = there ? 1.0F : std::numeric_limits<float>::quiet_NaN();
    }
    map.rows = std::move(places);
    map.column_names = names_by([](std::int64_t column) { return column == 0 ? "x" : "y"; });
    run.table(found->name).add(std::move(map));
  }

  Cost cost(const Run&, Sizes& sizes) const override {
    const auto of = sizes.sets.find(of_);
    if (of == sizes.sets.end()) return {};
    sizes.sets[entry_.name] = {of->second.table, false, 2, of->second.rows_with_features,
                               of->second.rows_are};
    return {};
  }

 private:
  static float first_of(const FeatureSet& set, std::int64_t row) {
    if (!set.sparse()) return set.dense().row(row).front();
    const SparseRow entries = set.csr().row(row);
    return entries.columns.front() == 0 ? entries.values.front() : 0.0F;
  }
  std::string of_;
};

/// Groups without centroids, sums or distances.
class StripesStage final : public ClusteringStage {
 public:
  StripesStage(Entry entry, std::string of, std::int64_t groups)
      : ClusteringStage(std::move(entry), std::move(of)), groups_(groups) {}

  Cost cost(const Run& run, Sizes& sizes) const override {
    if (!sizes.sets.contains(of())) return {};
    Cost cost;
    add_cost_of_groups(run, sizes, groups_, cost);
    return cost;
  }

 protected:
  [[nodiscard]] std::string strength_column() const override { return "depth"; }

  Grouping find_groups(Run& run, const Table& table, const FeatureSet& set, Checkpoint& state) override {
    // An iterative method's state goes through the journal; this one keeps a letter there.
    static_cast<void>(state.load());
    state.save([] { return Checkpoint::State{std::byte{'s'}}; }, true);
    const RowRange mine = table.partition.owned_by(run.comm.rank());
    Grouping grouping;
    grouping.sizes.resize(static_cast<std::size_t>(groups_));
    grouping.strength = Strength{};
    for (std::int64_t i = 0; i < mine.size(); ++i) {
      const auto group = static_cast<std::int32_t>((mine.begin + i) % std::max<std::int64_t>(groups_, 1));
      const bool belongs = groups_ > 0 && set.has(i);
      grouping.labels.push_back(belongs ? group : -1);
      grouping.strength->values.push_back(0.5 * static_cast<double>(mine.begin + i));
      if (belongs) ++grouping.sizes[static_cast<std::size_t>(group)];
    }
    run.comm.allreduce_sum(grouping.sizes);
    order_by_size(grouping);
    grouping.facts["facts"]["terms"] = std::vector<std::string>{"Stripes"};
    grouping.facts["facts"]["values"] = std::vector<std::string>{std::to_string(groups_)};
    grouping.sentences = {"Stripes say nothing about posts."};
    return grouping;
  }

 private:
  std::int64_t groups_;
};

void make_counts(Entry entry, TomlSection& section, EntryContext& context) {
  context.stages.add<CountsStage>(finished(std::move(entry), section));
}

void make_plane(Entry entry, TomlSection& section, EntryContext& context) {
  std::string of = section.text("of");
  Entry done = finished(std::move(entry), section);
  context.require_set(section, "of", of);
  context.stages.add<PlaneStage>(std::move(done), std::move(of));
}

void make_stripes(Entry entry, TomlSection& section, EntryContext& context) {
  std::string of = section.text("of");
  const std::int64_t groups = section.integer("groups", 0, 100, 2);
  Entry done = finished(std::move(entry), section);
  context.require_set(section, "of", of);
  context.stages.add<StripesStage>(std::move(done), std::move(of), groups);
}

std::vector<Kind> all_rows() {
  std::vector<Kind> rows(built_in_kinds().kinds.begin(), built_in_kinds().kinds.end());
  rows.push_back({"features", "counts", 1, make_counts});
  rows.push_back({"map", "plane", 1, make_plane});
  rows.push_back({"cluster", "stripes", 1, make_stripes});
  return rows;
}

}  // namespace

const KindTable& made_kinds() {
  static const std::vector<Kind> rows = all_rows();
  static const KindTable table{rows};
  return table;
}

}  // namespace shoal::testing
