// Asks cuDNN's heuristics, and reads each proposal's notes and name.
#include "cudnn_plans.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cudnn_convolution.hpp"

namespace shoal {
namespace {

// Releases of cuDNN 9 before 9.19 want the handle here, later ones call it deprecated.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
constexpr auto kPlanHandle = CUDNN_ATTR_EXECUTION_PLAN_HANDLE;
#pragma GCC diagnostic pop

/// cuDNN fills in descriptors that exist already.
struct Descriptors {
  Descriptors(cudnnBackendDescriptorType_t type, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) raw.push_back(owned.emplace_back(type).raw());
  }
  void keep(std::int64_t count) {
    while (std::ssize(owned) > count) owned.pop_back();
  }
  std::vector<CudnnDescriptor> owned;
  std::vector<cudnnBackendDescriptor_t> raw;
};

std::vector<CudnnDescriptor> proposals(const CudnnGraph& graph, cudnnBackendHeurMode_t mode) {
  CudnnDescriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph.descriptor());
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode);
  if (!heuristics.try_to_finalise()) return {};
  const auto count = heuristics.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                    std::span<cudnnBackendDescriptor_t>());
  Descriptors results(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, count);
  if (count > 0) {
    results.keep(
        heuristics.get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, std::span(results.raw)));
  }
  return std::move(results.owned);
}

CudnnDescriptor engine_of(const CudnnDescriptor& configuration) {
  CudnnDescriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  cudnnBackendDescriptor_t raw = engine.raw();
  configuration.get(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                    std::span<cudnnBackendDescriptor_t>(&raw, 1));
  return engine;
}

/// Whether results are the same each time, and no less precise than plain sums of products in float32.
bool keeps_promises(const CudnnDescriptor& engine, bool bf16) {
  std::array<cudnnBackendNumericalNote_t, CUDNN_NUMERICAL_NOTE_TYPE_COUNT> notes{};
  const auto count = engine.get(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                                std::span<cudnnBackendNumericalNote_t>(notes));
  if (count > std::ssize(notes)) return false;  // a newer cuDNN's, of a kind that is not known here
  // Transforms (FFT, Winograd) are refused too: their errors depend on an image's neighbouring pixels, and at
  // fp32 reach what tf32 would cost.
  return std::none_of(notes.begin(), notes.begin() + count, [&](cudnnBackendNumericalNote_t note) {
    if (note == CUDNN_NUMERICAL_NOTE_TENSOR_CORE) return !bf16;
    return note != CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP;
  });
}

/// Knobs in the order of their types, so that a name does not depend on the order that cuDNN lists them in.
std::string name_of(const CudnnDescriptor& configuration, const CudnnDescriptor& engine) {
  Descriptors choices(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, CUDNN_KNOB_TYPE_COUNTS);
  choices.keep(configuration.get(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                 std::span(choices.raw)));
  std::vector<std::pair<int, std::int64_t>> knobs;
  for (const CudnnDescriptor& choice : choices.owned) {
    const auto type =
        choice.get<cudnnBackendKnobType_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE);
    knobs.emplace_back(static_cast<int>(type),
                       choice.get<std::int64_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64));
  }
  std::sort(knobs.begin(), knobs.end());
  std::vector<std::string> texts;
  for (const auto& [type, value] : knobs) texts.push_back(fmt::format("k{}={}", type, value));
  const auto number = engine.get<std::int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64);
  return fmt::format("eng{}{{{}}}", number, fmt::join(texts, ","));
}

void add_promising(std::vector<CudnnProposal>& promising, const CudnnGraph& graph, bool bf16,
                   cudnnBackendHeurMode_t mode) {
  for (CudnnDescriptor& configuration : proposals(graph, mode)) {
    const CudnnDescriptor engine = engine_of(configuration);
    if (!keeps_promises(engine, bf16)) continue;
    std::string name = name_of(configuration, engine);
    const bool known = std::ranges::any_of(promising, [&](const auto& other) { return other.name == name; });
    if (!known) promising.push_back({std::move(configuration), std::move(name)});
  }
}

}  // namespace

std::vector<CudnnProposal> promising_proposals(const CudnnGraph& graph, bool bf16) {
  std::vector<CudnnProposal> promising;
  if (!graph.is_known()) return promising;
  add_promising(promising, graph, bf16, CUDNN_HEUR_MODE_A);
  // What is proposed may turn out not to be supported: those that fall back come last, to be had all the
  // same.
  add_promising(promising, graph, bf16, CUDNN_HEUR_MODE_FALLBACK);
  return promising;
}

std::optional<CudnnPlan> plan_of(cudnnHandle_t handle, CudnnProposal proposal) {
  CudnnDescriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan.set(kPlanHandle, CUDNN_TYPE_HANDLE, handle);
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, proposal.configuration);
  if (!plan.try_to_finalise()) return std::nullopt;
  const auto workspace = plan.get<std::int64_t>(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64);
  if (workspace > kMostCudnnWorkspace) return std::nullopt;
  return CudnnPlan{std::move(proposal.configuration), std::move(plan), std::move(proposal.name), workspace};
}

}  // namespace shoal
