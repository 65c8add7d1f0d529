// The key file, and names under it.
#include "shoal/corpus/pseudonyms.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kShortestKey = 16;

std::string random_bytes() {
  std::array<char, kKeyBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw_system_error("getrandom", "the random device", errno);
  }
  return {bytes.data(), bytes.size()};
}

}  // namespace

Digest Pseudonyms::digest_of(std::string_view kind, std::string_view id) const {
  // A length in front keeps (kind, id) pairs apart whatever they contain.
  return hmac_sha256(key_, fmt::format("{}:{}:{}", kind.size(), kind, id));
}

std::string Pseudonyms::of(std::string_view kind, std::string_view id) const {
  const Digest digest = digest_of(kind, id);
  return to_base32(std::span(digest).first(16));
}

Digest Pseudonyms::key_digest() const { return sha256(std::span<const std::byte>(key_)); }

fs::path default_pseudonym_key_file() {
  if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder != '\0') {
    return fs::path(folder) / "shoal" / "pseudonym.key";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return fs::path(home) / ".config" / "shoal" / "pseudonym.key";
  }
  throw InputError("no folder for the pseudonym key: HOME is not set; name a file by [corpus] pseudonym_key");
}

std::optional<std::vector<std::byte>> load_pseudonym_key(const fs::path& file) {
  if (!is_listed(file)) return std::nullopt;
  auto key = read_file(file, 4096);
  if (key.size() < kShortestKey) {
    throw InputError(fmt::format("the pseudonym key '{}' has {} bytes; at least {} random ones are needed",
                                 file.string(), key.size(), kShortestKey));
  }
  return key;
}

void require_room_for_pseudonym_key(const fs::path& file) {
  const std::string why = why_closed(fs::absolute(file).parent_path());
  if (why.empty()) return;
  throw InputError(fmt::format(
      "the pseudonym key '{}' is not there and cannot be made: {}; name a file by [corpus] pseudonym_key",
      file.string(), why));
}

std::vector<std::byte> load_or_make_pseudonym_key(const fs::path& file) {
  if (auto key = load_pseudonym_key(file)) return std::move(*key);
  require_room_for_pseudonym_key(file);
  std::error_code error;
  fs::create_directories(file.parent_path().empty() ? "." : file.parent_path(), error);
  if (error) throw_system_error("creation", file.parent_path().string(), error.value());
  write_new_file_durably(file, random_bytes(), 0600);
  log::info("made a pseudonym key, '{}': keep it, results made with another key cannot be joined",
            file.string());
  return load_pseudonym_key(file).value();
}

}  // namespace shoal
