// The CUDA runtime's calls, over devices, memory and streams of the emulator.
#include <cstring>
#include <map>

#include "block.hpp"
#include "world.hpp"

using emulator::Lock;
using emulator::Misuse;
using emulator::world;

#define BEGIN_CALL()              \
  const Lock lock(world().mutex); \
  if (const cudaError_t begun = emulator::begin_call(); begun != cudaSuccess) return begun

namespace {

struct ErrorText {
  cudaError_t error;
  const char* name;
  const char* text;
};
constexpr ErrorText kErrors[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorInsufficientDriver, "cudaErrorInsufficientDriver", "driver version is insufficient"},
    {cudaErrorDevicesUnavailable, "cudaErrorDevicesUnavailable", "devices are busy or unavailable"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorNoKernelImageForDevice, "cudaErrorNoKernelImageForDevice", "no kernel image for the device"},
    {cudaErrorUnsupportedPtxVersion, "cudaErrorUnsupportedPtxVersion",
     "compiled with an unsupported toolchain"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
};
const ErrorText& text_of(cudaError_t error) {
  for (const ErrorText& each : kErrors) {
    if (each.error == error) return each;
  }
  return kErrors[1];
}

bool driver_suffices() { return world().devices.driver >= CUDART_VERSION; }

}  // namespace

const char* cudaGetErrorName(cudaError_t error) { return text_of(error).name; }
const char* cudaGetErrorString(cudaError_t error) { return text_of(error).text; }

cudaError_t cudaGetLastError() {
  const Lock lock(world().mutex);
  return std::exchange(world().last, world().broken);
}

cudaError_t cudaGetDeviceCount(int* count) {
  BEGIN_CALL();
  if (!driver_suffices()) return emulator::answer(cudaErrorInsufficientDriver);
  if (world().devices.count == 0) return emulator::answer(cudaErrorNoDevice);
  *count = world().devices.count;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  BEGIN_CALL();
  if (!driver_suffices()) return emulator::answer(cudaErrorInsufficientDriver);
  if (device < 0 || device >= world().devices.count) return emulator::answer(cudaErrorInvalidDevice);
  emulator::set_current_device(device);
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) {
  BEGIN_CALL();
  *device = emulator::current_device();
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  BEGIN_CALL();
  if (device < 0 || device >= world().devices.count) return emulator::answer(cudaErrorInvalidDevice);
  const emulator::Devices& all = world().devices;
  *properties = {"Emulated GPU", {{static_cast<char>(device + 1)}}, all.major, all.minor, 4, all.memory};
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = world().devices.driver;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  BEGIN_CALL();
  *total = emulator::current_arena().capacity();
  *free = *total - emulator::current_arena().used();
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  BEGIN_CALL();
  *memory = emulator::current_arena().allocate(bytes);
  ++world().allocations;
  return emulator::answer(*memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}

cudaError_t cudaFree(void* memory) {
  const Lock lock(world().mutex);
  if (memory == nullptr) return world().broken;
  for (const auto& arena : world().arenas) {
    if (!arena->in_range(memory)) continue;
    arena->free(memory);
    return world().broken;
  }
  throw Misuse("cudaFree is given host memory");
}

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned flags) {
  BEGIN_CALL();
  *memory = world().pinned.allocate(bytes, flags == cudaHostAllocMapped);
  ++world().allocations;
  return emulator::answer(*memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned) {
  BEGIN_CALL();
  if (!world().pinned.is_mapped(host)) throw Misuse("cudaHostGetDevicePointer: memory that is not mapped");
  *device = host;
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
  const Lock lock(world().mutex);
  if (memory != nullptr) world().pinned.free(memory);
  return world().broken;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  BEGIN_CALL();
  if (flags != cudaStreamNonBlocking) throw Misuse("a stream is made that waits for the default stream");
  *stream = new emulator::Stream{emulator::current_device(), {}};
  world().streams.insert(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const Lock lock(world().mutex);
  if (!world().streams.contains(stream)) throw Misuse("a stream is destroyed twice");
  if (!stream->queue.empty()) throw Misuse("a stream is destroyed while work is on it");
  world().streams.erase(stream);
  delete stream;
  return world().broken;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  BEGIN_CALL();
  if (!world().streams.contains(stream)) throw Misuse("waits for a stream that was destroyed");
  emulator::run_until([&] { return stream->queue.empty(); });
  return emulator::answer(world().broken);
}

cudaError_t cudaDeviceSynchronize() {
  BEGIN_CALL();
  emulator::run_until([&] {
    for (const emulator::Stream* stream : world().streams) {
      if (stream->device == emulator::current_device() && !stream->queue.empty()) return false;
    }
    return true;
  });
  return emulator::answer(world().broken);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  BEGIN_CALL();
  emulator::check_stream(stream, "cudaStreamWaitEvent");
  if (!event->passed) throw Misuse("a stream waits for an event that was never recorded");
  emulator::enqueue(stream, {"cudaStreamWaitEvent", [passed = event->passed] { return *passed; }, [] {}});
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  BEGIN_CALL();
  if (flags != cudaEventDisableTiming && flags != cudaEventDefault)
    throw Misuse("an event has unknown flags");
  *event = new emulator::Event{emulator::current_device(), nullptr, flags == cudaEventDefault};
  world().events.insert(*event);
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  const Lock lock(world().mutex);
  if (world().events.erase(event) == 0) throw Misuse("an event is destroyed twice");
  delete event;
  return world().broken;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  BEGIN_CALL();
  emulator::check_stream(stream, "cudaEventRecord");
  if (event->device != stream->device) throw Misuse("an event of one device is recorded on another");
  event->passed = std::make_shared<bool>(false);
  event->passed_at = std::make_shared<std::uint64_t>(0);
  emulator::enqueue(stream, {"cudaEventRecord", {}, [passed = event->passed, at = event->passed_at] {
                               *passed = true;
                               *at = world().clock;
                             }});
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  BEGIN_CALL();
  if (!begin->takes_times || !end->takes_times)
    throw Misuse("the time of an event is asked for that takes none");
  if (begin->device != end->device) throw Misuse("times of events of two devices are compared");
  if (!begin->passed || !end->passed)
    throw Misuse("the time of an event is asked for that was never recorded");
  if (!*begin->passed || !*end->passed) return emulator::answer(cudaErrorNotReady);
  *milliseconds = static_cast<float>(*end->passed_at - *begin->passed_at) * 1e-3F;
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  BEGIN_CALL();
  if (!event->passed) throw Misuse("the host waits for an event that was never recorded");
  emulator::run_until([passed = event->passed] { return *passed; });
  return emulator::answer(world().broken);
}
