// Each rank opens the file by itself and reads the rows of its chunks.
#include "pipeline/given/h5ad_vectors.hpp"

#include "shoal/base/random_file.hpp"
#include "shoal/store/h5ad_vectors.hpp"

namespace shoal {
namespace {

class H5adFileOfVectors final : public VectorFile {
 public:
  explicit H5adFileOfVectors(const VectorFileInfo& info) : file_(info.path, info.object) {
    if (file_.rows() != info.rows || file_.columns() != info.columns) throw_changed_while_read(info.path);
  }

  void read(std::int64_t first, std::int64_t count, VectorChunk& chunk) override {
    chunk.ids = file_.names(first, count);
    chunk.vectors = DenseMatrix(count, file_.columns());
    file_.read(first, count, chunk.vectors.values);
  }

 private:
  H5adVectors file_;
};

}  // namespace

void inspect_h5ad(VectorFileInfo& info) {
  const H5adVectors file(info.path, info.object);
  info.rows = file.rows();
  info.columns = file.columns();
}

std::unique_ptr<VectorFile> open_h5ad(const VectorFileInfo& info) {
  return std::make_unique<H5adFileOfVectors>(info);
}

}  // namespace shoal
