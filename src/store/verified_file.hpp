// An HDF5 file that all ranks write together, and that gets its name after each has read back what it wrote.
#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "blocks_of_rows.hpp"
#include "hdf5.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// MPI counts in int: a transfer must stay below 2 GiB.
inline constexpr std::size_t kSliceBytes = std::size_t{1} << 30;

/// A dataset, and the part of it that this rank gives.
struct DatasetPart {
  std::string object;  ///< path from the root
  HdfType type;
  std::vector<std::int64_t> shape;  ///< of the whole; empty: a scalar, which counts as one row
  std::vector<Piece> pieces;        ///< this rank's rows in rising order, without gaps; may be empty
  /// The bytes of rows [begin, end), in the dataset's type; valid until the next call.
  std::function<std::span<const std::byte>(RowRange rows)> bytes;
  /// Above 0, and such that pieces end where slabs do: `bytes` is collective. It is called for so many rows
  /// at a time, equally often on every rank, with an empty range where a rank has no more.
  std::int64_t slab_rows = 0;
  /// At most so many bytes are asked for at a time, where it is a rank's own choice.
  std::size_t slice_bytes = kSliceBytes;

  /// Bytes of one row.
  [[nodiscard]] std::size_t row_bytes() const;
};

/// All methods are collective. When one rank fails in a method, all throw; but where HDF5 itself makes the
/// ranks wait for each other (creating, opening, closing), a rank that fails alone throws alone: the others
/// are still inside, and it must end the job.
class VerifiedFile {
 public:
  VerifiedFile(Communicator& comm, std::filesystem::path final_path);
  /// Removes the file unless it was published.
  ~VerifiedFile();
  VerifiedFile(const VerifiedFile&) = delete;
  VerifiedFile& operator=(const VerifiedFile&) = delete;

  /// Creates a dataset and writes every rank's part of it.
  void write(DatasetPart part);
  /// Creates a dataset of texts of any length and fills it, rows texts of which this rank gives those of
  /// mine. Parallel HDF5 refuses such texts: rank 0 adds them to the file that all have written and closed,
  /// in slabs that the others hand to it. No other kind of writing may follow. rank 0 holds a slab.
  void write_texts_last(const std::string& object, std::int64_t rows, RowRange mine,
                        std::span<const std::string> texts);
  /// Changes groups and attributes: the same on all ranks. what: for messages, and to tell that all ranks do
  /// it.
  void change(const std::string& what, const std::function<void(HdfFile&)>& work);
  /// Does work, in which no rank waits for another, on every rank; throws on all ranks if it throws on one.
  void together(const std::string& what, const std::function<void()>& work);

  void close();
  /// Closes, reads back what was written and compares it.
  void verify();
  /// Verifies, and gives the file its final name.
  void publish();

  [[nodiscard]] Communicator& comm() const { return comm_; }
  [[nodiscard]] const std::filesystem::path& final_path() const { return final_path_; }
  /// Rows that fit a slice (1 GiB) of a dataset.
  static std::int64_t slice_rows(std::size_t row_bytes);

 private:
  /// What this rank wrote of a dataset, to be read back.
  struct Written {
    std::string object;
    HdfType type;
    std::size_t row_bytes;
    std::vector<Piece> pieces;
  };
  /// What rank 0 wrote of a dataset of texts of any length.
  struct WrittenTexts {
    std::string object;
    std::vector<RowRange> slabs;
    std::vector<std::uint32_t> crc_of_slab;
  };
  /// Takes disk space for all that ends before `end`.
  void reserve(std::uint64_t end);
  void remove_partial() const;
  /// Closes a file that nobody wants any more.
  void discard();
  /// What work threw, as an exit code and a sentence.
  struct Outcome {
    ExitCode code = ExitCode::done;
    std::string sentence;
    std::exception_ptr error;
  };
  static Outcome outcome_of(const std::function<void()>& work);
  /// Does work in which ranks wait for each other inside HDF5.
  void collectively(const std::string& what, const std::function<void()>& work);
  /// Throws on all ranks where the work failed on one, or where they are not at the same step.
  void agree(const std::string& what, const Outcome& outcome);
  /// Does work in which HDF5 writes to the disk.
  void to_disk(const std::function<void()>& work);
  void write_slices(const HdfId& dataset, DatasetPart& part);
  /// Of a part that ranks make together.
  void write_slabs(const HdfId& dataset, DatasetPart& part);
  void write_slice(const HdfId& dataset, const DatasetPart& part, std::span<Piece> slice,
                   std::span<const std::byte> bytes);
  void read_back(const HdfDataset& dataset, const Written& written) const;
  /// Ends what all ranks write together, and opens the file for rank 0.
  void begin_alone(std::uint64_t more_bytes);
  void read_texts_back() const;
  [[noreturn]] void throw_reads_differently(const std::string& object, std::int64_t block,
                                            RowRange rows) const;
  void compare(std::span<const Piece> slice, const Written& written, std::span<const std::byte> bytes) const;

  Communicator& comm_;
  std::filesystem::path final_path_;
  /// On rank 0, from before the first byte: what HDF5 lets go of (the last errors of its own descriptor, and
  /// what it writes between its flush and its close) is told to this one.
  FileDescriptor watch_;
  /// Open for writing, and in verify() for reading.
  std::optional<HdfFile> file_;
  std::vector<Written> written_;
  /// On rank 0: open for adding what only one process can write.
  std::optional<HdfFile> alone_;
  bool alone_begun_ = false;
  std::vector<WrittenTexts> written_texts_;
  int exceptions_at_start_;
  bool failed_together_ = false;
  bool disk_refused_ = false;  ///< what HDF5 wrote, on some rank
  bool verified_ = false;
  bool published_ = false;
};

}  // namespace shoal
