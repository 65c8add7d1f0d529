// One segment, read: its index or its records, and what does not fit.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "segment_format.hpp"
#include "shoal/base/file.hpp"

namespace shoal {

class SegmentReader {
 public:
  /// path: as the folder was listed. Throws InputError where it is no file, and UnavailableError, as all
  /// functions here do, where it cannot be had.
  SegmentReader(std::filesystem::path path, const Digest& key);

  /// Its tiles: from the index where it is sealed and sound, else record by record.
  std::vector<IndexEntry> entries();
  /// A record's payload, until the next call; nothing where anything of it does not fit the entry.
  std::optional<std::span<const std::byte>> payload(const IndexEntry& entry);
  /// Reads all of it.
  void verify();
  /// Sentences about what did not fit since the last call.
  std::vector<std::string> take_damage() { return std::exchange(damage_, {}); }

 private:
  void open();
  /// Not a RandomFile: a segment may grow while it is read. Like one it opens the file anew before it tries
  /// again.
  std::size_t read(std::uint64_t offset, std::span<std::byte> bytes);
  bool header_fits();
  std::optional<std::vector<IndexEntry>> index();
  std::vector<IndexEntry> walk(std::uint64_t end);
  std::uint64_t next_record(std::uint64_t offset, std::uint64_t end);
  template <class Part>
  bool read_part(std::uint64_t offset, Part& part);
  void tell(const std::string& what);

  std::filesystem::path path_;
  Digest key_;
  std::vector<std::string> damage_;
  FileDescriptor file_;  ///< none after a read that failed, until the next one
  std::vector<std::byte> record_;
  std::uint64_t size_ = 0;
  bool sealed_ = false;
};

}  // namespace shoal
