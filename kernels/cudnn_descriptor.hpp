// Owners of cuDNN's handle and descriptors, with checked calls. Only cudnn_*.cpp includes this.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "cudnn_library.hpp"
#include "stream.hpp"

namespace shoal {

/// Throws FailureError, naming the call, unless it succeeded.
void check_cudnn(cudnnStatus_t status, const char* call);

class CudnnHandle {
 public:
  /// All work goes to this stream.
  explicit CudnnHandle(Stream& stream);
  ~CudnnHandle();
  CudnnHandle(const CudnnHandle&) = delete;
  CudnnHandle& operator=(const CudnnHandle&) = delete;
  [[nodiscard]] cudnnHandle_t get() const { return handle_; }

 private:
  cudnnHandle_t handle_ = nullptr;
};

/// One of cuDNN's descriptors: filled attribute by attribute, then finalised, then only read.
class CudnnDescriptor {
 public:
  explicit CudnnDescriptor(cudnnBackendDescriptorType_t type) {
    check_cudnn(cudnn().create_descriptor(type, &descriptor_), "cudnnBackendCreateDescriptor");
  }
  ~CudnnDescriptor() {
    if (descriptor_ != nullptr) cudnn().destroy_descriptor(descriptor_);
  }
  CudnnDescriptor(CudnnDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
  CudnnDescriptor& operator=(CudnnDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  template <class T>
  void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::span<const T> values) {
    check_cudnn(cudnn().set_attribute(descriptor_, name, type, std::ssize(values), values.data()),
                "cudnnBackendSetAttribute");
  }
  template <class T>
  void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const T& value) {
    set(name, type, std::span<const T>(&value, 1));
  }
  void set(cudnnBackendAttributeName_t name, std::span<const std::int64_t> values) {
    set(name, CUDNN_TYPE_INT64, values);
  }
  void set(cudnnBackendAttributeName_t name, const CudnnDescriptor& other) {
    set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, other.descriptor_);
  }
  void finalise() { check_cudnn(cudnn().finalize(descriptor_), "cudnnBackendFinalize"); }
  /// False where cuDNN cannot do what the descriptor asks for; all else that fails is an error.
  [[nodiscard]] bool try_to_finalise();

  /// Fills in up to values.size() values; returns how many there are.
  template <class T>
  std::int64_t get(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                   std::span<T> values) const {
    std::int64_t count = 0;
    check_cudnn(cudnn().get_attribute(descriptor_, name, type, std::ssize(values), &count, values.data()),
                "cudnnBackendGetAttribute");
    return count;
  }
  /// The one value of an attribute.
  template <class T>
  [[nodiscard]] T get(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const {
    T value{};
    get(name, type, std::span<T>(&value, 1));
    return value;
  }
  [[nodiscard]] cudnnBackendDescriptor_t raw() const { return descriptor_; }

 private:
  cudnnBackendDescriptor_t descriptor_ = nullptr;
};

}  // namespace shoal
