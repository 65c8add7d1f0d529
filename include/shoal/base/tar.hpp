// Tar archives: written so that their bytes depend on their members alone, indexed where others wrote them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/random_file.hpp"

namespace shoal {

/// Writes an archive under its partial name. Members stand in the order of the calls, owned by nobody, with
/// mode 0644 and time 0. Names of up to 100 bytes stand in ustar headers, longer ones in pax headers.
class TarWriter {
 public:
  explicit TarWriter(std::filesystem::path final_path) : file_(std::move(final_path)) {}
  /// Throws FailureError for an empty name or a member above 8 GiB, ResourceError where the disk is full.
  void add(const std::string& name, std::span<const std::byte> bytes);
  /// Ends the archive and gives it its final name.
  void publish();

  /// Length of the archive so far, and what a member would add to it: headers, bytes and padding.
  [[nodiscard]] std::uint64_t bytes_written() const { return file_.bytes_written(); }
  [[nodiscard]] static std::uint64_t bytes_of_member(const std::string& name, std::uint64_t bytes);
  /// What publish() adds.
  static constexpr std::uint64_t kBytesOfEnd = 1024;

 private:
  PartialFile file_;
};

/// A member as it stands in an archive that TarWriter writes, and what stands behind the last one.
std::string tar_member(const std::string& name, std::span<const std::byte> bytes);
std::string_view end_of_tar();

/// Up to bytes.size() bytes at an offset of an archive; returns how many there were.
using TarSource = std::function<std::size_t(std::uint64_t offset, std::span<std::byte> bytes)>;

/// A member of an archive. Folders are none.
struct TarMember {
  std::string name;          ///< as the archive spells it
  std::uint64_t offset = 0;  ///< of its bytes
  std::uint64_t bytes = 0;
  std::string beginning;  ///< its first bytes, up to kTarBeginning
  std::string fault;      ///< why it has no bytes that can be read from here; empty for a whole file
};
inline constexpr std::size_t kTarBeginning = 32;

struct TarIndex {
  std::vector<TarMember> members;  ///< in the archive's order; a name may stand several times
  std::string damage;              ///< why reading stopped before the archive's end, and at which byte
  std::string_view compression;    ///< what it was compressed with ("gzip"), where that is why; else empty
};

/// Reads the headers of an archive of `size` bytes, each once, and the zeros behind its end: ustar, pax paths
/// and sizes, GNU long names and large sizes. Links, devices, sparse files and parts of files are members
/// with a fault; labels, lists of folders and what else describes files is stepped over. Never throws for
/// what an archive holds: what stands before a damaged header, or before the end of one that was cut short,
/// is indexed.
TarIndex index_tar(const TarSource& source, std::uint64_t size);

/// Reads members of an archive of ours by name.
class TarReader {
 public:
  /// Reads the index. Throws InputError where the archive is missing or damaged, or holds links, devices or
  /// two files of one name.
  explicit TarReader(std::filesystem::path path);

  [[nodiscard]] const std::map<std::string, TarMember>& members() const { return members_; }
  [[nodiscard]] bool contains(const std::string& name) const { return members_.contains(name); }
  /// Throws InputError where there is no such member, or the archive was shortened since.
  [[nodiscard]] std::vector<std::byte> read(const std::string& name) const;

 private:
  std::filesystem::path path_;
  std::unique_ptr<const RandomFile> file_;
  std::map<std::string, TarMember> members_;
};

}  // namespace shoal
