// libshoal_cuda with emulated GPUs: opened by the program through SHOAL_CUDA_LIBRARY, so that whole jobs run
// on them. EMULATED_GPUS: how many there are (default 1). EMULATED_SEED: what orders threads and streams
// (default 1). EMULATED_MIB: memory of each (default 1024). EMULATED_CUDNN: what it offers (default
// "proposes", as emulator::Cudnn has them). EMULATED_CODE: the error that asking for a kernel's code answers
// (default 0). EMULATED_BREAK: the piece of work that breaks a device for good
// (default none).
#include <cstdlib>
#include <string_view>

#include "emulator.hpp"

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

emulator::Cudnn cudnn_named(std::string_view name) {
  if (name == "falls_back") return emulator::Cudnn::falls_back;
  if (name == "offers_nothing") return emulator::Cudnn::offers_nothing;
  if (name == "absent") return emulator::Cudnn::absent;
  return emulator::Cudnn::proposes;
}

__attribute__((constructor)) void begin() {
  emulator::Devices devices;
  devices.count = static_cast<int>(number("EMULATED_GPUS", 1));
  devices.memory = number("EMULATED_MIB", 1024) << 20;
  devices.code = static_cast<int>(number("EMULATED_CODE", 0));
  const char* const cudnn = std::getenv("EMULATED_CUDNN");
  if (cudnn != nullptr) devices.cudnn = cudnn_named(cudnn);
  emulator::restart(number("EMULATED_SEED", 1), devices);
  emulator::break_device_at(number("EMULATED_BREAK", 0));
}

}  // namespace
