// The algorithm's state is a checkpoint of this stage; its components are a model of the set that they are
// made of.
#include "pipeline/stages/features/decomposed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/engine/checkpoint.hpp"
#include "pipeline/stages/usable_rows.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

constexpr auto kNumber = static_cast<std::int64_t>(sizeof(double));

double held_share(const Decomposition& found) {
  return std::accumulate(found.values.begin(), found.values.end(), 0.0) / found.total;
}

std::vector<double> divided(std::vector<double> values, double by) {
  for (double& value : values) value /= by;
  return values;
}

}  // namespace

Decomposition DecomposedStage::decompose(Run& run, const Table& table, const FeatureSet& set,
                                         Checkpoint& state) const {
  DecompositionSettings settings = settings_;
  settings.threads = run.threads;
  settings.name = heading();
  if (method_ == Method::pca) {
    return principal_components(run.comm, masked_rows(run, table, set), settings, state);
  }
  const RowRange mine = table.partition.owned_by(run.comm.rank());
  return truncated_svd(run.comm, SparseRowsInMemory(set.csr(), mine, table.partition.rows()), settings,
                       state);
}

ProjectedRows DecomposedStage::projected(const Run& run, const Table& table, const FeatureSet& set,
                                         const Decomposition& onto) const {
  return method_ == Method::pca ? project(masked_rows(run, table, set), onto, run.threads)
                                : project(set.csr(), onto, run.threads);
}

void DecomposedStage::run(Run& run) {
  const auto [found, set] = run.set(of().front());
  Table& table = run.table(found->name);
  require_usable_rows(run, heading(), of().front());
  const Digest key = key_of(key_parts(run));
  StageCheckpoint state(run.comm, run.work->place("components", key), key, heading(), run.work->settings());
  found_ = std::make_shared<const Decomposition>(decompose(run, table, *set, state));
  ProjectedRows rows = projected(run, table, *set, *found_);
  held_ = run.comm.sum(std::ranges::count(rows.present, 1));
  log::info("{}: {} components of '{}' hold {:.1f} % of the {} of {} rows; {} rows have nothing of them",
            heading(), found_->count(), of().front(), 100.0 * held_share(*found_),
            method_ == Method::pca ? "variance" : "squared length", found_->rows, found_->rows - held_);
  if (found_->residual > Decomposition::kResidual && run.comm.is_root()) {
    log::warning(
        "{}: after {} products with the rows the residual is {:.1e}: the last components are not exact",
        heading(), found_->products, found_->residual);
  }
  const auto add_model = [&](const char* what, std::int64_t count,
                             const std::vector<double> Decomposition::*values) {
    table.columns.emplace_back(
        Model{fmt::format("{}_{}", entry_.name, what), of().front(), count, found_->columns,
              [found = found_, values]() -> const std::vector<double>& { return (*found).*values; }});
  };
  add_model("components", found_->count(), &Decomposition::components);
  if (!found_->mean.empty()) add_model("mean", 1, &Decomposition::mean);
  table.add(new_dense_set(std::move(rows.rows), std::move(rows.present)));
}

Cost DecomposedStage::cost(const Run&, Sizes& sizes) const {
  const SetSize* of_size = first_size(sizes);
  if (of_size == nullptr) return {};
  const SetSize like = *of_size;
  const std::int64_t components = settings_.components * like.columns * kNumber;
  SetSize size = like;
  size.sparse = false;
  size.columns = settings_.components;
  Cost cost = cost_of(sizes, std::move(size));
  cost.kept += components;
  const std::int64_t rows = sizes.rows_of_rank(like.table);
  const DecompositionShape shape{like.sparse, rows, like.columns, settings_.components};
  // First the iteration, with the length of each row; then its rows, and the components once more.
  cost.peak =
      std::max(rows * kNumber + memory_of_decomposition(shape, sizes.rank.threads), cost.kept + components);
  cost.written[like.table + ".h5ad"] += components;
  cost.written["journal"] = size_of_checkpoint(settings_.components, like.columns);
  sizes.largest_model = std::max(sizes.largest_model, components);
  return cost;
}

