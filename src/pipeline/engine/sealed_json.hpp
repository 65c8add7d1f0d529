// JSON files that say whether they are what was written.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shoal {

/// The object as text, with a CRC32C of it as its field "crc32c". Bytes that are not UTF-8 (paths need not
/// be) are replaced.
std::string sealed_text(nlohmann::json object);

/// The object of such a file, its seal included. Throws InputError where the file cannot be read,
/// FailureError where a single bit of it has changed.
nlohmann::json read_sealed(const std::filesystem::path& path);

}  // namespace shoal
