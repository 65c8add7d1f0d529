// A zip archive of files with posts, as it was exported: each member that a format knows is read as a file.
#include "zip_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "claims.hpp"
#include "compressed_posts.hpp"
#include "excerpt.hpp"
#include "path_patterns.hpp"
#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"
#include "zip_index.hpp"

namespace shoal {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_archive_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> kSuffixes{".zip", ".tar", ".tgz", ".tar.gz", ".7z", ".rar"};
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) { return has_suffix(name, suffix); });
}

class ZipReader {
 public:
  explicit ZipReader(PathSource& source) : source_(source), file_(source.path()) {
    bytes_at_ = [this](std::uint64_t offset, std::span<std::byte> bytes) {
      return file_.read_at(offset, bytes);
    };
  }

  ReadResult read() {
    ZipIndex index = index_zip(bytes_at_, static_cast<std::uint64_t>(file_.bytes()));
    std::ranges::stable_sort(index.members, [](const ZipEntry& a, const ZipEntry& b) {
      return std::tie(a.name, a.header) < std::tie(b.name, b.header);
    });
    for (const ZipEntry& member : index.members) read_member(member);
    if (!index.damage.empty()) {
      result_.quarantine_record(-1, fmt::format("the archive cannot be read to its end: {}", index.damage));
    } else if (!recognised_ && result_.quarantined_records == 0) {
      result_.quarantine_record(-1, "the archive holds no file of a known format");
      result_.unrecognised = true;
    }
    return std::move(result_);
  }

 private:
  void read_member(const ZipEntry& member) {
    const std::string_view name = file_name(member.name);
    if (is_system_litter(name)) return;
    if (is_archive_name(name))
      return leave_out(member, "is an archive in an archive, and is not opened; unpack it");
    if (!is_read_below_folders(post_readers(), name)) return;
    if (!member.fault.empty()) return leave_out(member, member.fault);
    if (const std::string_view fault = image_name_fault(member.name); !fault.empty())
      return leave_out(member, fault);
    if (!names_.insert(member.name).second)
      return leave_out(member, "has a name that another one in the archive has; the first one is read");
    if (member.bytes > static_cast<std::uint64_t>(kLargestDecoded))
      return leave_out(member, fmt::format("unpacks to more than {} bytes; unpack it", kLargestDecoded));
    if (const ZipText begin = begin_zip_member(bytes_at_, member, 1); !begin.fault.empty())
      return leave_out(member, begin.fault);
    const ZipText unpacked = read_zip_member(bytes_at_, member.header, member.bytes);
    if (!unpacked.fault.empty()) return leave_out(member, unpacked.fault);
    add(member, read_posts(unpacked.text, {member.name, &source_.file().rules()}));
  }

  void add(const ZipEntry& member, ReadResult part) {
    if (part.unrecognised && may_be_anything(member.name)) return;
    recognised_ = true;
    part.unrecognised = false;
    for (QuarantineRow& row : part.quarantined)
      row.reason = fmt::format("in {}: {}", in_quotes(member.name), row.reason);
    result_.append(std::move(part));
  }

  void leave_out(const ZipEntry& member, std::string_view fault) {
    result_.quarantine_record(result_.next_record(), fmt::format("{} {}", in_quotes(member.name), fault));
  }

  PathSource& source_;
  RandomFile file_;
  TarSource bytes_at_;
  std::set<std::string> names_;
  bool recognised_ = false;
  ReadResult result_;
};

}  // namespace

bool is_zip_of_posts(const std::filesystem::path& path) {
  try {
    return !is_folder(path) && is_zip(RandomFile(path).read_up_to(0, 4));
  } catch (const Error&) {
    return false;  // reading it says what is wrong
  }
}

ReadResult read_zip_of_posts(PathSource& source) { return ZipReader(source).read(); }

}  // namespace shoal
