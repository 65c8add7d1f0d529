// Processor features by CPUID, lowered on request so that a mixed cluster can be rehearsed on one machine.
#include "shoal/base/processor.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

InstructionLevel level_of_processor() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return InstructionLevel::avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionLevel::avx2;
#endif
  return InstructionLevel::baseline;
}

InstructionLevel requested_level() {
  const char* text = std::getenv("SHOAL_MAX_LEVEL");
  if (text == nullptr) return InstructionLevel::avx512;
  for (const auto level : {InstructionLevel::baseline, InstructionLevel::avx2, InstructionLevel::avx512}) {
    if (to_string(level) == text) return level;
  }
  throw UsageError(std::string("SHOAL_MAX_LEVEL is '") + text + "'; it may be baseline, avx2 or avx512");
}

}  // namespace

InstructionLevel detect_instruction_level() { return std::min(level_of_processor(), requested_level()); }

std::string to_string(InstructionLevel level) {
  switch (level) {
    case InstructionLevel::avx512:
      return "avx512";
    case InstructionLevel::avx2:
      return "avx2";
    case InstructionLevel::baseline:
      break;
  }
  return "baseline";
}

std::string processor_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace shoal
