// Headers of tar archives: POSIX ustar and pax (POSIX.1-2017, utility pax), and what GNU tar adds to them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shoal {

inline constexpr std::size_t kTarBlock = 512;
using TarHeader = std::array<char, kTarBlock>;

/// A field of the header.
struct TarField {
  std::size_t offset;
  std::size_t bytes;
};
inline constexpr TarField kTarName{0, 100};
inline constexpr TarField kTarMode{100, 8};
inline constexpr TarField kTarUser{108, 8};
inline constexpr TarField kTarGroup{116, 8};
inline constexpr TarField kTarSize{124, 12};
inline constexpr TarField kTarTime{136, 12};
inline constexpr TarField kTarChecksum{148, 8};
inline constexpr TarField kTarType{156, 1};
inline constexpr TarField kTarMagic{257, 8};
inline constexpr TarField kTarPrefix{345, 155};
inline constexpr TarField kTarSparseGoesOn{482, 1};       ///< GNU: of the header of a sparse file
inline constexpr TarField kStarSparseGoesOn{355, 1};      ///< star's place for the same
inline constexpr TarField kStarMagic{508, 4};             ///< "tar", where star wrote the header
inline constexpr TarField kTarSparseGoesOnAgain{504, 1};  ///< of the blocks that continue it

constexpr std::uint64_t padded_to_tar_block(std::uint64_t bytes) {
  return (bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
}

/// A header with all fields that matter, owned by nobody, of time 0. name: at most 100 bytes.
TarHeader make_tar_header(std::string_view name, std::uint64_t bytes, char type);

/// The bytes of a field as text: up to its first zero byte.
std::string tar_text(const TarHeader& header, TarField field);

/// The number of a field: octal digits, or GNU's binary form for large ones. A field of zero bytes, also
/// behind spaces, is 0, as GNU tar reads it.
std::optional<std::uint64_t> tar_number(const TarHeader& header, TarField field);

/// Whether the header's sum is the one that it states; sums over signed bytes, as old programs made them, are
/// right too.
bool has_right_sum(const TarHeader& header);

}  // namespace shoal
