// Rows and their ids are read at their own offsets: any rank reads any chunk.
#include "pipeline/given/npy_vectors.hpp"

#include <fmt/format.h>

#include "pipeline/given/id_lines.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/npy.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {
namespace {

NpyHeader header_of(const RandomFile& file) {
  return read_npy_header(file.read_up_to(0, kNpyBeginning), file.path().string());
}

void require_values(const RandomFile& file, const NpyHeader& header) {
  const std::int64_t wanted = header.values_at + header.rows() * header.row_bytes();
  if (file.bytes() >= wanted) return;
  throw InputError(fmt::format("'{}' is cut off: its {} rows take {} bytes, and it has {}; copy it again",
                               file.path().string(), header.rows(), wanted, file.bytes()));
}

/// Throws InputError for what are no vectors.
NpyHeader header_of_vectors(const RandomFile& file) {
  NpyHeader header = header_of(file);
  const auto fail = [&](const std::string& why) {
    throw InputError(fmt::format("'{}' holds no vectors: {}", file.path().string(), why));
  };
  if (header.is_text()) fail("its values are texts");
  if (header.shape.size() != 2) fail(fmt::format("it has {} dimensions, not 2", header.shape.size()));
  if (header.by_columns && header.shape[0] > 1 && header.shape[1] > 1) {
    fail("it lies in memory column by column; save numpy.ascontiguousarray(vectors)");
  }
  require_values(file, header);
  return header;
}

/// Texts of one width.
NpyHeader header_of_ids(const RandomFile& file) {
  NpyHeader header = header_of(file);
  if (!header.is_text() || header.shape.size() != 1) {
    throw InputError(fmt::format("'{}' holds no ids: it is no list of texts", file.path().string()));
  }
  require_values(file, header);
  return header;
}

bool is_npy(const RandomFile& file) { return file.read_up_to(0, std::ssize(kNpyMagic)) == kNpyMagic; }

[[noreturn]] void refuse_ids(const VectorFileInfo& info, std::int64_t ids) {
  throw InputError(fmt::format("'{}' has {} ids, and '{}' has {} rows: each row needs one", info.ids, ids,
                               info.path, info.rows));
}

/// The lines of an index: all ids, or a heading before them.
void find_id_lines(const RandomFile& file, VectorFileInfo& info) {
  const IdColumn column = id_column_of(info.ids);
  const std::int64_t step = rows_of_chunk(info.columns);
  IdPlaces found = find_ids(file, column, 0, step);
  // A line more than there are rows is a heading, as pandas writes one.
  if (column != IdColumn::line && found.lines == info.rows + 1) {
    found = find_ids(file, column, 1, step);
    --found.lines;
  }
  if (found.lines != info.rows) refuse_ids(info, found.lines);
  info.id_places = std::move(found.places);
}

class NpyVectors final : public VectorFile {
 public:
  explicit NpyVectors(const VectorFileInfo& info)
      : info_(info), vectors_(info.path), ids_(info.ids), header_(header_of_vectors(vectors_)) {
    if (header_.shape != std::vector{info.rows, info.columns}) throw_changed_while_read(info.path);
    if (info.id_places.empty() && info.rows > 0) ids_header_ = header_of_ids(ids_);
    if (ids_header_.is_text() && ids_header_.rows() != info.rows) throw_changed_while_read(info.ids);
  }

  void read(std::int64_t first, std::int64_t count, VectorChunk& chunk) override {
    chunk.ids = ids(first, count);
    if (std::ssize(chunk.ids) != count) throw_changed_while_read(info_.ids);
    chunk.vectors = DenseMatrix(count, info_.columns);
    const std::string bytes =
        vectors_.read(header_.values_at + first * header_.row_bytes(), count * header_.row_bytes());
    numbers_of_npy(header_, bytes, chunk.vectors.values);
  }

 private:
  [[nodiscard]] std::vector<std::string> ids(std::int64_t first, std::int64_t count) const {
    if (ids_header_.is_text()) {
      const std::int64_t width = ids_header_.element_bytes;
      if (width == 0) return std::vector<std::string>(static_cast<std::size_t>(count));
      return texts_of_npy(ids_header_, ids_.read(ids_header_.values_at + first * width, count * width));
    }
    const auto place = static_cast<std::size_t>(first / rows_of_chunk(info_.columns));
    const std::int64_t begin = info_.id_places[place];
    const std::int64_t end = place + 1 < info_.id_places.size() ? info_.id_places[place + 1] : ids_.bytes();
    return ids_in(ids_.read(begin, end - begin), id_column_of(info_.ids), count);
  }

  VectorFileInfo info_;
  RandomFile vectors_;
  RandomFile ids_;
  NpyHeader header_;
  NpyHeader ids_header_{};
};

}  // namespace

void inspect_npy(VectorFileInfo& info) {
  const RandomFile file(info.path);
  const NpyHeader header = header_of_vectors(file);
  info.rows = header.shape[0];
  info.columns = header.shape[1];
  if (info.columns < 1 || info.columns > kMostColumns) return;  // refused for files of every format
  const RandomFile ids(info.ids);
  if (!is_npy(ids)) return find_id_lines(ids, info);
  if (const std::int64_t count = header_of_ids(ids).rows(); count != info.rows) refuse_ids(info, count);
}

std::unique_ptr<VectorFile> open_npy(const VectorFileInfo& info) {
  return std::make_unique<NpyVectors>(info);
}

}  // namespace shoal
