// Every rank gives each other one the rows that fall into its next slab, each behind the place that it gets.
#include "pipeline/results/stored_order.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <string>

#include "shoal/base/packing.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

/// Rows of columns and of sparse sets that move together.
constexpr std::int64_t kSlabRows = 256 * kBlockRows;
/// Bytes of dense rows that move together.
constexpr std::int64_t kSlabBytes = std::int64_t{2} << 20;

/// A power of two, so that it is whole blocks or divides them.
std::int64_t slab_rows_of(std::int64_t columns) {
  const std::int64_t row_bytes =
      std::max<std::int64_t>(columns, 1) * static_cast<std::int64_t>(sizeof(float));
  return static_cast<std::int64_t>(
      std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(kSlabBytes / row_bytes, 1))));
}

template <class T>
void append_values(std::span<const T> values, Bytes& bytes) {
  const auto view = std::as_bytes(values);
  bytes.insert(bytes.end(), view.begin(), view.end());
}

/// Reads a value from the beginning of bytes, and drops it there.
template <class T>
T take_value(std::span<const std::byte>& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes = bytes.subspan(sizeof value);
  return value;
}

template <class T>
std::vector<T> take_values(std::span<const std::byte>& bytes, std::size_t count) {
  std::vector<T> values = values_of<T>(bytes.first(count * sizeof(T)));
  bytes = bytes.subspan(count * sizeof(T));
  return values;
}

}  // namespace

std::vector<std::int64_t> stored_rows(Communicator& comm, const Table& table,
                                      std::span<const std::int64_t> rows) {
  if (!table.stored) return {rows.begin(), rows.end()};
  return fetch_rows<std::int64_t>(comm, table.partition, *table.stored, rows, -1);
}

StoredOrder::StoredOrder(Communicator& comm, const Table& table)
    : comm_(comm),
      partition_(table.partition),
      mine_(table.partition.owned_by(comm.rank())),
      own_(!table.stored) {
  if (own_) return;
  by_place_.reserve(table.stored->size());
  for (const std::int64_t place : *table.stored) by_place_.emplace_back(place, std::ssize(by_place_));
  std::ranges::sort(by_place_);
}

void StoredOrder::move_slab(std::int64_t slab, std::int64_t slab_rows, const PackRow& pack,
                            const TakeRow& take) const {
  std::vector<Bytes> outgoing(static_cast<std::size_t>(comm_.size()));
  for (int rank = 0; rank < comm_.size(); ++rank) {
    const RowRange theirs = partition_.owned_by(rank);
    const std::int64_t begin = theirs.begin + slab * slab_rows;
    const std::int64_t end = std::min(begin + slab_rows, theirs.end);
    auto next = std::ranges::lower_bound(by_place_, begin, {}, &std::pair<std::int64_t, std::int64_t>::first);
    Bytes& bytes = outgoing[static_cast<std::size_t>(rank)];
    for (; next != by_place_.end() && next->first < end; ++next) {
      append_values(std::span(&next->first, 1), bytes);
      pack(static_cast<std::size_t>(next->second), bytes);
    }
  }
  for (Bytes& incoming : comm_.all_to_all(std::move(outgoing))) {
    std::span<const std::byte> bytes = incoming;
    while (!bytes.empty()) {
      const auto place = take_value<std::int64_t>(bytes);
      bytes = bytes.subspan(take(static_cast<std::size_t>(place - mine_.begin), bytes));
    }
    incoming = {};
  }
}

void StoredOrder::move_all(const PackRow& pack, const TakeRow& take) const {
  const std::int64_t slabs = comm_.max((mine_.size() + kSlabRows - 1) / kSlabRows);
  for (std::int64_t slab = 0; slab < slabs; ++slab) move_slab(slab, kSlabRows, pack, take);
}

template <class T>
std::vector<T> StoredOrder::moved_numbers(const std::vector<T>& values) const {
  std::vector<T> moved(values.size());
  move_all([&](std::size_t row, Bytes& bytes) { append_values(std::span(&values[row], 1), bytes); },
           [&](std::size_t stored, std::span<const std::byte> bytes) {
             std::memcpy(&moved[stored], bytes.data(), sizeof(T));
             return sizeof(T);
           });
  return moved;
}

