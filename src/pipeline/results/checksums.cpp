// Rank r reads pieces r, r + ranks, ...
#include "pipeline/results/checksums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "shoal/base/crc32c.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {

std::string FileChecksums::text() const {
  std::string result;
  for (const std::uint32_t piece : pieces) result += fmt::format("{:08x}", piece);
  return result;
}

FileChecksums checksums_of(Communicator& comm, const std::filesystem::path& path) {
  std::int64_t size = 0;
  on_root(comm, [&] { size = read_of_own([&] { return RandomFile(path).bytes(); }); });
  size = comm.max(size);
  std::vector<std::int64_t> crcs((static_cast<std::uint64_t>(size) + FileChecksums::kPiece - 1) /
                                 FileChecksums::kPiece);
  on_all(comm, [&] {
    const auto file = read_of_own([&] { return std::make_unique<const RandomFile>(path); });
    std::vector<std::byte> piece(FileChecksums::kPiece);
    for (auto i = static_cast<std::size_t>(comm.rank()); i < crcs.size();
         i += static_cast<std::size_t>(comm.size())) {
      const std::size_t got = read_of_own([&] { return file->read_at(i * FileChecksums::kPiece, piece); });
      crcs[i] = crc32c(std::span(piece).first(got));
    }
  });
  // Each piece was read by one rank.
  comm.allreduce_sum(crcs);
  FileChecksums sums{static_cast<std::uint64_t>(size), {}};
  for (const std::int64_t crc : crcs) sums.pieces.push_back(static_cast<std::uint32_t>(crc));
  return sums;
}

}  // namespace shoal
