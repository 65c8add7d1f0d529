// Constants on their way to the device: made piece by piece in pinned memory, so that no second copy of the
// weights is ever held.
#pragma once

#include <cuda_bf16.h>

#include <algorithm>
#include <cstdint>

#include "buffers.hpp"
#include "in_shares.hpp"

namespace shoal {

inline void store_rounded(float& to, float x) { to = x; }
inline void store_rounded(__nv_bfloat16& to, float x) { to = __float2bfloat16_rn(x); }

class Upload {
 public:
  /// threads: those of the host that fill a piece.
  explicit Upload(Stream& stream, int threads = 1)
      : stream_(stream), threads_(threads), staging_(kPieceBytes, "sending weights") {}

  /// `count` values, element i being value(i), rounded to T. Several threads ask for values.
  template <class T, class Value>
  DeviceBuffer<T> make(std::int64_t count, const char* purpose, const Value& value) {
    DeviceBuffer<T> buffer(count, purpose);
    constexpr std::int64_t kPiece = kPieceBytes / static_cast<std::int64_t>(sizeof(T));
    try {
      for (std::int64_t first = 0; first < count; first += kPiece) {
        send_piece(buffer.data() + first, first, std::min(kPiece, count - first), value);
      }
    } catch (...) {
      stream_.settle();  // a piece may be on its way to a buffer that goes now
      throw;
    }
    return buffer;
  }

 private:
  static constexpr std::int64_t kPieceBytes = std::int64_t{16} << 20;

  template <class T, class Value>
  void send_piece(T* to, std::int64_t first, std::int64_t count, const Value& value) {
    T* const piece = reinterpret_cast<T*>(staging_.data());
    in_shares(static_cast<std::size_t>(count), threads_, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        store_rounded(piece[i], value(first + static_cast<std::int64_t>(i)));
      }
    });
    copy_to_device(to, piece, count, stream_);
    stream_.synchronize();  // before the piece is overwritten
  }

  Stream& stream_;
  int threads_;
  PinnedBuffer<unsigned char> staging_;
};

}  // namespace shoal
