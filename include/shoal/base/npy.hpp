// NumPy's .npy format: a header that tells type, order and shape, and behind it the values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// What a .npy file begins with.
inline constexpr std::string_view kNpyMagic = "\x93NUMPY";
/// Bytes of a file that hold its header: what NumPy writes for a plain array is a hundredth of it.
inline constexpr std::int64_t kNpyBeginning = std::int64_t{64} << 10;

enum class NpyKind { real, integer, natural, bytes, characters };

/// The header of an array of numbers or of texts of one width.
struct NpyHeader {
  NpyKind kind = NpyKind::real;
  std::int64_t element_bytes = 0;
  bool by_columns = false;          ///< Fortran's order
  std::vector<std::int64_t> shape;  ///< empty: a scalar
  std::int64_t values_at = 0;       ///< where the values begin in the file

  [[nodiscard]] bool is_text() const { return kind == NpyKind::bytes || kind == NpyKind::characters; }
  /// Elements of one row: of everything behind the first dimension.
  [[nodiscard]] std::int64_t row_elements() const;
  [[nodiscard]] std::int64_t row_bytes() const { return row_elements() * element_bytes; }
  [[nodiscard]] std::int64_t rows() const { return shape.empty() ? 1 : shape.front(); }
};

/// beginning: the first kNpyBeginning bytes of a file, or all of it. Throws InputError, beginning with the
/// name in quotes, for what is no .npy file, and for types that hold neither little-endian numbers of up to
/// 8 bytes nor texts.
NpyHeader read_npy_header(std::string_view beginning, const std::string& name);

/// The numbers of values that lie one behind the other: as many as `numbers` has room for. A number that
/// float32 cannot hold becomes an infinity.
void numbers_of_npy(const NpyHeader& header, std::string_view values, std::span<float> numbers);

/// The texts of values that lie one behind the other, in UTF-8 where NumPy has code points, without the zeros
/// behind them.
std::vector<std::string> texts_of_npy(const NpyHeader& header, std::string_view values);

}  // namespace shoal
