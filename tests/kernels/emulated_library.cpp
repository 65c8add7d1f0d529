// libshoal_cuda with emulated GPUs: opened by the program through SHOAL_CUDA_LIBRARY, so that whole jobs run
// on them. EMULATED_GPUS: how many there are (default 1). EMULATED_SEED: what orders threads and streams
// (default 1). EMULATED_MIB: memory of each (default 1024).
#include <cstdlib>

#include "emulator.hpp"

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

__attribute__((constructor)) void begin() {
  emulator::Devices devices;
  devices.count = static_cast<int>(number("EMULATED_GPUS", 1));
  devices.memory = number("EMULATED_MIB", 1024) << 20;
  emulator::restart(number("EMULATED_SEED", 1), devices);
}

}  // namespace
