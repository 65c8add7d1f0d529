// Compressed texts and archives, made by libarchive.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shoal::testing {

struct Packing {
  const char* filter = nullptr;  ///< "gzip", "xz", "zstd", "bzip2"
  const char* level = nullptr;   ///< of the filter
  const char* method = nullptr;  ///< of zip: "store" or "deflate"
  const char* password = nullptr;
};

using Files = std::vector<std::pair<std::string, std::string>>;

namespace detail {

template <class SetFormat>
std::string packed_files(const Files& files, const Packing& packing, const SetFormat& set_format) {
  archive* writer = ::archive_write_new();
  set_format(writer);
  if (packing.filter != nullptr) ::archive_write_add_filter_by_name(writer, packing.filter);
  if (packing.level != nullptr)
    ::archive_write_set_filter_option(writer, nullptr, "compression-level", packing.level);
  if (packing.method != nullptr)
    ::archive_write_set_format_option(writer, nullptr, "compression", packing.method);
  if (packing.password != nullptr) {
    ::archive_write_set_format_option(writer, nullptr, "encryption", "traditional");
    ::archive_write_set_passphrase(writer, packing.password);
  }
  ::archive_write_set_bytes_per_block(writer, 0);
  std::size_t room = 65536;
  for (const auto& [name, text] : files) room += text.size() + text.size() / 8 + 2 * name.size() + 4096;
  std::string bytes(room, '\0');
  std::size_t used = 0;
  ::archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const auto& [name, text] : files) {
    archive_entry* entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, name.c_str());
    const bool link = text.starts_with("-> ");
    ::archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
    if (link) ::archive_entry_set_symlink(entry, text.c_str() + 3);
    ::archive_entry_set_perm(entry, 0644);
    ::archive_entry_set_size(entry, link ? 0 : static_cast<la_int64_t>(text.size()));
    ::archive_write_header(writer, entry);
    if (!link) ::archive_write_data(writer, text.data(), text.size());
    ::archive_entry_free(entry);
  }
  ::archive_write_close(writer);
  ::archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

}  // namespace detail

inline std::string packed(std::string_view text, const char* filter, const char* level = nullptr) {
  return detail::packed_files({{"data", std::string(text)}}, {filter, level}, ::archive_write_set_format_raw);
}

/// A file whose text is "-> NAME" is a link.
inline std::string zipped(const Files& files, const Packing& packing = {}) {
  return detail::packed_files(files, packing, ::archive_write_set_format_zip);
}

inline std::string tarred(const Files& files, const Packing& packing = {}) {
  return detail::packed_files(files, packing, ::archive_write_set_format_ustar);
}

}  // namespace shoal::testing
