// What a compressed file holds, decoded in order.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// A file may unpack to this many bytes where it is read part by part.
inline constexpr std::int64_t kMostDecoded = std::int64_t{1} << 40;
/// And, from kTrustedDecoded on, to this many times the bytes that were read of it: text shrinks to a tenth,
/// or to a hundredth where it repeats itself; what unpacks to more is made to fill memories.
inline constexpr std::int64_t kMostDecodedTimes = 1000;
inline constexpr std::int64_t kTrustedDecoded = std::int64_t{64} << 20;

class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Appends up to `bytes` decoded bytes; fewer at the end of what can be decoded. Throws what reading
  /// throws.
  void append_to(std::string& text, std::size_t bytes);
  /// Whether all was decoded that can be.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Why decoding ended before the file did, as a part of a sentence: "its gzip data breaks off"; empty where
  /// it did not.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 protected:
  explicit Decoder(TextPieces packed) : packed_(std::move(packed)) {}

  /// Decodes up to bytes.size() bytes; 0 at the end, or behind stop_at().
  virtual std::size_t decode(std::span<char> bytes) = 0;
  /// The next piece of the file; empty at its end.
  std::string_view next_piece();
  void stop_at(std::string fault) { fault_ = std::move(fault); }
  /// Nothing follows what decode() returns now.
  void finish() { finished_ = true; }

 private:
  void check_limits();

  TextPieces packed_;
  std::int64_t read_ = 0;  ///< of the file
  std::int64_t decoded_ = 0;
  bool finished_ = false;
  bool ended_ = false;
  std::string fault_;
};

/// compression: as compression_of() says. packed: the file's bytes.
std::unique_ptr<Decoder> make_decoder(std::string_view compression, TextPieces packed);

}  // namespace shoal
