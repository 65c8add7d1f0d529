// oneDNN's instruction level, which it settles when it is first used.
#include "onednn_process.hpp"

#include <fmt/format.h>

#include <dnnl.hpp>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

dnnl::cpu_isa isa_of(InstructionLevel level) {
  switch (level) {
    case InstructionLevel::amx:
      return dnnl::cpu_isa::avx512_core_amx;
    case InstructionLevel::avx512_bf16:
      return dnnl::cpu_isa::avx512_core_bf16;
    case InstructionLevel::avx512:
      return dnnl::cpu_isa::avx512_core;
    case InstructionLevel::avx2:
      return dnnl::cpu_isa::avx2;
    case InstructionLevel::baseline:
      break;
  }
  return dnnl::cpu_isa::sse41;
}

}  // namespace

void limit_onednn(InstructionLevel level) {
  const dnnl::cpu_isa wanted = isa_of(level);
  // oneDNN refuses a change once it was used, and takes less than asked for where the processor or the kernel
  // offers less: what counts is what it has afterwards.
  static_cast<void>(dnnl::set_max_cpu_isa(wanted));
  if (dnnl::get_effective_cpu_isa() == wanted) return;
  throw FailureError(fmt::format(
      "oneDNN does not work at the instruction level {} in this process: it was used at another one before, "
      "or the processor offers it only in part; set SHOAL_MAX_LEVEL to a lower one on all ranks",
      to_string(level)));
}

std::string onednn_version() {
  const dnnl_version_t* version = dnnl_version();
  return fmt::format("onednn {}.{}.{}", version->major, version->minor, version->patch);
}

}  // namespace shoal
