// Keyed pseudonyms: names that are stable under one key, and mean nothing without it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/digest.hpp"

namespace shoal {

/// What has pseudonyms. One text has another pseudonym of each kind.
namespace pseudonym_kind {
inline constexpr std::string_view kPost = "post";        ///< of a post's id
inline constexpr std::string_view kAccount = "account";  ///< of an account's key
inline constexpr std::string_view kSource =
    "source";  ///< of a post file's path, or of an image's or shard's name
inline constexpr std::string_view kImage = "image";    ///< of an image file's SHA-256 in hexadecimal
inline constexpr std::string_view kCorpus = "corpus";  ///< of digests of a whole corpus
}  // namespace pseudonym_kind

class Pseudonyms {
 public:
  explicit Pseudonyms(std::vector<std::byte> key) : key_(std::move(key)) {}

  /// HMAC-SHA-256 over kind and id.
  [[nodiscard]] Digest digest_of(std::string_view kind, std::string_view id) const;
  /// Its first 128 bits in base32: 26 characters.
  [[nodiscard]] std::string of(std::string_view kind, std::string_view id) const;
  /// SHA-256 of the key: tells whether two results can be joined, without telling the key.
  [[nodiscard]] Digest key_digest() const;

 private:
  std::vector<std::byte> key_;
};

/// A caption with pseudonyms of accounts in place of their names, as Post::mentions has them: behind '@'
/// (also full-width and small ones), in addresses of Instagram's pages, and on both sides of the '@' of what
/// may be an e-mail address. mentions: those of the post; where the handle of one of them
/// stands behind '@', it ends the name, also before a letter. platform: as Post::platform has it. Names that
/// stand anywhere else stay.
std::string without_handles(std::string_view caption, std::span<const std::string> mentions,
                            std::string_view platform, const Pseudonyms& pseudonyms);

/// A caption with pseudonyms of posts in place of their shortcodes in addresses on Instagram: those that the
/// posts have where they are rows of the results.
std::string without_shortcodes(std::string_view caption, const Pseudonyms& pseudonyms);

/// Where the key is kept unless the job says otherwise: $XDG_CONFIG_HOME/shoal/pseudonym.key or
/// ~/.config/shoal/pseudonym.key. Throws InputError if neither variable is set.
std::filesystem::path default_pseudonym_key_file();

/// The key in a file; nothing where there is no such file. For one rank.
/// Throws InputError for a file that is shorter than 16 bytes or cannot be read.
std::optional<std::vector<std::byte>> load_pseudonym_key(const std::filesystem::path& file);

/// Throws InputError where the file could not be made: its folder, or the nearest one above that is there,
/// may not be written in. For one rank.
void require_room_for_pseudonym_key(const std::filesystem::path& file);

/// The key in a file; made with 32 random bytes and mode 0600 where there is none. For one rank.
std::vector<std::byte> load_or_make_pseudonym_key(const std::filesystem::path& file);

}  // namespace shoal
