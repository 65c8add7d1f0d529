// One function a format.
#include "pipeline/given/vector_file.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/given/h5ad_vectors.hpp"
#include "pipeline/given/json_vectors.hpp"
#include "pipeline/given/npy_vectors.hpp"

namespace shoal {

std::int64_t rows_of_chunk(std::int64_t columns) {
  return std::max<std::int64_t>(kChunkBytes / (columns * static_cast<std::int64_t>(sizeof(float))), 1);
}

std::unique_ptr<VectorFile> open_vector_file(const VectorFileInfo& info) {
  switch (info.format) {
    case VectorFormat::npy:
      return open_npy(info);
    case VectorFormat::h5ad:
      return open_h5ad(info);
    case VectorFormat::json:
      break;
  }
  return open_json(info);
}

void note_faults(VectorChunk& chunk) {
  chunk.faults.resize(chunk.ids.size());
  for (std::size_t i = 0; i < chunk.ids.size(); ++i) {
    std::string& fault = chunk.faults[i];
    if (!fault.empty()) continue;
    const auto row = chunk.vectors.row(static_cast<std::int64_t>(i));
    const bool finite = std::ranges::all_of(row, [](float value) { return std::isfinite(value); });
    fault = !finite ? kNotFinite : chunk.ids[i].empty() ? "the vector has no id" : "";
  }
}

}  // namespace shoal