std::vector<std::string> StoredOrder::moved_texts(const std::vector<std::string>& texts) const {
  std::vector<std::string> moved(texts.size());
  move_all(
      [&](std::size_t row, Bytes& bytes) {
        const std::uint64_t size = texts[row].size();
        append_values(std::span(&size, 1), bytes);
        append_values(std::span(texts[row]), bytes);
      },
      [&](std::size_t stored, std::span<const std::byte> bytes) {
        const auto size = take_value<std::uint64_t>(bytes);
        moved[stored].assign(reinterpret_cast<const char*>(bytes.data()), size);
        return sizeof size + size;
      });
  return moved;
}

ColumnValues StoredOrder::moved(ColumnValues values) const {
  if (own_) return values;
  std::visit(
      [&]<class Values>(Values& column) {
        if constexpr (std::is_same_v<Values, TextValues>) {
          column.values = moved_texts(column.values);
        } else if constexpr (std::is_same_v<Values, CategoryValues>) {
          column.codes = moved_numbers(column.codes);
        } else if constexpr (std::is_same_v<Values, RowsOfTable>) {
          column.rows = moved_numbers(column.rows);
        } else {
          column.values = moved_numbers(column.values);
          if constexpr (std::is_same_v<Values, NullableIntegerValues>)
            column.missing = moved_numbers(column.missing);
        }
      },
      values);
  return values;
}

CsrMatrix StoredOrder::moved(const CsrView& rows) const {
  struct Row {
    std::vector<std::int32_t> columns;
    std::vector<float> values;
  };
  CsrMatrix moved;
  moved.columns = rows.columns;
  const std::int64_t slabs = comm_.max((mine_.size() + kSlabRows - 1) / kSlabRows);
  for (std::int64_t slab = 0; slab < slabs; ++slab) {
    const std::int64_t begin = std::min(slab * kSlabRows, mine_.size());
    std::vector<Row> of_slab(static_cast<std::size_t>(std::min(kSlabRows, mine_.size() - begin)));
    move_slab(
        slab, kSlabRows,
        [&](std::size_t row, Bytes& bytes) {
          const SparseRow entries = rows.row(static_cast<std::int64_t>(row));
          const std::uint64_t count = entries.columns.size();
          append_values(std::span(&count, 1), bytes);
          append_values(entries.columns, bytes);
          append_values(entries.values, bytes);
        },
        [&](std::size_t stored, std::span<const std::byte> bytes) {
          const std::size_t all = bytes.size();
          const auto count = take_value<std::uint64_t>(bytes);
          Row& row = of_slab[stored - static_cast<std::size_t>(begin)];
          row.columns = take_values<std::int32_t>(bytes, count);
          row.values = take_values<float>(bytes, count);
          return all - bytes.size();
        });
    for (const Row& row : of_slab) {
      moved.indices.insert(moved.indices.end(), row.columns.begin(), row.columns.end());
      moved.values.insert(moved.values.end(), row.values.begin(), row.values.end());
      moved.close_row();
    }
  }
  return moved;
}

DenseSlabs StoredOrder::slabs(const DenseView& rows) const {
  DenseSlabs slabs;
  slabs.columns = rows.columns;
  slabs.rows_of_slab = slab_rows_of(rows.columns);
  const auto width = static_cast<std::size_t>(rows.columns) * sizeof(float);
  slabs.slab = [this, rows, width, per_slab = slabs.rows_of_slab,
                held = std::make_shared<DenseMatrix>()](std::int64_t slab) {
    const std::int64_t begin = std::min(slab * per_slab, mine_.size());
    *held = DenseMatrix(std::min(per_slab, mine_.size() - begin), rows.columns);
    move_slab(
        slab, per_slab,
        [&](std::size_t row, Bytes& bytes) {
          append_values(rows.row(static_cast<std::int64_t>(row)), bytes);
        },
        [&](std::size_t stored, std::span<const std::byte> bytes) {
          std::memcpy(held->row(static_cast<std::int64_t>(stored) - begin).data(), bytes.data(), width);
          return width;
        });
    return held->view();
  };
  return slabs;
}

std::int64_t StoredOrder::memory_of_slabs(std::int64_t columns) {
  const auto row_bytes = columns * static_cast<std::int64_t>(sizeof(float));
  // On its way out, as it came, and in order.
  return 3 * slab_rows_of(columns) * row_bytes;
}

}  // namespace shoal
