// A folder of images as tar shards, which `images` of a job reads by offset: `shoal pack`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shoal {

struct PackSummary {
  std::int64_t files = 0;
  std::uint64_t bytes = 0;  ///< of the files
  std::int64_t shards = 0;
  std::int64_t litter = 0;           ///< ._* and .DS_Store, left out without a word for each
  std::vector<std::string> skipped;  ///< a sentence each
};

/// Packs the files below `folder` (links followed) into out/00000.tar, 00001.tar, ..., by the bytes of their
/// path below it, which is their name in the shard. The same folder gives the same bytes. A shard has at most
/// shard_bytes, unless one file alone has more. Files that share their path up to the first dot of its last
/// part (WebDataset's key) stay in one shard where they fit into one. `out` appears when it is whole. What is
/// no file, cannot be read or has more than kLargestImageFile bytes is skipped. Throws UsageError where `out`
/// is there already, InputError where the folder cannot be read, FailureError or ResourceError from writing.
PackSummary pack_folder(const std::filesystem::path& folder, const std::filesystem::path& out,
                        std::uint64_t shard_bytes);

}  // namespace shoal
