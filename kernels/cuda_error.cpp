// Sentences for what the CUDA runtime answers.
#include "cuda_error.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace {

std::string reason(cudaError_t error) {
  return fmt::format("{} ({})", cudaGetErrorString(error), cudaGetErrorName(error));
}

std::string megabytes(std::size_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

}  // namespace

void check_cuda(cudaError_t error, const char* call) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // or the next launch would be blamed for it
  if (error == cudaErrorMemoryAllocation) {
    throw ResourceError(fmt::format(
        "the GPU's memory does not suffice: {} failed; run fewer ranks on each GPU, or with --device cpu",
        call));
  }
  throw FailureError(
      fmt::format("the GPU failed in {}: {}; run the same command again, it goes on from what is "
                  "finished",
                  call, reason(error)));
}

void check_allocation(cudaError_t error, std::size_t bytes, const char* purpose) {
  if (error != cudaErrorMemoryAllocation) return check_cuda(error, purpose);
  cudaGetLastError();
  throw ResourceError(
      fmt::format("the GPU has no memory for {}: {} more are needed; run fewer ranks on each GPU, or with "
                  "--device cpu",
                  purpose, megabytes(bytes)));
}

void check_pinned_allocation(cudaError_t error, std::size_t bytes, const char* purpose) {
  if (error != cudaErrorMemoryAllocation) return check_cuda(error, purpose);
  cudaGetLastError();
  throw ResourceError(fmt::format(
      "{} has no memory that its GPU could read for {}: {} more are needed; run fewer ranks on a node, "
      "or ask for more of its memory",
      host_name(), purpose, megabytes(bytes)));
}

void check_launch(cudaError_t error, const void* kernel) {
  if (error == cudaSuccess) return;
  check_cuda(error, fmt::format("the launch of kernel {}", kernel_name(kernel)).c_str());
}

void report_cuda(cudaError_t error, const char* call) noexcept {
  if (error == cudaSuccess || std::uncaught_exceptions() > 0) return;
  try {
    log::warning("the GPU failed in {}: {}", call, reason(error));
  } catch (...) {  // a destructor has nobody to tell
  }
}

std::string kernel_name(const void* kernel) {
  const char* mangled = nullptr;
  if (cudaFuncGetName(&mangled, kernel) != cudaSuccess || mangled == nullptr) return "(unknown)";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                    std::free);
  std::string text = status == 0 ? name.get() : mangled;
  if (text.starts_with("void ")) text.erase(0, std::string_view("void ").size());  // of templates
  return text.substr(0, text.find('('));
}

}  // namespace shoal
