// Processor features by CPUID, lowered on request so that a mixed cluster can be rehearsed on one machine.
#include "shoal/base/processor.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

struct NamedLevel {
  InstructionLevel level;
  const char* name;
};
constexpr std::array<NamedLevel, 5> kLevels{{{InstructionLevel::baseline, "baseline"},
                                             {InstructionLevel::avx2, "avx2"},
                                             {InstructionLevel::avx512, "avx512"},
                                             {InstructionLevel::avx512_bf16, "avx512_bf16"},
                                             {InstructionLevel::amx, "amx"}}};

#if defined(__x86_64__)
/// Whether processor and system offer tiles with bf16. Clang 14 has no name for it.
bool has_amx_bf16() {
  constexpr unsigned kAmxBf16 = 1U << 22;    // of leaf 7, in edx
  constexpr unsigned kTileState = 3U << 17;  // of the states that the system saves
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || (edx & kAmxBf16) == 0) return false;
  __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return (eax & kTileState) == kTileState;
}
#endif

InstructionLevel level_of_processor() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    if (!__builtin_cpu_supports("avx512bf16")) return InstructionLevel::avx512;
    return has_amx_bf16() ? InstructionLevel::amx : InstructionLevel::avx512_bf16;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionLevel::avx2;
#endif
  return InstructionLevel::baseline;
}

InstructionLevel requested_level() {
  const char* text = std::getenv("SHOAL_MAX_LEVEL");
  if (text == nullptr) return kLevels.back().level;
  std::string names;
  for (const NamedLevel& level : kLevels) {
    if (text == std::string_view(level.name)) return level.level;
    names += std::string(names.empty() ? "" : ", ") + level.name;
  }
  throw UsageError(std::string("SHOAL_MAX_LEVEL is '") + text + "'; it may be one of " + names);
}

}  // namespace

InstructionLevel detect_instruction_level() { return std::min(level_of_processor(), requested_level()); }

std::string to_string(InstructionLevel level) { return kLevels[static_cast<std::size_t>(level)].name; }

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
