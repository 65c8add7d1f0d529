// Pieces of rows on their way to the device and of results on their way back. Two
// pieces take turns: one travels while the other is computed. Buffers grow to what was needed once and stay.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "arrays_memory.hpp"
#include "buffers.hpp"
#include "in_shares.hpp"
#include "nearest_dense.hpp"
#include "nearest_sparse.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/matrix.hpp"
#include "sums_by_label.hpp"

namespace shoal {

/// At least `count` values; what was there is lost, and goes first, since its successor may need the room.
template <class T>
void grow(DeviceBuffer<T>& buffer, std::int64_t count, const char* purpose) {
  if (buffer.count() >= count) return;
  buffer = {};
  buffer = DeviceBuffer<T>(count, purpose);
}

/// Pinned and device memory for the same values.
template <class T>
class Mirrored {
 public:
  /// At least `count` values; what was there is lost.
  void reserve(std::int64_t count, const char* purpose) {
    if (count <= device_.count()) return;
    device_ = {};  // before its successor, which may need the room
    pinned_ = {};
    pinned_ = PinnedBuffer<T>(count, purpose);
    device_ = DeviceBuffer<T>(count, purpose);
  }
  void send(std::span<const T> values, int threads, Stream& stream) {
    send_to(device_.data(), values, threads, stream);
  }
  /// The same to another place on the device.
  void send_to(T* to, std::span<const T> values, int threads, Stream& stream) {
    in_shares(values.size(), threads, [&](std::size_t begin, std::size_t end) {
      std::copy(values.begin() + static_cast<std::ptrdiff_t>(begin),
                values.begin() + static_cast<std::ptrdiff_t>(end), pinned_.data() + begin);
    });
    copy_to_device(to, pinned_.data(), std::ssize(values), stream);
  }
  void fetch(std::int64_t count, Stream& stream) {
    copy_to_host(pinned_.data(), device_.data(), count, stream);
  }

  [[nodiscard]] T* device() { return device_.data(); }
  [[nodiscard]] const T* pinned() const { return pinned_.data(); }

 private:
  PinnedBuffer<T> pinned_;
  DeviceBuffer<T> device_;
};

inline RowRange piece_from(std::int64_t first, const DenseView& rows) {
  return {first, std::min(first + travelling_rows_at_once(rows.columns), rows.rows)};
}
inline RowRange piece_from(std::int64_t first, const CsrView& rows) {
  RowRange range{first, first + 1};
  const std::int64_t begin = rows.offsets[static_cast<std::size_t>(first)];
  while (range.end < rows.rows() && range.size() < kPieceRows &&
         rows.offsets[static_cast<std::size_t>(range.end) + 1] - begin <= kPieceEntries) {
    ++range.end;
  }
  return range;
}
/// Which entries of `indices` and `values` rows hold.
struct EntryRange {
  std::size_t begin = 0;
  std::size_t count = 0;
};
inline EntryRange entries_of(const CsrView& rows, const RowRange& range) {
  const auto begin = static_cast<std::size_t>(rows.offsets[static_cast<std::size_t>(range.begin)]);
  return {begin, static_cast<std::size_t>(rows.offsets[static_cast<std::size_t>(range.end)]) - begin};
}
inline std::int64_t count_of(const DenseView& rows) { return rows.rows; }
inline std::int64_t count_of(const CsrView& rows) { return rows.rows(); }

/// A piece's rows and results.
struct RowPiece {
  Mirrored<float> values;
  Mirrored<std::int64_t> offsets;
  Mirrored<std::int32_t> indices;
  Mirrored<std::int32_t> labels;
  Mirrored<double> distances;
  Mirrored<std::int64_t> weights;
  DeviceBuffer<Lengths> lengths;
  DeviceBuffer<std::int32_t> close_rows;
  Mirrored<int> close_count;
  DeviceBuffer<__nv_bfloat16> coarse;
  DeviceBuffer<Standing<float>> standings;
  DeviceBuffer<std::int32_t> places;
  DeviceBuffer<std::int32_t> ordered;
  int threads = 1;   ///< that fill pinned memory
  RowRange waiting;  ///< the rows whose results are on their way; empty if none are
  Stream stream;

