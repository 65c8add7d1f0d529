// Owners of device memory and of pinned host memory, and the copies between them.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>
#include <utility>

#include "cuda_error.hpp"
#include "stream.hpp"

namespace shoal {

/// `count` values in the memory of the device that is set when it is made; only kernels and copies may touch
/// them.
template <class T>
class DeviceBuffer {
 public:
  DeviceBuffer() = default;
  DeviceBuffer(std::int64_t count, const char* purpose) : count_(count) {
    if (count > 0) check_allocation(cudaMalloc(&data_, bytes()), bytes(), purpose);
  }
  ~DeviceBuffer() {
    if (data_ != nullptr) report_cuda(cudaFree(data_), "cudaFree");
  }
  DeviceBuffer(DeviceBuffer&& other) noexcept { swap(other); }
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
    DeviceBuffer(std::move(other)).swap(*this);
    return *this;
  }

  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(count_) * sizeof(T); }

 private:
  void swap(DeviceBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
  }

  T* data_ = nullptr;
  std::int64_t count_ = 0;
};

/// `count` values of host memory that the device copies from and to by itself.
template <class T>
class PinnedBuffer {
 public:
  PinnedBuffer() = default;
  PinnedBuffer(std::int64_t count, const char* purpose) : count_(count) {
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T);
    void* memory = nullptr;
    if (count > 0)
      check_pinned_allocation(cudaHostAlloc(&memory, bytes, cudaHostAllocDefault), bytes, purpose);
    data_ = static_cast<T*>(memory);
  }
  ~PinnedBuffer() {
    if (data_ != nullptr) report_cuda(cudaFreeHost(data_), "cudaFreeHost");
  }
  PinnedBuffer(PinnedBuffer&& other) noexcept { swap(other); }
  PinnedBuffer& operator=(PinnedBuffer&& other) noexcept {
    PinnedBuffer(std::move(other)).swap(*this);
    return *this;
  }

  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::span<T> values() { return {data_, static_cast<std::size_t>(count_)}; }

 private:
  void swap(PinnedBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
  }

  T* data_ = nullptr;
  std::int64_t count_ = 0;
};

/// Both return at once; neither side may change or go before the stream has come so far.
template <class T>
void copy_to_device(T* to, const T* from_pinned, std::int64_t count, Stream& stream) {
  if (count == 0) return;
  stream.check(cudaMemcpyAsync(to, from_pinned, static_cast<std::size_t>(count) * sizeof(T),
                               cudaMemcpyHostToDevice, stream.get()),
               "cudaMemcpyAsync to the device");
}
template <class T>
void copy_to_host(T* to_pinned, const T* from, std::int64_t count, Stream& stream) {
  if (count == 0) return;
  stream.check(cudaMemcpyAsync(to_pinned, from, static_cast<std::size_t>(count) * sizeof(T),
                               cudaMemcpyDeviceToHost, stream.get()),
               "cudaMemcpyAsync to the host");
}
template <class T>
void copy_on_device(T* to, const T* from, std::int64_t count, Stream& stream) {
  if (count == 0) return;
  stream.check(cudaMemcpyAsync(to, from, static_cast<std::size_t>(count) * sizeof(T),
                               cudaMemcpyDeviceToDevice, stream.get()),
               "cudaMemcpyAsync on the device");
}
template <class T>
void fill_with_zeros(T* values, std::int64_t count, Stream& stream) {
  if (count == 0) return;
  stream.check(cudaMemsetAsync(values, 0, static_cast<std::size_t>(count) * sizeof(T), stream.get()),
               "cudaMemsetAsync");
}

}  // namespace shoal
