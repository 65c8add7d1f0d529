// What a folder's search leaves alone is left alone here; an archive in an archive is not opened.
#include "archived_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "claims.hpp"
#include "compressed_posts.hpp"
#include "excerpt.hpp"
#include "path_patterns.hpp"
#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string path_in_archive(const std::string& name) {
  const std::size_t root = std::min(name.find_first_not_of('/'), name.size());
  return std::filesystem::path(name.substr(root)).lexically_normal().string();
}

bool is_archive_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> kSuffixes{".zip", ".tar", ".tgz", ".txz", ".7z", ".rar"};
  name = without_compression(name);
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) { return has_suffix(name, suffix); });
}

bool is_read_in_archives(std::string_view path) {
  const std::string_view name = file_name(path);
  return !is_system_litter(name) && !is_archive_name(name) && is_read_below_folders(post_readers(), name);
}

void ArchivedPosts::add(const ArchivedFile& file, const std::function<ArchivedText()>& unpack) {
  const std::string_view name = file_name(file.path);
  if (!is_system_litter(name) && is_archive_name(name))
    return leave_out(file, "is an archive in an archive, and is not opened; unpack it");
  if (!is_read_in_archives(file.path)) return;
  if (!file.fault.empty()) return leave_out(file, file.fault);
  if (const std::string_view fault = image_name_fault(file.path); !fault.empty())
    return leave_out(file, fault);
  if (!paths_.insert(file.path).second)
    return leave_out(file, "has a name that another one in the archive has; the first one is read");
  if (file.bytes > static_cast<std::uint64_t>(kLargestDecoded))
    return leave_out(file, fmt::format("unpacks to more than {} bytes; unpack it", kLargestDecoded));
  const ArchivedText unpacked = unpack();
  if (!unpacked.fault.empty()) return leave_out(file, unpacked.fault);
  ReadResult part = read_posts(unpacked.text, {file.path, &source_.file().rules()});
  if (part.unrecognised && may_be_anything(file.path)) return;
  recognised_ = true;
  part.unrecognised = false;
  for (QuarantineRow& row : part.quarantined)
    row.reason = fmt::format("in {}: {}", in_quotes(file.path), row.reason);
  result_.append(std::move(part));
}

ReadResult ArchivedPosts::finish(std::string_view damage) {
  if (!damage.empty()) {
    result_.quarantine_record(-1, fmt::format("the archive cannot be read to its end: {}", damage));
  } else if (!has_read()) {
    result_.quarantine_record(-1, "the archive holds no file of a known format");
    result_.unrecognised = true;
  }
  return std::move(result_);
}

void ArchivedPosts::leave_out(const ArchivedFile& file, std::string_view fault) {
  result_.quarantine_record(result_.next_record(), fmt::format("{} {}", in_quotes(file.path), fault));
}

}  // namespace shoal
