// Files of vectors that other models made: what each is, and its rows, chunk by chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "shoal/data/matrix.hpp"

namespace shoal {

enum class VectorFormat : std::uint8_t { npy = 0, h5ad = 1, json = 2 };

/// A file that was looked into.
struct VectorFileInfo {
  VectorFormat format = VectorFormat::npy;
  std::string path;
  std::string relative;    ///< for lists, which name no path
  std::int64_t bytes = 0;  ///< of the file
  std::int64_t columns = 0;
  std::int64_t rows = -1;  ///< unknown where it is -1: the file must be read from its beginning
  std::string ids;         ///< of .npy: the file with its rows' ids
  /// Where in a file of lines the id of each chunk's first row begins; empty where ids is no such file.
  std::vector<std::int64_t> id_places;
  std::string object;  ///< of .h5ad: the matrix in it

  [[nodiscard]] bool can_be_cut() const { return rows >= 0; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& format& path& relative& bytes& columns& rows& ids& id_places& object;
  }
};

/// Some rows of a file, as they stand there.
struct VectorChunk {
  std::int32_t file = 0;   ///< among the job's
  std::int64_t first = 0;  ///< its first row in the file
  std::vector<std::string> ids;
  DenseMatrix vectors;              ///< as many rows as ids
  std::vector<std::string> faults;  ///< of each row why it cannot be used; empty where it can
};

/// A fault of a row that has a number that is not finite.
inline constexpr const char* kNotFinite = "the vector holds a number that is not finite";

/// What reads the rows of one file.
class VectorFile {
 public:
  virtual ~VectorFile() = default;
  VectorFile() = default;
  VectorFile(const VectorFile&) = delete;
  VectorFile& operator=(const VectorFile&) = delete;

  /// Fills ids, vectors and faults with rows [first, first + count). Of a file that cannot be cut chunks must
  /// be asked for one behind the other, and the last ones have fewer rows, or none. Throws InputError,
  /// UnavailableError.
  virtual void read(std::int64_t first, std::int64_t count, VectorChunk& chunk) = 0;
};

/// Bytes of a chunk's numbers: the window in which vectors travel. Chunks are part of the digest of vectors.
inline constexpr std::int64_t kChunkBytes = std::int64_t{1} << 20;
/// Numbers that a vector may have.
inline constexpr std::int64_t kMostColumns = std::int64_t{1} << 20;

/// Rows of a chunk.
std::int64_t rows_of_chunk(std::int64_t columns);

/// Opens a file that inspection found to be of this kind. Throws UnavailableError where it is another one by
/// now.
std::unique_ptr<VectorFile> open_vector_file(const VectorFileInfo& info);

/// Notes which rows are not finite, unless a fault is noted already.
void note_faults(VectorChunk& chunk);

}  // namespace shoal
