// A row is where its table's file stores it.
#include "pipeline/stages/features/sparse_rows_in_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

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

void compare_rows(const Run& run, const VerifyRequest& request, const Table& table, const std::string& set,
                  const std::string& what, std::vector<std::string>& findings) {
  const std::string object = table.x()->name == set ? "X" : "obsm/" + set;
  const std::string name = table.name + ".h5ad";
  const RowRange mine = table.partition.owned_by(run.comm.rank());
  const SparseRowsInFile file(run.out / name, object);
  for (const std::int64_t row : sample_rows(request, table.partition.rows())) {
    if (!mine.contains(row)) continue;
    const std::int64_t local = row - mine.begin;
    const std::int64_t place = table.stored ? (*table.stored)[static_cast<std::size_t>(local)] : row;
    if (file.has_at(place, table.set(set)->csr().row(local))) continue;
    findings.push_back(fmt::format("row {} of {} in {} is not {}", place, object, name, what));
  }
}

}  // namespace

std::vector<std::string> differing_rows(Run& run, const VerifyRequest& request, const Table& table,
                                        const std::string& set, const std::string& what) {
  std::vector<std::string> findings;
  find_faults([&] { read_of_own([&] { compare_rows(run, request, table, set, what, findings); }); },
              findings);
  return findings;
}

}  // namespace shoal
