// Rows that stay on the device from call to call: the first ones of a view, as many as there is room for.
// Sending them anew for every iteration of a clustering would take a hundred times as long as the iteration.
#pragma once

#include <algorithm>
#include <vector>

#include "row_pieces.hpp"
#include "shoal/compute/arrays.hpp"

namespace shoal {

class KeptDense {
 public:
  KeptDense(const DenseView& rows, std::int64_t room)
      : view_(rows),
        count_(std::min(rows.rows, room / (std::max<std::int64_t>(rows.columns, 1) * kValue))),
        values_(count_ * rows.columns, "rows that stay on the GPU") {
    const std::int64_t wide = filled_up_columns(rows.columns);
    if (count_ < rows.rows || rows.rows * (rows.columns * kValue + wide * kCoarse + kLengths) > room) return;
    coarse_ = DeviceBuffer<__nv_bfloat16>(count_ * wide, "rounded rows that stay on the GPU");
    lengths_ = DeviceBuffer<Lengths>(count_, "lengths of rows that stay on the GPU");
  }

  [[nodiscard]] bool is_of(const DenseView& rows) const {
    return rows.values == view_.values && rows.rows == view_.rows && rows.columns == view_.columns;
  }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] bool all_stays() const { return coarse_.count() > 0 || view_.rows == 0; }
  [[nodiscard]] std::int64_t rows_at_once() const {
    return kept_rows_at_once(view_.columns, coarse_.count() > 0);
  }
  [[nodiscard]] DeviceDense at(const RowRange& range) const {
    const std::int64_t wide = filled_up_columns(view_.columns);
    const bool rounded = coarse_.count() > 0;
    return {values_.data() + range.begin * view_.columns, range.size(),
            rounded ? coarse_.data() + range.begin * wide : nullptr,
            rounded ? lengths_.data() + range.begin : nullptr};
  }
  void send(RowPiece& piece, const RowRange& range) {
    float* const to = values_.data() + range.begin * view_.columns;
    piece.send_rows(view_, range, to);
    if (coarse_.count() == 0) return;
    round_rows(to, range.size(), view_.columns,
               coarse_.data() + range.begin * filled_up_columns(view_.columns), lengths_.data() + range.begin,
               piece.stream);
  }

 private:
  static constexpr std::int64_t kValue = sizeof(float);
  static constexpr std::int64_t kCoarse = sizeof(__nv_bfloat16);
  static constexpr std::int64_t kLengths = sizeof(Lengths);
  DenseView view_;
  std::int64_t count_;
  DeviceBuffer<float> values_;
  /// What round_rows makes of them: where all rows have room with it, since a row that travels each time
  /// costs more than rounding hundreds.
  DeviceBuffer<__nv_bfloat16> coarse_;
  DeviceBuffer<Lengths> lengths_;
};

class KeptCsr {
 public:
  KeptCsr(const CsrView& rows, std::int64_t room)
      : view_(rows),
        count_(fitting(rows, room)),
        offsets_(count_ + 1, "rows that stay on the GPU"),
        indices_(entries(), "rows that stay on the GPU"),
        values_(entries(), "rows that stay on the GPU") {}

  [[nodiscard]] bool is_of(const CsrView& rows) const {
    return rows.offsets.data() == view_.offsets.data() && rows.offsets.size() == view_.offsets.size() &&
           rows.values.data() == view_.values.data();
  }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] bool all_stays() const { return count_ == view_.rows(); }
  [[nodiscard]] std::int64_t rows_at_once() const { return kKeptPieceRows; }
  [[nodiscard]] DeviceCsr at(const RowRange& range) const {
    const std::size_t first = first_entry(range);
    return {offsets_.data() + range.begin, indices_.data() + first, values_.data() + first, range.size()};
  }
  void send(RowPiece& piece, const RowRange& range) {
    const std::size_t first = first_entry(range);
    piece.send_rows(view_, range, offsets_.data() + range.begin, indices_.data() + first,
                    values_.data() + first);
  }

 private:
  static constexpr std::int64_t kEntry = sizeof(std::int32_t) + sizeof(float);
  static constexpr std::int64_t kOffset = sizeof(std::int64_t);

  static std::int64_t fitting(const CsrView& rows, std::int64_t room) {
    const auto bytes = [&](std::int64_t end) {
      return (rows.offsets[static_cast<std::size_t>(end)] - rows.offsets[0]) * kEntry + (end + 1) * kOffset;
    };
    std::int64_t fits = 0;
    for (std::int64_t beyond = rows.rows() + 1; fits + 1 < beyond;) {
      const std::int64_t middle = fits + (beyond - fits) / 2;
      (bytes(middle) <= room ? fits : beyond) = middle;
    }
    return fits;
  }
  [[nodiscard]] std::int64_t entries() const {
    return static_cast<std::int64_t>(entries_of(view_, {0, count_}).count);
  }
  /// Counted from the first that is kept.
  [[nodiscard]] std::size_t first_entry(const RowRange& range) const {
    return entries_of(view_, {0, range.begin}).count;
  }

  CsrView view_;
  std::int64_t count_;
  DeviceBuffer<std::int64_t> offsets_;
  DeviceBuffer<std::int32_t> indices_;
  DeviceBuffer<float> values_;
};

template <class Rows>
struct KeptAs;
template <>
struct KeptAs<DenseView> {
  using Type = KeptDense;
};
template <>
struct KeptAs<CsrView> {
  using Type = KeptCsr;
};

/// What of one kind of rows is on the device, for calls to look into; whoever keeps rows owns them.
template <class Rows>
class KeptList {
 public:
  using Kept = typename KeptAs<Rows>::Type;

  void add(Kept* kept) { all_.push_back(kept); }
  void remove(const Kept* kept) { std::erase(all_, kept); }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] const Kept* find(const Rows& rows) const {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const Kept* kept) { return kept->is_of(rows); });
    return found == all_.end() ? nullptr : *found;
  }

 private:
  std::vector<Kept*> all_;
};

}  // namespace shoal
