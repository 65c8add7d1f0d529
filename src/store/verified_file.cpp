// Writing in slices with checksums, reading back, and leaving in order after a failure.
#include "verified_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>

#include "hdf5_error.hpp"
#include "shoal/base/crc32c.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/comm/native.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Reading back holds this much at a time.
constexpr std::size_t kReadBytes = std::size_t{16} << 20;
/// Room for metadata, reserved beyond the values.
constexpr std::uint64_t kMetadataBytes = std::uint64_t{1} << 20;

std::int64_t rows_within(std::size_t bytes, std::size_t row_bytes) {
  return static_cast<std::int64_t>(std::max<std::size_t>(bytes / std::max<std::size_t>(row_bytes, 1), 1));
}

std::span<const std::byte> part_of(std::span<const std::byte> bytes, RowRange all, RowRange rows,
                                   std::size_t row_bytes) {
  return bytes.subspan(static_cast<std::size_t>(rows.begin - all.begin) * row_bytes,
                       static_cast<std::size_t>(rows.size()) * row_bytes);
}

/// An error that began on another rank, in the words of the first that had one.
[[noreturn]] void throw_of_other_rank(ExitCode code, const std::vector<Bytes>& sentences) {
  const auto first =
      std::find_if(sentences.begin(), sentences.end(), [](const Bytes& bytes) { return !bytes.empty(); });
  const std::string words(reinterpret_cast<const char*>(first->data()), first->size());
  const std::string sentence = fmt::format("rank {}: {}", first - sentences.begin(), words);
  if (code == ExitCode::resources) throw ResourceError(sentence);
  throw FailureError(sentence);
}

std::string describe(const DatasetPart& part) {
  return fmt::format("writing '{}' of shape ({}), {} bytes a value", part.object, fmt::join(part.shape, ", "),
                     part.type.bytes);
}

}  // namespace

std::size_t DatasetPart::row_bytes() const {
  std::size_t row = type.bytes;
  for (std::size_t i = 1; i < shape.size(); ++i) row *= static_cast<std::size_t>(shape[i]);
  return row;
}

std::int64_t VerifiedFile::slice_rows(std::size_t row_bytes) { return rows_within(kSliceBytes, row_bytes); }

VerifiedFile::VerifiedFile(Communicator& comm, fs::path final_path)
    : comm_(comm), final_path_(std::move(final_path)), exceptions_at_start_(std::uncaught_exceptions()) {
  try {
    together(fmt::format("making room for '{}'", final_path_.string()), [&] { reserve(0); });
    collectively(fmt::format("creating '{}'", final_path_.string()), [&] {
      file_.emplace(HdfFile::create_together(partial_name(final_path_), native_handle(comm_)));
    });
  } catch (...) {
    // No destructor follows a constructor that throws.
    if (file_) file_->abandon();
    remove_partial();
    throw;
  }
}

void VerifiedFile::reserve(std::uint64_t end) {
  if (!comm_.is_root()) return;
  const fs::path partial = partial_name(final_path_);
  if (!watch_) watch_ = create_file(partial, 0644);
  reserve_disk_space(watch_, partial, end + kMetadataBytes);
}

VerifiedFile::~VerifiedFile() {
  if (published_) return;
  // Closing waits for all ranks. One that leaves by an error of its own must not wait: it goes on to end the
  // job.
  const bool leaves_alone =
      comm_.size() > 1 && !failed_together_ && std::uncaught_exceptions() > exceptions_at_start_;
  // One whose disk or limit refused bytes would fail again in closing, between two steps for which the others
  // wait.
  const bool closing_hangs = comm_.size() > 1 && disk_refused_;
  if (leaves_alone || closing_hangs) {
    if (file_) file_->abandon();
    if (closing_hangs) note_failed_close();
  } else {
    discard();
  }
  remove_partial();
}

void VerifiedFile::remove_partial() const {
  if (comm_.is_root()) ::unlink(partial_name(final_path_).c_str());
}

