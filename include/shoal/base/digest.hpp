// Identity of bytes: SHA-256 and HMAC-SHA-256 (OpenSSL), and their spellings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of a stream of bytes.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::span<const std::byte> bytes);
  Sha256& update(std::string_view text);
  /// The digest of everything so far; the object starts anew.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(std::span<const std::byte> bytes);
Digest sha256(std::string_view text);
Digest hmac_sha256(std::span<const std::byte> key, std::string_view message);

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::uint8_t> bytes);
/// The digest that to_hex spelled so; nothing for any other text.
std::optional<Digest> digest_of_hex(std::string_view text);
/// RFC 4648 base32 in lower case without padding; 16 bytes become 26 characters.
std::string to_base32(std::span<const std::uint8_t> bytes);
/// The first 8 bytes, big endian: a well-mixed number for choosing an owner.
std::uint64_t leading_bits(const Digest& digest);
/// 64 well-mixed bits of a name (FNV-1a, then SplitMix64's finisher): who owns it. Not for identity.
std::uint64_t hash_bits(std::string_view name);

}  // namespace shoal