void DecomposedStage::refuse(const Sizes& sizes) const {
  DerivedStage::refuse(sizes);
  const SetSize* size = first_size(sizes);
  if (size == nullptr) return;
  if (method_ == Method::pca) {
    require_dense(heading(), of().front(), *size, "take kind = \"lsa\" for it, which does not centre");
  } else if (!size->sparse) {
    throw UsageError(
        fmt::format("{} is made of '{}', which is not sparse; take kind = \"pca\" for it, which centres",
                    heading(), of().front()));
  }
  if (settings_.components < std::min(size->rows_with_features, size->columns)) return;
  throw UsageError(fmt::format(
      "{} asks for {} components, and '{}' has {} {} with {} numbers; ask for fewer than the smaller of "
      "the two",
      heading(), settings_.components, of().front(), size->rows_with_features, size->rows_are,
      size->columns));
}

std::string DecomposedStage::size_text(const Run&) const {
  return fmt::format("{} components of '{}'", settings_.components, of().front());
}

void DecomposedStage::add_facts(Run& run, UnsValue& tree) const {
  DerivedStage::add_facts(run, tree);
  UnsValue& facts = tree["sets"][entry_.name];
  const Decomposition& found = *found_;
  facts["components"] = found.count();
  facts["rows"] = found.rows;
  facts["rows_without"] = found.rows - held_;
  facts["products"] = found.products;
  facts["residual"] = found.residual;
  if (method_ == Method::pca) {
    const auto degrees = static_cast<double>(std::max<std::int64_t>(found.rows - 1, 1));
    facts["explained_variance"] = divided(found.values, degrees);
    facts["explained_variance_ratio"] = divided(found.values, found.total);
    return;
  }
  std::vector<double> singular = found.values;
  for (double& value : singular) value = std::sqrt(value);
  facts["singular_values"] = std::move(singular);
  facts["squared_length_ratio"] = divided(found.values, found.total);
}

void DecomposedStage::compare_rows(Run& run, const VerifyRequest& request,
                                   std::vector<std::string>& findings) const {
  const Table& table = *run.set(of().front()).first;
  const H5adFile file(run.out / (table.name + ".h5ad"));
  const std::vector<double> by_column = file.numbers("varm/" + entry_.name + "_components");
  Decomposition stored;
  stored.columns = table.x()->columns;
  stored.values.resize(static_cast<std::size_t>(settings_.components));
  for (std::int64_t k = 0; k < settings_.components; ++k) {
    for (std::int64_t c = 0; c < stored.columns; ++c)
      stored.components.push_back(by_column[static_cast<std::size_t>(c * settings_.components + k)]);
  }
  const ProjectedRows rows = projected(run, table, *table.x(), stored);
  const ArrayInfo array = file.array("obsm/" + entry_.name);
  const RowRange mine = table.partition.owned_by(run.comm.rank());
  for (const std::int64_t row : sample_rows(request, table.partition.rows())) {
    if (!mine.contains(row)) continue;
    const std::int64_t local = row - mine.begin;
    const std::int64_t place = table.stored ? (*table.stored)[static_cast<std::size_t>(local)] : row;
    const auto there = file.number_rows(array, place, 1);
    const bool same = std::ranges::equal(there, rows.rows.view().row(local),
                                         [](double a, float b) { return a == static_cast<double>(b); });
    if (!same)
      findings.push_back(fmt::format("row {} of obsm/{} in {}.h5ad is not its row of '{}' in the components",
                                     place, entry_.name, table.name, of().front()));
  }
}

void DecomposedStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  const Table* table = run.find_table("posts");
  // Other sets are not made when a run is verified, and components of sets that are not X stand elsewhere.
  if (table == nullptr || table->x() == nullptr || table->x()->name != of().front()) return;
  std::vector<std::string> findings;
  find_faults([&] { read_of_own([&] { compare_rows(run, request, findings); }); }, findings);
  add_findings(run.comm, std::move(findings), verification.findings);
  verification.checked.push_back(
      fmt::format("'{}' against '{}' and its components", entry_.name, of().front()));
}

}  // namespace shoal
