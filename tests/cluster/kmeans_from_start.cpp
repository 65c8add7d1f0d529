// k-means from given centroids on given rows: what the judge compares with scikit-learn. One argument: a
// folder with shape.txt ("rows columns k"), start.f64 (k x columns), and either offsets.i64, indices.i32 and
// values.f32 (sparse) or values.f32 (dense). Leaves labels.i32 there and prints the inertia and the number of
// tied rows.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "shoal/base/file.hpp"
#include "shoal/cluster/kmeans.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace {

using namespace shoal;
namespace fs = std::filesystem;

template <class T>
std::vector<T> read_numbers(const fs::path& path) {
  return values_of<T>(read_file(path));
}

KMeansResult cluster(const fs::path& folder, const KMeansSettings& settings, std::int64_t rows,
                     std::int64_t columns) {
  const auto single = make_single_rank();
  const auto backend = make_cpu_backend({2, detect_instruction_level()});
  NoCheckpoint none;
  const auto values = read_numbers<float>(folder / "values.f32");
  if (!fs::exists(folder / "offsets.i64")) {
    const DenseRowsInMemory source({values.data(), rows, columns}, {0, rows}, rows);
    return kmeans(*single, backend->arrays(), source, settings, none);
  }
  const auto offsets = read_numbers<std::int64_t>(folder / "offsets.i64");
  const auto indices = read_numbers<std::int32_t>(folder / "indices.i32");
  const SparseRowsInMemory source({offsets, indices, values, columns}, {0, rows}, rows);
  return kmeans(*single, backend->arrays(), source, settings, none);
}

}  // namespace

int main(int, char** argv) {
  const fs::path folder = argv[1];
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  KMeansSettings settings;
  std::ifstream(folder / "shape.txt") >> rows >> columns >> settings.k;
  settings.start = read_numbers<double>(folder / "start.f64");
  settings.tol = 0.0;
  const KMeansResult result = cluster(folder, settings, rows, columns);
  const auto labels = bytes_of(result.labels);
  write_file_durably(folder / "labels.i32", {reinterpret_cast<const char*>(labels.data()), labels.size()});
  fmt::print("{:.17g} {}\n", result.inertia, result.tied);
}
