// How far the work on a stream has come, in memory of the host's that stays readable when the device is lost:
// so that an error can name the kernel that did not come to its end.
//
// A mark is a kernel of one thread that writes its number; it begins when all work before it is done. Its
// store is relaxed and of system scope (volatile): on its way to the host at once, which a fence would only
// wait for.
#pragma once

#include <cuda_runtime.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace shoal {

/// What CUDA answers when it looks for this build's code for the device that is set, and sets that up.
cudaError_t look_for_code();

class Trail {
 public:
  static constexpr std::int64_t kPinnedBytes = sizeof(std::uint64_t);
  Trail();
  ~Trail();
  Trail(const Trail&) = delete;
  Trail& operator=(const Trail&) = delete;

  /// What a mark follows. Names outlive all trails.
  struct Work {
    const std::string* kernel = nullptr;  ///< its name; null where a library was called
    const char* call = nullptr;           ///< what it is called for then
  };
  /// After work on the stream. Where the mark cannot be launched, it counts all the same, since that work may
  /// be what went wrong, until it is taken back.
  [[nodiscard]] cudaError_t mark(cudaStream_t stream, const Work& work);
  void take_back() { --asked_; }
  /// Marks asked for so far; the first has number 1.
  [[nodiscard]] std::uint64_t marks() const { return asked_; }
  /// The first that the stream has not come to; 0 where it has come to all. While it works, that may be past
  /// by the time it is told.
  [[nodiscard]] std::uint64_t missing() const;
  /// What that mark follows: "kernel shoal::max_pool_kernel<float>", "a product of cuBLAS's".
  [[nodiscard]] std::string work_before(std::uint64_t mark) const;

 private:
  /// As many as are ever under way on a stream, and more.
  static constexpr std::size_t kRemembered = 1024;

  volatile std::uint64_t* done_ = nullptr;  ///< the number of the last mark, as the host sees it
  std::uint64_t* done_there_ = nullptr;     ///< the same memory, as the device does
  std::uint64_t asked_ = 0;
  std::array<Work, kRemembered> works_{};
};

}  // namespace shoal
