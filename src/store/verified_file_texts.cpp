// Texts of any length: rank 0 adds them alone, slab by slab, and reads them back.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "shoal/base/crc32c.hpp"
#include "shoal/base/packing.hpp"
#include "verified_file.hpp"

namespace shoal {
namespace {

/// Bytes of texts that rank 0 holds at a time, if a block has no more, and how many texts at most.
constexpr std::int64_t kSlabBytes = std::int64_t{16} << 20;
constexpr std::int64_t kSlabTexts = 16384;

/// Whole blocks of the table, the same whatever the number of ranks: the bytes of each block tell where slabs
/// end. Collective.
std::vector<RowRange> agree_on_slabs(Communicator& comm, std::int64_t rows, RowRange mine,
                                     std::span<const std::string> texts) {
  std::vector<std::int64_t> bytes(static_cast<std::size_t>((rows + kBlockRows - 1) / kBlockRows));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::int64_t row = mine.begin + static_cast<std::int64_t>(i);
    bytes[static_cast<std::size_t>(row / kBlockRows)] += std::ssize(texts[i]);
  }
  comm.allreduce_sum(bytes);
  std::vector<RowRange> slabs;
  std::int64_t held = 0;
  for (std::int64_t begin = 0; begin < rows; begin += kBlockRows) {
    const std::int64_t of_block = bytes[static_cast<std::size_t>(begin / kBlockRows)];
    const std::int64_t end = std::min(begin + kBlockRows, rows);
    if (!slabs.empty() && held + of_block <= kSlabBytes && end - slabs.back().begin <= kSlabTexts) {
      slabs.back().end = end;
      held += of_block;
    } else {
      slabs.push_back({begin, end});
      held = of_block;
    }
  }
  return slabs;
}

RowRange common(RowRange a, RowRange b) {
  const std::int64_t begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

std::uint32_t crc_of(std::span<const std::string> texts) {
  std::uint32_t crc = 0;
  for (const std::string& text : texts)
    crc = crc32c(std::as_bytes(std::span(text.c_str(), text.size() + 1)), crc);
  return crc;
}

/// What HDF5 takes for a text of any length beside its bytes: a reference in the dataset, a header in its
/// heap, filled up to 8 bytes.
constexpr std::uint64_t kTextOverhead = 40;

std::uint64_t stored_bytes(std::span<const std::string> texts) {
  std::uint64_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size() + kTextOverhead;
  return bytes;
}

/// This rank's texts of a slab, as they travel.
Bytes packed(std::span<const std::string> texts) {
  Packer packer;
  packer.number(std::ssize(texts));
  for (const std::string& text : texts) packer.text(text);
  return packer.take();
}

void unpack_into(std::vector<std::string>& slab, const Bytes& bytes) {
  Unpacker unpacker(bytes, "a slab of texts on its way to rank 0");
  for (std::int64_t left = unpacker.number(); left > 0; --left) slab.push_back(unpacker.text());
}

}  // namespace

void VerifiedFile::begin_alone(std::uint64_t more_bytes) {
  if (!alone_begun_) close();
  together(fmt::format("opening '{}' for its texts", final_path_.string()), [&] {
    if (!comm_.is_root()) return;
    const std::filesystem::path partial = partial_name(final_path_);
    // HDF5 leaves no file alone that it could not finish: a full disk is to be met before it writes.
    reserve(std::filesystem::file_size(partial) + more_bytes);
    if (!alone_) alone_.emplace(HdfFile::add_alone(partial));
  });
  alone_begun_ = true;
}

void VerifiedFile::write_texts_last(const std::string& object, std::int64_t rows, RowRange mine,
                                    std::span<const std::string> texts) {
  begin_alone(static_cast<std::uint64_t>(comm_.sum(static_cast<std::int64_t>(stored_bytes(texts)))));
  WrittenTexts written{object, agree_on_slabs(comm_, rows, mine, texts), {}};
  HdfId dataset;
  together(fmt::format("creating '{}'", object), [&] {
    if (alone_) dataset = alone_->create_dataset(object, HdfType::any_text(), {rows});
  });
  for (const RowRange slab : written.slabs) {
    const RowRange part = common(slab, mine);
    const auto given = comm_.gather(
        packed(texts.subspan(static_cast<std::size_t>(part.size() == 0 ? 0 : part.begin - mine.begin),
                             static_cast<std::size_t>(part.size()))),
        0);
    // A rank whose write fails must not leave the others in the next exchange.
    together(fmt::format("writing the texts of '{}' from row {} on", object, slab.begin), [&] {
      if (!alone_) return;
      std::vector<std::string> whole;
      for (const Bytes& bytes : given) unpack_into(whole, bytes);
      written.crc_of_slab.push_back(crc_of(whole));
      to_disk([&] { alone_->write_texts(dataset, slab, whole, object); });
    });
  }
  together(fmt::format("marking '{}'", object), [&] {
    if (!alone_) return;
    to_disk([&] {
      alone_->set_text(object, "encoding-type", "string-array");
      alone_->set_text(object, "encoding-version", "0.2.0");
    });
  });
  written_texts_.push_back(std::move(written));
}

void VerifiedFile::read_texts_back() const {
  if (!comm_.is_root() || written_texts_.empty()) return;
  const HdfFile file = HdfFile::open_alone(partial_name(final_path_));
  for (const WrittenTexts& written : written_texts_) {
    const HdfDataset dataset = file.open_dataset(written.object);
    for (std::size_t i = 0; i < written.slabs.size(); ++i) {
      const RowRange slab = written.slabs[i];
      if (crc_of(file.read_texts(dataset.id, slab, written.object)) != written.crc_of_slab[i])
        throw_reads_differently(written.object, slab.begin / kBlockRows, slab);
    }
  }
}

}  // namespace shoal
