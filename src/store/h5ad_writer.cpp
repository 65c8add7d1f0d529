// AnnData's encodings (https://anndata.readthedocs.io, on-disk format) on top of a verified file.
#include "shoal/store/h5ad_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "h5ad_columns.hpp"
#include "shoal/base/error.hpp"
#include "uns_writer.hpp"
#include "verified_file.hpp"

namespace shoal {
namespace {

/// A row range that is this rank's share of what every rank holds as a whole.
RowRange share_of_whole(std::int64_t rows, const Communicator& comm) {
  return BlockPartition(rows, comm.size()).owned_by(comm.rank());
}

template <class T>
std::span<const T> my_share(std::span<const T> whole, RowRange mine) {
  return whole.subspan(static_cast<std::size_t>(mine.begin), static_cast<std::size_t>(mine.size()));
}

DatasetPart dense_part(const std::string& object, const DenseView& rows, RowRange mine,
                       std::int64_t global_rows) {
  return rows_part(object, HdfType::float32(), {global_rows, rows.columns}, mine,
                   std::as_bytes(std::span(rows.values, static_cast<std::size_t>(rows.rows * rows.columns))));
}

DatasetPart slabs_part(const std::string& object, const DenseSlabs& rows, RowRange mine,
                       std::int64_t global_rows) {
  DatasetPart part = rows_part(object, HdfType::float32(), {global_rows, rows.columns}, mine, {});
  part.slab_rows = rows.rows_of_slab;
  part.pieces = pieces_of(mine, rows.rows_of_slab);
  part.bytes = [slab = rows.slab, next = std::int64_t{0}](RowRange) mutable {
    const DenseView view = slab(next++);
    return std::as_bytes(std::span(view.values, static_cast<std::size_t>(view.rows * view.columns)));
  };
  return part;
}

bool fits_int32(std::int64_t value) { return value <= std::numeric_limits<std::int32_t>::max(); }

/// Columns of entries as 64-bit numbers, widened slice by slice.
DatasetPart widened_part(const std::string& object, std::int64_t entries, RowRange mine,
                         std::span<const std::int32_t> columns) {
  DatasetPart part = rows_part(object, HdfType::int64(), {entries}, mine, {});
  part.bytes = [=, wide = std::vector<std::int64_t>()](RowRange slice) mutable {
    const auto narrow = columns.subspan(static_cast<std::size_t>(slice.begin - mine.begin),
                                        static_cast<std::size_t>(slice.size()));
    wide.assign(narrow.begin(), narrow.end());
    return std::as_bytes(std::span(wide));
  };
  return part;
}

}  // namespace

struct H5adWriter::State {
  State(Communicator& comm, std::filesystem::path path, RowRange mine_, std::int64_t rows_,
        std::int64_t columns_)
      : file(comm, std::move(path)),
        mine(mine_),
        rows(rows_),
        columns(columns_),
        obs(file, "obs", mine_, rows_),
        var(file, "var", share_of_whole(columns_, comm), columns_) {}

  /// `_index` or a column of a table.
  bool texts(H5adTable& table, const std::string& name, std::span<const std::string> values) {
    return name == "_index" ? table.index(values) : table.strings(name, values);
  }

  void expect_partition();
  void expect_count(const std::string& object, std::int64_t given, std::int64_t wanted);
  void group(const std::string& object, const std::string& type, const std::string& version);
  void csr(const std::string& object, const CsrView& rows, std::int64_t columns);
  template <class Offset>
  void csr_offsets(const std::string& object, HdfType type, const CsrView& rows, std::int64_t first_entry,
                   std::int64_t entries);
  void finish();

