// What the emulated heuristics offer: engines that are right, and all that a caller must not take for right.
#include <algorithm>

#include "cudnn_graph.hpp"

namespace emulator {

const std::vector<Proposal>& proposals() {
  static const std::vector<Proposal> all{
      {7, Engine::unsupported, {}},
      {8, Engine::nondeterministic, {}},
      {9, Engine::tf32, {{CUDNN_KNOB_TYPE_TILE_SIZE, 3}}},
      {10, Engine::large_workspace, {}},
      {11, Engine::silent_tf32, {{CUDNN_KNOB_TYPE_TILE_SIZE, 4}}},
      {12, Engine::by_place, {}},
      {13, Engine::unsteady, {}},
      {14, Engine::idle, {}},
      {38, Engine::exact, {{CUDNN_KNOB_TYPE_KERNEL_CFG, 3}, {CUDNN_KNOB_TYPE_TILE_SIZE, 1}}},
      {38, Engine::floats, {{CUDNN_KNOB_TYPE_KERNEL_CFG, 3}, {CUDNN_KNOB_TYPE_TILE_SIZE, 2}}},
      {1, Engine::backwards, {}},
  };
  return all;
}

std::vector<int> proposals_of(cudnnBackendHeurMode_t mode) {
  const Cudnn offers = world().devices.cudnn;
  const bool right_ones = mode == CUDNN_HEUR_MODE_A ? offers == Cudnn::proposes : offers == Cudnn::falls_back;
  std::vector<int> numbers;
  for (int i = 0; i < static_cast<int>(proposals().size()); ++i) {
    const Engine engine = proposals()[static_cast<std::size_t>(i)].engine;
    // What falls back knows nothing but right ones, what proposes nothing right still proposes.
    const bool wrong = engine < Engine::exact && (offers == Cudnn::proposes || engine < Engine::silent_tf32);
    if (engine >= Engine::exact ? right_ones : wrong && mode == CUDNN_HEUR_MODE_A) numbers.push_back(i);
  }
  Random(world().seed).shuffle(numbers);
  return numbers;
}

std::uint64_t Proposal::microseconds() const {
  if (engine < Engine::exact) return 20;
  const auto steps = static_cast<std::uint64_t>(engine) - static_cast<std::uint64_t>(Engine::exact);
  // Another one of the three is the fastest under each seed.
  return 100 + 50 * ((world().seed + steps) % 3);
}

}  // namespace emulator