void VerifiedFile::discard() {
  if (alone_) ::truncate(partial_name(final_path_).c_str(), 0) == 0 ? alone_.reset() : alone_->abandon();
  if (!file_) return;
  // HDF5 writes its metadata when it closes. On a disk that is found full before HDF5 meets it, that would
  // fail, and HDF5 then crashes at the end of MPI: emptying the file first makes room.
  [[maybe_unused]] int ignored = 0;
  if (comm_.is_root()) ignored = ::truncate(partial_name(final_path_).c_str(), 0);
  comm_.barrier();
  file_.reset();
}

VerifiedFile::Outcome VerifiedFile::outcome_of(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    const auto* ours = dynamic_cast<const Error*>(&error);
    return {ours == nullptr ? ExitCode::failure : ours->code(), error.what(), std::current_exception()};
  }
}

void VerifiedFile::agree(const std::string& what, const Outcome& outcome) {
  // One reduction for all questions: is everybody at the same step, and did it go well everywhere, and
  // may the file be closed?
  const std::int64_t crc = crc32c(std::as_bytes(std::span(what)));
  std::array<std::int64_t, 4> worst{crc, -crc, static_cast<std::int64_t>(outcome.code),
                                    std::int64_t{disk_refused_}};
  comm_.allreduce_max(worst);
  const bool same_step = worst[0] == -worst[1];
  if (same_step && worst[2] == 0) return;
  failed_together_ = true;
  disk_refused_ = worst[3] != 0;
  if (!same_step) {
    throw FailureError(
        fmt::format("The ranks disagree on what comes next in '{}': rank {} is at {}. This is a "
                    "defect of Shoal; please report it",
                    final_path_.string(), comm_.rank(), what));
  }
  const auto sentences = comm_.all_gather(std::as_bytes(std::span(outcome.sentence)));
  if (outcome.error) std::rethrow_exception(outcome.error);
  throw_of_other_rank(static_cast<ExitCode>(worst[2]), sentences);
}

void VerifiedFile::together(const std::string& what, const std::function<void()>& work) {
  agree(what, outcome_of(work));
}

void VerifiedFile::collectively(const std::string& what, const std::function<void()>& work) {
  const Outcome outcome = outcome_of(work);
  if (outcome.error) {
    // The others may still be in HDF5, waiting for this rank: meeting them in a reduction would never end.
    failed_together_ = comm_.leave_together(kLeavingPatience);
    std::rethrow_exception(outcome.error);
  }
  agree(what, outcome);
}

void VerifiedFile::to_disk(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error&) {
    disk_refused_ = true;
    throw;
  }
}

void VerifiedFile::change(const std::string& what, const std::function<void(HdfFile&)>& work) {
  collectively(what, [&] { work(*file_); });
}

void VerifiedFile::write(DatasetPart part) {
  HdfId dataset;
  collectively(describe(part), [&] { dataset = file_->create_dataset(part.object, part.type, part.shape); });
  const std::uint64_t end = HdfFile::end_of(dataset);
  together(fmt::format("writing the values of '{}'", part.object), [&] {
    // A full disk is met here and not while HDF5 writes its metadata, where it would leave ranks waiting
    // (1.10.8).
    reserve(end);
    if (part.slab_rows == 0) write_slices(dataset, part);
  });
  if (part.slab_rows > 0) write_slabs(dataset, part);
  const std::size_t row_bytes = part.row_bytes();
  written_.push_back({std::move(part.object), std::move(part.type), row_bytes, std::move(part.pieces)});
}

void VerifiedFile::write_slices(const HdfId& dataset, DatasetPart& part) {
  const std::size_t row_bytes = part.row_bytes();
  if (row_bytes == 0) return;
  const auto slices = slices_of(part.pieces, rows_within(part.slice_bytes, row_bytes));
  // Each rank writes its own run of rows, in long pieces: nothing is gained by writing them collectively, and
  // a rank whose write fails would leave the others waiting in HDF5 for ever.
  for (const std::span<Piece> slice : slices) write_slice(dataset, part, slice, part.bytes(rows_of(slice)));
}

