// Walks the tables: columns in their order, then the features, then the facts. Nothing of it is in place yet.
#include "pipeline/stages/store.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "pipeline/results/facts.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "pipeline/results/table_file.hpp"
#include "shoal/store/models_writer.hpp"

namespace shoal {
namespace {

/// A column of results on its way to the file: a text, its copy, and the bytes of both in the file.
constexpr std::int64_t kStoredRow = 240;
/// Of a row that stands elsewhere in the file, beyond that: its place, twice. A text on its way is its copy.
constexpr std::int64_t kMovedRow = 24;
/// Of a linked row: its number in the other file, which its owner is asked for, and what is told of it, three
/// times while they are put in order and move.
constexpr std::int64_t kLinkedRow = 64;
/// A file without rows: HDF5's own, and the facts.
constexpr std::int64_t kEmptyFile = std::int64_t{192} << 10;
constexpr std::int64_t kSlabsOfTexts = std::int64_t{96} << 20;
/// HDF5, the tree of the results, and what reading back holds.
constexpr std::int64_t kStoring = std::int64_t{8} << 20;

/// Models of sets that are not X. Returns whether there are any.
bool write_models(Run& run) {
  std::unique_ptr<ModelsWriter> file;
  for (const auto& [name, table] : run.tables) {
    for (const auto& part : table.columns) {
      const auto* model = std::get_if<Model>(&part);
      if (model == nullptr || is_of_x(*model, table)) continue;
      if (!file) file = std::make_unique<ModelsWriter>(run.comm, run.staging / "models.h5");
      file->add(model->name, model->values(), model->rows, model->columns, model->of);
    }
  }
  if (file) file->publish();
  return file != nullptr;
}

std::int64_t memory_of_slabs(const Sizes& sizes) {
  std::int64_t most = 0;
  for (const auto& [name, set] : sizes.sets) {
    if (!set.sparse) most = std::max(most, StoredOrder::memory_of_slabs(set.columns));
  }
  return most;
}

}  // namespace

std::vector<std::string> StoreStage::files(const StageList& stages) const {
  std::vector<std::string> names{"quarantine.csv"};
  for (const auto& stage : stages) {
    for (const Given& given : stage->gives()) {
      if (!given.table.empty()) names.push_back(given.table + ".h5ad");
    }
  }
  if (has_models_file_) names.emplace_back("models.h5");
  return names;
}

void StoreStage::run(Run& run) {
  const UnsValue facts = results_tree(run);
  // By name: images before posts.
  for (auto& [name, table] : run.tables) TableFile(run.comm, run.staging, table, run.tables, facts).publish();
  has_models_file_ = write_models(run);
  auto quarantine = std::exchange(run.quarantine, {});  // nothing reads it after this
  if (run.pseudonyms) quarantine = without_names(std::move(quarantine), *run.pseudonyms);
  run.quarantine_rows = write_quarantine(run.comm, std::move(quarantine), run.staging / "quarantine.csv");
}

Cost StoreStage::cost(const Run& run, Sizes& sizes) const {
  std::int64_t rows = 0;
  Cost cost;
  for (const auto& [table, all] : sizes.rows) {
    rows = std::max(rows, sizes.rows_of_rank(table));
    cost.written[table + ".h5ad"] = kEmptyFile;
  }
  // Long texts, too, stand in their column, and once more on their way; of those of their own lengths rank 0
  // holds a slab packed, whole, and as HDF5 has it.
  cost.peak = (sizes.widest_text > 0 ? kSlabsOfTexts : 0) + rows * (kStoredRow + 2 * sizes.widest_text) +
              kStoring + sizes.largest_model;
  // It is written when the tables are: what images add to it is not known yet, and far less than their rows.
  cost.peak = std::max(cost.peak, memory_of_writing(run.quarantine));
  cost.peak += sizes.of_rank(sizes.linked) * kLinkedRow;
  // A set that is read again lies there twice while its rows move to their owners.
  cost.peak += 2 * sizes.largest_released;
  if (run.job.corpus.pseudonyms) cost.peak += rows * kMovedRow + memory_of_slabs(sizes);
  return cost;
}

}  // namespace shoal
