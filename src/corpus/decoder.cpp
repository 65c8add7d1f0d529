// gzip and xz by their own libraries, which give all that stands before a damaged place; the others by
// libarchive.
#include "decoder.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <exception>

#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 20;
constexpr std::size_t kFirstStep = std::size_t{16} << 10;

/// A file may have several gzip members, one behind the other, and zeros behind the last.
class GzipDecoder final : public Decoder {
 public:
  explicit GzipDecoder(TextPieces packed) : Decoder(std::move(packed)) {
    constexpr int kOfGzip = 16;
    if (::inflateInit2(&stream_, MAX_WBITS + kOfGzip) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecoder() override { ::inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

 private:
  std::size_t decode(std::span<char> bytes) override {
    stream_.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream_.avail_out = static_cast<uInt>(std::min(bytes.size(), kStep));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out > 0) {
      if (go_on()) continue;
      finish();
      break;
    }
    return wanted - stream_.avail_out;
  }

  /// False at the end.
  bool go_on() {
    if (stream_.avail_in == 0 && !take_piece()) {
      if (inside_) stop_at("its gzip data breaks off");
      return false;
    }
    if (!inside_ && !begin_member()) return false;
    const int state = ::inflate(&stream_, Z_NO_FLUSH);
    if (state == Z_STREAM_END) {
      inside_ = false;
    } else if (state == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      stop_at(
          fmt::format("its gzip data is damaged: {}", stream_.msg == nullptr ? "no stream" : stream_.msg));
      return false;
    }
    return true;
  }

  /// False where what follows the last member is no further one.
  bool begin_member() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return true;
    constexpr Bytef kFirst = 0x1F;
    if (*stream_.next_in != kFirst) {
      stop_at("something that is no gzip follows its gzip data");
      return false;
    }
    ::inflateReset(&stream_);
    inside_ = true;
    return true;
  }

  bool take_piece() {
    const std::string_view piece = next_piece();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    return !piece.empty();
  }

  z_stream stream_{};
  bool inside_ = true;  ///< a member
};

/// Also several streams behind each other, and zeros between them.
class XzDecoder final : public Decoder {
 public:
  explicit XzDecoder(TextPieces packed) : Decoder(std::move(packed)) {
    constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30;
    if (::lzma_stream_decoder(&stream_, kMostMemory, LZMA_CONCATENATED) != LZMA_OK) throw std::bad_alloc();
  }
  ~XzDecoder() override { ::lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

 private:
  std::size_t decode(std::span<char> bytes) override {
    if (state_ != LZMA_OK) return 0;
    stream_.next_out = reinterpret_cast<std::uint8_t*>(bytes.data());
    stream_.avail_out = bytes.size();
    while (state_ == LZMA_OK && stream_.avail_out > 0) {
      if (stream_.avail_in == 0 && !at_end_) take_piece();
      state_ = ::lzma_code(&stream_, at_end_ ? LZMA_FINISH : LZMA_RUN);
    }
    if (state_ != LZMA_OK) finish();
    if (state_ != LZMA_OK && state_ != LZMA_STREAM_END) stop();
    return bytes.size() - stream_.avail_out;
  }

  void take_piece() {
    const std::string_view piece = next_piece();
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(piece.data());
    stream_.avail_in = piece.size();
    at_end_ = piece.empty();
  }

  void stop() {
    if (state_ == LZMA_MEM_ERROR) throw std::bad_alloc();
    const bool cut = state_ == LZMA_BUF_ERROR;
    stop_at(cut                             ? "its xz data breaks off"
            : state_ == LZMA_MEMLIMIT_ERROR ? "its xz data takes more than 1 GiB of memory to be unpacked"
                                            : "its xz data is damaged");
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret state_ = LZMA_OK;
  bool at_end_ = false;
};

/// By libarchive's filters, without its formats of archives.
class FilterDecoder final : public Decoder {
 public:
  FilterDecoder(std::string_view name, int filter, TextPieces packed)
      : Decoder(std::move(packed)), name_(name), archive_(::archive_read_new()) {
    if (archive_ == nullptr) throw std::bad_alloc();
    ::archive_read_support_format_raw(archive_);
    ::archive_read_append_filter(archive_, filter);
  }
  ~FilterDecoder() override { ::archive_read_free(archive_); }
  FilterDecoder(const FilterDecoder&) = delete;
  FilterDecoder& operator=(const FilterDecoder&) = delete;

 private:
  std::size_t decode(std::span<char> bytes) override {
    if (!open_ && !open()) return 0;
    const la_ssize_t got = ::archive_read_data(archive_, bytes.data(), std::min(bytes.size(), kStep));
    throw_what_reading_threw();
    if (got >= 0) return static_cast<std::size_t>(got);
    stop();
    return 0;
  }

  bool open() {
    open_ = true;
    archive_entry* entry = nullptr;
    int state = ::archive_read_open(archive_, this, nullptr, read, nullptr);
    if (state == ARCHIVE_OK) state = ::archive_read_next_header(archive_, &entry);
    throw_what_reading_threw();
    if (state == ARCHIVE_OK || state == ARCHIVE_WARN) return true;
    // Also of a file that holds nothing: libarchive does not tell these apart.
    if (state != ARCHIVE_EOF)
      stop_at(fmt::format("its {} data breaks off before any text, or holds none", name_));
    return false;
  }

  void stop() {
    const char* said = ::archive_error_string(archive_);
    const std::string_view why = said == nullptr ? "unknown" : said;
    const bool cut = why.find("runcated") != why.npos;
    stop_at(cut ? fmt::format("its {} data breaks off", name_)
                : fmt::format("its {} data is damaged: {}", name_, why));
  }

  void throw_what_reading_threw() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

  static la_ssize_t read(archive*, void* self, const void** piece) {
    auto& decoder = *static_cast<FilterDecoder*>(self);
    try {
      const std::string_view text = decoder.next_piece();
      *piece = text.data();
      return static_cast<la_ssize_t>(text.size());
    } catch (...) {
      decoder.thrown_ = std::current_exception();
      return ARCHIVE_FATAL;
    }
  }

  std::string name_;
  archive* archive_;
  bool open_ = false;
  std::exception_ptr thrown_;
};

}  // namespace

std::string_view Decoder::next_piece() {
  const std::string_view piece = packed_(read_);
  read_ += std::ssize(piece);
  return piece;
}

void Decoder::append_to(std::string& text, std::size_t bytes) {
  const std::size_t end = text.size() + bytes;
  while (!ended_ && text.size() < end) {
    const std::size_t begin = text.size();
    // Room is filled with zeros first: little for the thousands of small files that some programs write.
    text.resize(std::min(end, begin + std::clamp(begin, kFirstStep, kStep)));
    const std::size_t got = decode(std::span(text).subspan(begin));
    text.resize(begin + got);
    decoded_ += static_cast<std::int64_t>(got);
    ended_ = finished_ || got == 0;
    if (!ended_) check_limits();
  }
}

void Decoder::check_limits() {
  if (decoded_ > kMostDecoded) {
    stop_at(fmt::format("it unpacks to more than {} bytes", kMostDecoded));
  } else if (decoded_ > kTrustedDecoded && decoded_ / kMostDecodedTimes > read_) {
    stop_at(fmt::format("it unpacks to more than {} times its size, as no posts do", kMostDecodedTimes));
  } else {
    return;
  }
  ended_ = true;
}

std::unique_ptr<Decoder> make_decoder(std::string_view compression, TextPieces packed) {
  if (compression == "gzip") return std::make_unique<GzipDecoder>(std::move(packed));
  if (compression == "xz") return std::make_unique<XzDecoder>(std::move(packed));
  const int filter = compression == "zstd" ? ARCHIVE_FILTER_ZSTD : ARCHIVE_FILTER_BZIP2;
  return std::make_unique<FilterDecoder>(compression, filter, std::move(packed));
}

}  // namespace shoal
