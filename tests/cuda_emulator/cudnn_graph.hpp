// Descriptors of the emulated cuDNN, and the one graph that they may describe.
#pragma once

#include <cudnn.h>

#include <array>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "world.hpp"

namespace emulator {

/// A handle.
struct Dnn {
  int device = 0;
  Stream* stream = nullptr;
};

/// Convolution with bias and ReLU, all of it checked.
struct ConvolutionGraph {
  std::int64_t images = 0, channels = 0, out = 0, side = 0;
  bool bf16 = false;
  std::array<std::int64_t, 4> ids{};  ///< of x, weights, bias, y
};

/// An attribute as it was set: its values' bytes.
struct Attribute {
  cudnnBackendAttributeType_t type;
  std::int64_t count = 0;
  std::vector<unsigned char> bytes;
};

struct Descriptor {
  cudnnBackendDescriptorType_t type;
  bool finalised = false;
  std::map<cudnnBackendAttributeName_t, Attribute> attributes;
  int proposal = -1;         ///< of an engine, a configuration, a plan: which of proposals_of()
  ConvolutionGraph graph{};  ///< of a graph and all that is made for it
  std::pair<cudnnBackendKnobType_t, std::int64_t> knob{};  ///< of a knob's choice
};

void expect_cudnn(bool right, const char* what);
std::size_t bytes_of(cudnnBackendAttributeType_t type);

/// The values of an attribute that must have been set.
template <class T>
std::vector<T> values_of(const Descriptor& descriptor, cudnnBackendAttributeName_t name) {
  const auto found = descriptor.attributes.find(name);
  expect_cudnn(found != descriptor.attributes.end(), "an attribute that is needed was not set");
  std::vector<T> values(static_cast<std::size_t>(found->second.count));
  std::memcpy(values.data(), found->second.bytes.data(), found->second.bytes.size());
  return values;
}
template <class T>
T value_of(const Descriptor& descriptor, cudnnBackendAttributeName_t name) {
  const auto values = values_of<T>(descriptor, name);
  expect_cudnn(values.size() == 1, "an attribute has not one value");
  return values[0];
}
inline const Descriptor& part_of(const Descriptor& descriptor, cudnnBackendAttributeName_t name) {
  const auto* part = static_cast<const Descriptor*>(value_of<cudnnBackendDescriptor_t>(descriptor, name));
  expect_cudnn(part->finalised, "a descriptor is used before it is finalised");
  return *part;
}

/// Throws Misuse for any other graph.
ConvolutionGraph read_graph(const Descriptor& graph);

/// How an emulated engine computes.
enum class Engine {
  unsupported,
  nondeterministic,
  tf32,
  large_workspace,
  // Those whose notes tell nothing of it.
  silent_tf32,
  by_place,  ///< other bits for an image that is not its tile's first
  unsteady,  ///< other bits now and then
  idle,      ///< writes nothing
  // The right ones, each with bits of its own.
  exact,
  floats,
  backwards,
};
/// An engine with its knobs set.
struct Proposal {
  std::int64_t number = 0;
  Engine engine = Engine::exact;
  std::vector<std::pair<cudnnBackendKnobType_t, std::int64_t>> knobs{};
  /// Of one convolution: drawn from the seed for the right ones, and less for the wrong ones.
  [[nodiscard]] std::uint64_t microseconds() const;
};
/// All there are, whichever mode offers them.
const std::vector<Proposal>& proposals();
/// The numbers of those that heuristics offer, in an order drawn from the seed.
std::vector<int> proposals_of(cudnnBackendHeurMode_t mode);

std::vector<cudnnBackendNumericalNote_t> notes_of(Engine engine, bool bf16);
std::int64_t workspace_of(Engine engine);
void check_pointers(const ConvolutionGraph& graph, const std::array<void*, 4>& pointers, const Arena& arena);
void run_convolution(const ConvolutionGraph& graph, Engine engine, const std::array<void*, 4>& pointers);

}  // namespace emulator
