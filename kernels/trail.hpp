// How far the work on a stream has come, in memory of the host's that stays readable when the device is lost:
// so that an error can name the kernel that did not come to its end.
//
// A mark is a kernel of one thread that writes its number; it begins when all work before it is done.
#pragma once

#include <cuda_runtime.h>

#include <array>
#include <cstddef>
#include <string>

namespace shoal {

class Trail {
 public:
  Trail();
  ~Trail();
  Trail(const Trail&) = delete;
  Trail& operator=(const Trail&) = delete;

  /// After work on the stream: a kernel, or, where that is null, a library's call. call: a literal.
  void mark(cudaStream_t stream, const void* kernel, const char* call);
  /// Marks asked for so far; the first has number 1.
  [[nodiscard]] unsigned marks() const { return asked_; }
  /// The first that the stream has not come to; 0 where it has come to all.
  [[nodiscard]] unsigned missing() const;
  /// What that mark follows: "kernel shoal::max_pool_kernel<float>", "a product of cuBLAS's".
  [[nodiscard]] std::string work_before(unsigned mark) const;

 private:
  struct Work {
    const void* kernel = nullptr;
    const char* call = nullptr;
  };
  /// As many as are ever under way on a stream, and more.
  static constexpr std::size_t kRemembered = 1024;

  volatile unsigned* done_ = nullptr;  ///< the number of the last mark, as the host sees it
  unsigned* done_there_ = nullptr;     ///< the same memory, as the device does
  unsigned asked_ = 0;
  std::array<Work, kRemembered> works_{};
};

}  // namespace shoal
