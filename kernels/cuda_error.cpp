// Sentences for what the CUDA runtime answers.
#include "cuda_error.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

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

/// Of a function as the linker names it, without what templates return and without parameters.
std::string in_the_source(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                    std::free);
  std::string text = status == 0 ? name.get() : mangled;
  if (text.starts_with("void ")) text.erase(0, std::string_view("void ").size());
  return text.substr(0, text.find('('));
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

void report_cuda(cudaError_t error, const char* call) noexcept {
  if (error == cudaSuccess || std::uncaught_exceptions() > 0) return;
  try {
    log::warning("the GPU failed in {}: {}", call, reason(error));
  } catch (...) {  // a destructor has nobody to tell
  }
}

const std::string& kernel_name(const void* kernel) {
  static std::mutex mutex;
  static std::unordered_map<const void*, std::string> names;
  static const std::string unknown = "(unknown)";
  const std::lock_guard lock(mutex);
  if (const auto known = names.find(kernel); known != names.end()) return known->second;
  const char* mangled = nullptr;
  if (cudaFuncGetName(&mangled, kernel) != cudaSuccess || mangled == nullptr) return unknown;
  return names.emplace(kernel, in_the_source(mangled)).first->second;
}

}  // namespace shoal