void VerifiedFile::write_slice(const HdfId& dataset, const DatasetPart& part, std::span<Piece> slice,
                               std::span<const std::byte> bytes) {
  const RowRange rows = rows_of(slice);
  for (Piece& piece : slice) piece.crc = crc32c(part_of(bytes, rows, piece.rows, part.row_bytes()));
  to_disk([&] { file_->write_rows(dataset, part.type, rows, bytes.data(), part.object); });
}

void VerifiedFile::write_slabs(const HdfId& dataset, DatasetPart& part) {
  const auto slices = slices_of(part.pieces, part.slab_rows);
  const auto count = static_cast<std::size_t>(comm_.max(std::ssize(slices)));
  const std::int64_t end = part.pieces.empty() ? 0 : part.pieces.back().rows.end;
  for (std::size_t i = 0; i < count; ++i) {
    const std::span<const std::byte> bytes =
        part.bytes(i < slices.size() ? rows_of(slices[i]) : RowRange{end, end});
    // A rank whose write fails must not leave the others in the next exchange.
    together(fmt::format("writing slab {} of '{}'", i, part.object), [&] {
      if (i < slices.size()) write_slice(dataset, part, slices[i], bytes);
    });
  }
}

void VerifiedFile::close() {
  if (alone_begun_) {
    together(fmt::format("closing '{}' again", final_path_.string()), [&] {
      if (alone_) to_disk([&] { alone_->close(); });
      alone_.reset();
    });
    alone_begun_ = false;
  }
  if (!file_) return;
  collectively(fmt::format("closing '{}'", final_path_.string()), [&] {
    to_disk([&] { file_->close(); });
    file_.reset();
  });
}

void VerifiedFile::compare(std::span<const Piece> slice, const Written& written,
                           std::span<const std::byte> bytes) const {
  const RowRange rows = rows_of(slice);
  for (const Piece& piece : slice) {
    if (crc32c(part_of(bytes, rows, piece.rows, written.row_bytes)) == piece.crc) continue;
    throw_reads_differently(written.object, piece.block, piece.rows);
  }
}

void VerifiedFile::throw_reads_differently(const std::string& object, std::int64_t block,
                                           RowRange rows) const {
  throw FailureError(fmt::format(
      "'{}' reads differently from what was written: dataset '{}', block {} (rows {} to {}). The file "
      "system or its cache damaged it; run the same command again, on another file system if it recurs",
      partial_name(final_path_).string(), object, block, rows.begin, rows.end - 1));
}

void VerifiedFile::read_back(const HdfDataset& dataset, const Written& written) const {
  if (written.row_bytes == 0) return;
  std::vector<Piece> pieces = written.pieces;
  std::vector<std::byte> bytes;
  for (const std::span<Piece> slice : slices_of(pieces, rows_within(kReadBytes, written.row_bytes))) {
    const RowRange rows = rows_of(slice);
    bytes.resize(static_cast<std::size_t>(rows.size()) * written.row_bytes);
    file_->read_rows(dataset.id, written.type, rows, bytes.data(), written.object);
    compare(slice, written, bytes);
  }
}

void VerifiedFile::verify() {
  if (verified_) return;
  close();
  collectively(fmt::format("opening '{}' again", final_path_.string()), [&] {
    file_.emplace(HdfFile::open_together(partial_name(final_path_), native_handle(comm_)));
  });
  for (const Written& written : written_) {
    // Opening is collective, also where this rank wrote nothing; reading is not.
    HdfDataset dataset;
    collectively(fmt::format("opening '{}' again", written.object),
                 [&] { dataset = file_->open_dataset(written.object); });
    together(fmt::format("reading back '{}'", written.object), [&] { read_back(dataset, written); });
  }
  file_.reset();
  together(fmt::format("reading back the texts of '{}'", final_path_.string()), [&] { read_texts_back(); });
  verified_ = true;
}

void VerifiedFile::publish() {
  verify();
  together(fmt::format("naming '{}'", final_path_.string()), [&] {
    if (!comm_.is_root()) return;
    close_durably(watch_, partial_name(final_path_));
    rename_durably(partial_name(final_path_), final_path_);
  });
  published_ = true;
}

}  // namespace shoal
