// Members by their own headers: stored, or deflated.
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <optional>

#include "zip_format.hpp"
#include "zip_index.hpp"

namespace shoal {
namespace {

constexpr std::string_view kDescriptor{"PK\x07\x08", 4};
constexpr std::uint16_t kSumBehind = 1U << 3U;
constexpr std::size_t kStep = std::size_t{256} << 10;

/// What a member's own header says.
struct Local {
  std::string name;
  std::uint64_t begin = 0;  ///< of its bytes
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  std::uint32_t sum = 0;
  std::uint64_t packed = 0;
  std::uint64_t bytes = 0;

  /// Whether its sizes are told before its bytes, and in 32 bits.
  [[nodiscard]] bool tells_sizes() const {
    constexpr std::uint32_t kIn64 = 0xFFFFFFFF;
    return (flags & kSumBehind) == 0 && packed != kIn64 && bytes != kIn64;
  }
};

/// held: the archive's bytes from the header on, of which some are in memory. Nothing where no header is
/// there.
std::optional<Local> local_header(const TarSource& source, std::uint64_t header, std::string_view held) {
  if (held.size() < kZipLocalBytes || !held.starts_with(kZipLocalHeader)) return std::nullopt;
  const std::size_t name = zip_number<std::uint16_t>(held, 26);
  Local local;
  local.flags = zip_number<std::uint16_t>(held, 6);
  local.method = zip_number<std::uint16_t>(held, 8);
  local.sum = zip_number<std::uint32_t>(held, 14);
  local.packed = zip_number<std::uint32_t>(held, 18);
  local.bytes = zip_number<std::uint32_t>(held, 22);
  local.begin = header + kZipLocalBytes + name + zip_number<std::uint16_t>(held, 28);
  local.name = held.size() >= kZipLocalBytes + name ? std::string(held.substr(kZipLocalBytes, name))
                                                    : read_zip_at(source, header + kZipLocalBytes, name);
  return local;
}

/// A raw deflated stream.
class Inflater {
 public:
  Inflater() {
    if (::inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Unpacks into the rest of a text, from `used` on; how much it got. Takes from packed what was used.
  std::size_t unpack(std::string_view& packed, std::span<char> into) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    const std::size_t room = std::min<std::size_t>(into.size(), std::size_t{1} << 30U);
    stream_.avail_out = static_cast<uInt>(room);
    state_ = ::inflate(&stream_, Z_NO_FLUSH);
    if (state_ == Z_MEM_ERROR) throw std::bad_alloc();
    packed.remove_prefix(packed.size() - stream_.avail_in);
    return room - stream_.avail_out;
  }
  [[nodiscard]] bool ended() const { return state_ == Z_STREAM_END; }
  [[nodiscard]] bool failed() const {
    return state_ != Z_STREAM_END && state_ != Z_OK && state_ != Z_BUF_ERROR;
  }

 private:
  z_stream stream_{};
  int state_ = Z_OK;
};

constexpr const char* kDamaged = "is damaged in its archive";

/// A text that grows as it is filled, up to a size that nobody has checked.
class Growing {
 public:
  explicit Growing(std::uint64_t most) : most_(most) {}

  /// What may be filled next; empty where all is.
  std::span<char> room() {
    if (used_ == text_.size()) text_.resize(std::min<std::uint64_t>(most_, std::max(kStep, 2 * used_)));
    return std::span(text_).subspan(used_);
  }
  void add(std::size_t bytes) { used_ += bytes; }
  [[nodiscard]] bool full() const { return used_ == most_; }
  std::string take() { return std::move(text_); }

 private:
  std::uint64_t most_;
  std::string text_;
  std::size_t used_ = 0;
};

/// Where a stored or deflated text ends in the archive; nothing where it is not what was announced. packed:
/// how many of its bytes the archive has at most.
std::optional<std::uint64_t> unpack(const TarSource& source, const Local& local, std::uint64_t packed,
                                    Growing& text) {
  std::uint64_t next = local.begin;
  if (local.method == kZipStored) {
    while (!text.full()) {
      const std::size_t got = source(next, std::as_writable_bytes(text.room()));
      if (got == 0) return std::nullopt;
      next += got;
      text.add(got);
    }
    return next;
  }
  Inflater inflater;
  char more = 0;
  while (!inflater.ended()) {
    const std::uint64_t left = packed - std::min(packed, next - local.begin);
    const std::string held = read_zip_at(source, next, std::min<std::uint64_t>(kStep, left));
    if (held.empty()) return std::nullopt;
    std::string_view rest = held;
    while (!inflater.ended()) {
      // Behind the last byte the end of the stream is to follow, and no further byte.
      const bool full = text.full();
      const std::size_t got = inflater.unpack(rest, full ? std::span(&more, 1) : text.room());
      if (inflater.failed() || (full && got > 0)) return std::nullopt;
      text.add(got);
      if (got == 0 && rest.empty()) break;
    }
    next += held.size() - rest.size();
  }
  return text.full() ? std::optional(next) : std::nullopt;
}

}  // namespace

ZipText read_zip_member(const TarSource& source, std::uint64_t header, std::uint64_t bytes,
                        std::optional<std::uint64_t> packed) {
  const auto local = local_header(source, header, read_zip_at(source, header, kZipLocalBytes));
  if (!local || (local->method != kZipStored && local->method != kZipDeflated)) return {{}, kDamaged};
  if (!packed && local->tells_sizes()) packed = local->packed;
  Growing text(bytes);
  const auto end = unpack(source, *local, packed.value_or(std::numeric_limits<std::uint64_t>::max()), text);
  if (!end) return {{}, kDamaged};
  ZipText result{text.take(), {}};
  std::uint32_t sum = local->sum;
  if ((local->flags & kSumBehind) != 0) {
    const std::string descriptor = read_zip_at(source, *end, 8);
    if (descriptor.size() < 8) return {{}, kDamaged};
    sum = zip_number<std::uint32_t>(descriptor, descriptor.starts_with(kDescriptor) ? 4 : 0);
  }
  const auto* first = reinterpret_cast<const Bytef*>(result.text.data());
  if (::crc32_z(0, first, result.text.size()) != sum) return {{}, "does not fit its checksum in its archive"};
  return result;
}

ZipText begin_zip_member(const TarSource& source, const ZipEntry& member, std::size_t bytes) {
  constexpr std::size_t kShown = 1024;
  const std::string held = read_zip_at(source, member.header, kZipLocalBytes + member.name.size() + kShown);
  const auto local = local_header(source, member.header, held);
  if (!local) return {{}, kDamaged};
  if (local->name != member.name)
    return {{}, "has another name in its own header than in its archive's directory"};
  if (local->tells_sizes() && (local->packed != member.packed || local->bytes != member.bytes))
    return {{}, "has another size in its own header than in its archive's directory"};
  const std::size_t at = local->begin - member.header;
  const std::string later = at < held.size() ? std::string() : read_zip_at(source, local->begin, kShown);
  std::string_view packed = at < held.size() ? std::string_view(held).substr(at) : std::string_view(later);
  bytes = std::min<std::uint64_t>(bytes, member.bytes);
  if (local->method == kZipStored) return {std::string(packed.substr(0, bytes)), {}};
  ZipText result;
  result.text.resize(bytes);
  Inflater inflater;
  std::size_t used = 0;
  while (used < bytes && !packed.empty() && !inflater.ended() && !inflater.failed())
    used += inflater.unpack(packed, std::span(result.text).subspan(used));
  result.text.resize(used);
  if (inflater.failed()) result.fault = kDamaged;
  return result;
}

}  // namespace shoal