  /// Where the rows will lie: in the piece's own memory, or at `to`.
  DeviceDense send_rows(const DenseView& rows, const RowRange& range, float* to = nullptr) {
    const std::int64_t entries = range.size() * rows.columns;
    values.reserve(entries, "a piece of rows");
    if (to == nullptr) to = values.device();
    values.send_to(to, {rows.values + range.begin * rows.columns, static_cast<std::size_t>(entries)}, threads,
                   stream);
    return {to, range.size()};
  }
  DeviceCsr send_rows(const CsrView& rows, const RowRange& range) {
    reserve_entries(range.size(), static_cast<std::int64_t>(entries_of(rows, range).count));
    return send_rows(rows, range, offsets.device(), indices.device(), values.device());
  }
  DeviceCsr send_rows(const CsrView& rows, const RowRange& range, std::int64_t* offsets_to,
                      std::int32_t* indices_to, float* values_to) {
    const EntryRange entries = entries_of(rows, range);
    reserve_entries(range.size(), static_cast<std::int64_t>(entries.count));
    offsets.send_to(offsets_to,
                    rows.offsets.subspan(static_cast<std::size_t>(range.begin),
                                         static_cast<std::size_t>(range.size()) + 1),
                    threads, stream);
    indices.send_to(indices_to, rows.indices.subspan(entries.begin, entries.count), threads, stream);
    values.send_to(values_to, rows.values.subspan(entries.begin, entries.count), threads, stream);
    return {offsets_to, indices_to, values_to, range.size()};
  }
  void send_labels(std::span<const std::int32_t> all, const RowRange& range) {
    labels.reserve(range.size(), "labels of a piece");
    labels.send(all.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size())),
                threads, stream);
  }
  void send_weights(std::span<const std::int64_t> all, const RowRange& range) {
    weights.reserve(range.size(), "weights of a piece");
    weights.send(all.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size())),
                 threads, stream);
  }
  void reserve_results(std::int64_t rows) {
    labels.reserve(rows, "labels of a piece");
    distances.reserve(rows, "distances of a piece");
    close_count.reserve(1, "a count");
    grow(close_rows, rows, "rows to look at again");
  }
  /// What nearest_dense works with.
  void reserve_scores(const DeviceDense& rows, std::int64_t columns, std::int64_t k, DenseScores scores) {
    if (rows.lengths == nullptr) grow(lengths, rows.rows, "lengths of a piece's rows");
    if (scores != DenseScores::bf16) return;
    if (rows.coarse == nullptr)
      grow(coarse, rows.rows * filled_up_columns(columns), "rounded rows of a piece");
    reserve_standings(rows.rows, k);
  }
  void reserve_standings(std::int64_t rows, std::int64_t k) {
    grow(standings, rows * standings_of_a_row(k), "standings of a piece");
  }
  /// What add_dense_by_label works with.
  LabelOrder reserve_order(std::int64_t rows, std::int64_t k) {
    grow(places, k + 1, "where labels begin");
    grow(ordered, rows, "rows in the order of their labels");
    return {places.data(), ordered.data()};
  }
  void fetch_results(const RowRange& range) {
    labels.fetch(range.size(), stream);
    distances.fetch(range.size(), stream);
    waiting = range;
  }
  void reserve_entries(std::int64_t rows, std::int64_t entries) {
    offsets.reserve(rows + 1, "a piece of rows");
    indices.reserve(entries, "a piece of rows");
    values.reserve(entries, "a piece of rows");
  }
  /// For rows that travel, or are rounded where they lie: so many at once, with so many numbers, and rounded
  /// so many at once.
  void reserve_travel(std::int64_t numbers, std::int64_t rounded, std::int64_t columns) {
    values.reserve(numbers, "a piece of rows");
    grow(lengths, rounded, "lengths of a piece's rows");
    grow(coarse, rounded * filled_up_columns(columns), "rounded rows of a piece");
  }
};

}  // namespace shoal