  VerifiedFile file;
  RowRange mine;
  std::int64_t rows;
  std::int64_t columns;
  H5adTable obs;
  H5adTable var;
  bool has_uns = false;
  bool finished = false;
};

void H5adWriter::State::expect_partition() {
  Communicator& comm = file.comm();
  const std::int64_t before = comm.exclusive_sum(mine.size());
  const std::int64_t total = comm.sum(mine.size());
  file.together("sharing out the rows", [&] {
    if (total == rows && (mine.size() == 0 || mine.begin == before)) return;
    throw FailureError(
        fmt::format("Rank {} gives rows {} to {} of '{}', but {} of {} rows stand before it. This "
                    "is a defect of Shoal; please report it",
                    comm.rank(), mine.begin, mine.end, file.final_path().string(), before, rows));
  });
}

void H5adWriter::State::expect_count(const std::string& object, std::int64_t given, std::int64_t wanted) {
  file.together("counting '" + object + "'", [&] {
    if (given == wanted) return;
    throw FailureError(
        fmt::format("'{}' of '{}' was given {} values where {} are due. This is a defect of Shoal; "
                    "please report it",
                    object, file.final_path().string(), given, wanted));
  });
}

void H5adWriter::State::group(const std::string& object, const std::string& type,
                              const std::string& version) {
  file.change("creating the group '" + object + "'", [&](HdfFile& hdf) {
    hdf.create_group(object);
    hdf.set_text(object, "encoding-type", type);
    hdf.set_text(object, "encoding-version", version);
  });
}

void H5adWriter::State::finish() {
  if (std::exchange(finished, true)) return;
  obs.finish();
  var.finish();
  if (!has_uns) group("uns", "dict", "0.1.0");
}

H5adWriter::H5adWriter(Communicator& comm, std::filesystem::path path, RowRange mine,
                       std::int64_t global_rows, std::int64_t columns)
    : state_(std::make_unique<State>(comm, std::move(path), mine, global_rows, columns)) {
  state_->expect_partition();
  state_->file.change("marking the file as AnnData's", [](HdfFile& hdf) {
    hdf.set_text("", "encoding-type", "anndata");
    hdf.set_text("", "encoding-version", "0.1.0");
  });
  for (const char* table : {"obs", "var"}) state_->group(table, "dataframe", "0.2.0");
  for (const char* dict : {"obsm", "varm", "obsp", "varp", "layers"}) state_->group(dict, "dict", "0.1.0");
}

H5adWriter::~H5adWriter() = default;

bool H5adWriter::obs_strings(const std::string& name, std::span<const std::string> values) {
  return state_->texts(state_->obs, name, values);
}

void H5adWriter::obs_strings_last(const std::string& name, std::span<const std::string> values) {
  state_->finish();
  state_->obs.strings_last(name, values);
}

void H5adWriter::obs_integers(const std::string& name, std::span<const std::int64_t> values) {
  state_->obs.numbers(name, values);
}

void H5adWriter::obs_floats(const std::string& name, std::span<const float> values) {
  state_->obs.numbers(name, values);
}

void H5adWriter::obs_doubles(const std::string& name, std::span<const double> values) {
  state_->obs.numbers(name, values);
}

void H5adWriter::obs_booleans(const std::string& name, std::span<const std::uint8_t> values) {
  state_->obs.booleans(name, values);
}

void H5adWriter::obs_categorical(const std::string& name, std::span<const std::int32_t> codes,
                                 const std::vector<std::string>& categories) {
  state_->obs.categorical(name, codes, categories);
}

RowRange H5adWriter::var_share() const { return state_->var.mine(); }

bool H5adWriter::var_strings(const std::string& name, std::span<const std::string> values) {
  return state_->texts(state_->var, name, values);
}

void H5adWriter::var_strings_last(const std::string& name, std::span<const std::string> values) {
  state_->finish();
  state_->var.strings_last(name, values);
}

void H5adWriter::var_integers(const std::string& name, std::span<const std::int64_t> values) {
  state_->var.numbers(name, values);
}

void H5adWriter::var_floats(const std::string& name, std::span<const float> values) {
  state_->var.numbers(name, values);
}

void H5adWriter::var_doubles(const std::string& name, std::span<const double> values) {
  state_->var.numbers(name, values);
}

void H5adWriter::x_dense(const DenseView& rows) {
  state_->expect_count("X", rows.rows, state_->mine.size());
  state_->expect_count("the columns of X", rows.columns, state_->columns);
  state_->file.write(dense_part("X", rows, state_->mine, state_->rows));
  mark_encoding(state_->file, "X", "array", "0.2.0");
}

void H5adWriter::x_dense(const DenseSlabs& rows) {
  state_->expect_count("the columns of X", rows.columns, state_->columns);
  state_->file.write(slabs_part("X", rows, state_->mine, state_->rows));
  mark_encoding(state_->file, "X", "array", "0.2.0");
}

void H5adWriter::x_csr(const CsrView& rows) {
  state_->expect_count("the columns of X", rows.columns, state_->columns);
  state_->csr("X", rows, state_->columns);
}

void H5adWriter::State::csr(const std::string& object, const CsrView& given, std::int64_t width) {
  expect_count(object, given.rows(), mine.size());
  // A part of a larger matrix has offsets that do not begin at 0.
  const auto first = static_cast<std::size_t>(given.offsets.front());
  const std::int64_t count = given.offsets.back() - given.offsets.front();
  const std::int64_t before = file.comm().exclusive_sum(count);
  const std::int64_t entries = file.comm().sum(count);
  group(object, "csr_matrix", "0.1.0");
  file.change("the shape of " + object, [&](HdfFile& hdf) {
    hdf.set_integers(object, "shape", {rows, width});
  });
  const auto write_entries = [&](DatasetPart dataset) {
    dataset.pieces =
        pieces_of_entries(given.offsets, mine.begin, before, VerifiedFile::slice_rows(dataset.type.bytes));
    file.write(std::move(dataset));
  };
  const RowRange place{before, before + count};
  const auto values = given.values.subspan(first, static_cast<std::size_t>(count));
  write_entries(rows_part(object + "/data", HdfType::float32(), {entries}, place, std::as_bytes(values)));
  // SciPy takes rows out of a matrix only where both have one type: the smallest that holds them.
  const auto columns_of_entries = given.indices.subspan(first, static_cast<std::size_t>(count));
  if (fits_int32(entries)) {
    write_entries(rows_part(object + "/indices", HdfType::int32(), {entries}, place,
                            std::as_bytes(columns_of_entries)));
    csr_offsets<std::int32_t>(object, HdfType::int32(), given, before, entries);
  } else {
    write_entries(widened_part(object + "/indices", entries, place, columns_of_entries));
    csr_offsets<std::int64_t>(object, HdfType::int64(), given, before, entries);
  }
}

/// Each rank writes where its rows begin; the owner of the last row also where that one ends.
template <class Offset>
void H5adWriter::State::csr_offsets(const std::string& object, HdfType type, const CsrView& given,
                                    std::int64_t first_entry, std::int64_t entries) {
  std::vector<Offset> begins;
  begins.reserve(given.offsets.size());
  for (const std::int64_t offset : given.offsets.first(given.offsets.size() - 1)) {
    begins.push_back(static_cast<Offset>(first_entry + offset - given.offsets.front()));
  }
  RowRange part = mine.size() == 0 ? RowRange{} : mine;
  const bool owns_last = rows == 0 ? file.comm().is_root() : mine.size() > 0 && mine.end == rows;
  if (owns_last) {
    begins.push_back(static_cast<Offset>(entries));
    ++part.end;
  }
  file.write(
      rows_part(object + "/indptr", std::move(type), {rows + 1}, part, std::as_bytes(std::span(begins))));
}

void H5adWriter::obsm_dense(const std::string& name, const DenseView& rows) {
  const std::string object = "obsm/" + checked_name(state_->file, "obsm", name);
  state_->expect_count(object, rows.rows, state_->mine.size());
  state_->file.write(dense_part(object, rows, state_->mine, state_->rows));
  mark_encoding(state_->file, object, "array", "0.2.0");
}

void H5adWriter::obsm_dense(const std::string& name, const DenseSlabs& rows) {
  const std::string object = "obsm/" + checked_name(state_->file, "obsm", name);
  state_->file.write(slabs_part(object, rows, state_->mine, state_->rows));
  mark_encoding(state_->file, object, "array", "0.2.0");
}

void H5adWriter::obsm_csr(const std::string& name, const CsrView& rows) {
  state_->csr("obsm/" + checked_name(state_->file, "obsm", name), rows, rows.columns);
}

void H5adWriter::obsp_csr(const std::string& name, const CsrView& edges) {
  state_->expect_count("the columns of obsp/" + name, edges.columns, state_->rows);
  state_->csr("obsp/" + checked_name(state_->file, "obsp", name), edges, state_->rows);
}

void H5adWriter::varm_doubles(const std::string& name, std::span<const double> values, std::int64_t k) {
  const std::string object = "varm/" + checked_name(state_->file, "varm", name);
  state_->expect_count(object, static_cast<std::int64_t>(values.size()), state_->columns * k);
  const RowRange mine = state_->var.mine();
  const auto part = my_share(values, {mine.begin * k, mine.end * k});
  state_->file.write(rows_part(object, HdfType::float64(), {state_->columns, k}, mine, std::as_bytes(part)));
  mark_encoding(state_->file, object, "array", "0.2.0");
}

void H5adWriter::uns(const UnsValue& tree) {
  state_->has_uns = true;
  state_->group("uns", "dict", "0.1.0");
  write_uns(state_->file, "uns/shoal", tree);
}

void H5adWriter::close() {
  state_->finish();
  state_->file.close();
}

void H5adWriter::verify() {
  close();
  state_->file.verify();
}

void H5adWriter::publish() {
  verify();
  state_->file.publish();
}

}  // namespace shoal
