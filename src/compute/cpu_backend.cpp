// The CPU backend: chooses the instruction level once and hands out networks and array operations.
#include "shoal/compute/cpu_backend.hpp"

#include <fmt/format.h>

#include <utility>

#include "cpu_arrays.hpp"
#include "cpu_network.hpp"
#include "onednn_process.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// Raised whenever a change in src/compute changes the bits of a network's results.
constexpr int kNumericVersion = 1;

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(const CpuOptions& options) : options_(options), arrays_(options) {}
  std::unique_ptr<Network> compile(const NetworkSpec& spec, const WeightSource& weights,
                                   std::unique_ptr<WeightMemory> memory) override {
    prepare(spec);
    return compile_cpu_network(spec, weights, std::move(memory), options_);
  }
  [[nodiscard]] NetworkMemory network_memory(const NetworkSpec& spec) const override {
    prepare(spec);
    return cpu_network_memory(spec, options_);
  }
  ArrayOperations& arrays() override { return arrays_; }
  [[nodiscard]] bool uses_weight_memory() const override { return true; }
  [[nodiscard]] std::int64_t tile_images(const NetworkSpec&) const override { return kCpuTileImages; }
  [[nodiscard]] std::string why_not(Precision precision) const override {
    const InstructionLevel required = required_level(precision);
    if (options_.level >= required) return {};
    return fmt::format(
        "the precision '{}' needs processors with {} on all ranks, and there is {}; ask for fp32, which "
        "every processor has, or for auto",
        to_string(precision), to_string(required), to_string(options_.level));
  }
  [[nodiscard]] std::string numeric_identity() const override {
    return fmt::format("cpu {} {} {}", kNumericVersion, to_string(options_.level), onednn_version());
  }
  [[nodiscard]] std::string description() const override {
    return fmt::format("{}, {} with {} thread{}", processor_name(), to_string(options_.level),
                       options_.threads, options_.threads == 1 ? "" : "s");
  }

 private:
  void prepare(const NetworkSpec& spec) const {
    if (const std::string why = why_not(spec.precision); !why.empty()) throw UsageError(why);
    limit_onednn(options_.level);
  }

  CpuOptions options_;
  CpuArrays arrays_;
};

}  // namespace

InstructionLevel required_level(Precision precision) {
  switch (precision) {
    case Precision::bf16:
      return InstructionLevel::avx512_bf16;
    case Precision::fp32_winograd:
      return InstructionLevel::avx512;
    case Precision::fp32:
      break;
  }
  return InstructionLevel::baseline;
}

InstructionLevel decisive_level(Precision precision) {
  return precision == Precision::bf16 ? InstructionLevel::amx : InstructionLevel::avx512;
}

std::unique_ptr<Backend> make_cpu_backend(const CpuOptions& options) {
  if (options.threads < 1)
    throw UsageError(fmt::format("{} threads are asked for; at least 1 is needed", options.threads));
  const InstructionLevel here = detect_instruction_level();
  if (options.level > here) {
    throw FailureError(
        fmt::format("instruction level {} is asked for, but this processor offers only {}; "
                    "agree on the lowest level of all ranks first",
                    to_string(options.level), to_string(here)));
  }
  return std::make_unique<CpuBackend>(options);
}

}  // namespace shoal
