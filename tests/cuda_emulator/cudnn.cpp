// cuDNN's calls over descriptors of the emulator: strict about what is set, when, and with which type.
#include <algorithm>
#include <cstring>
#include <span>

#include "cudnn_graph.hpp"

namespace emulator {

void expect_cudnn(bool right, const char* what) {
  if (!right) throw Misuse(std::string("cuDNN: ") + what);
}

std::size_t bytes_of(cudnnBackendAttributeType_t type) {
  switch (type) {
    case CUDNN_TYPE_BOOLEAN:
      return sizeof(bool);
    case CUDNN_TYPE_HANDLE:
    case CUDNN_TYPE_VOID_PTR:
    case CUDNN_TYPE_BACKEND_DESCRIPTOR:
    case CUDNN_TYPE_INT64:
      return 8;
    default:
      return 4;
  }
}

namespace {

Descriptor& at(cudnnBackendDescriptor_t descriptor) { return *static_cast<Descriptor*>(descriptor); }

/// Attribute names of a descriptor lie in a range of their own.
bool belongs(cudnnBackendDescriptorType_t type, cudnnBackendAttributeName_t name) {
  const auto within = [&](int first, int last) { return first <= name && name <= last; };
  switch (type) {
    case CUDNN_BACKEND_POINTWISE_DESCRIPTOR:
      return within(0, 99);
    case CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR:
      return within(100, 199);
    case CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR:
      return within(200, 299);
    case CUDNN_BACKEND_ENGINECFG_DESCRIPTOR:
      return within(300, 399);
    case CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR:
      return within(400, 499);
    case CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR:
      return within(600, 699);
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR:
      return within(700, 749);
    case CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR:
      return within(750, 799);
    case CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR:
      return within(800, 899);
    case CUDNN_BACKEND_TENSOR_DESCRIPTOR:
      return within(900, 999);
    case CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR:
      return within(1000, 1099);
    case CUDNN_BACKEND_ENGINE_DESCRIPTOR:
      return within(1300, 1399);
  }
  return false;
}

template <class T>
void give(std::span<const T> values, std::int64_t room, std::int64_t* count, void* to) {
  *count = std::ssize(values);
  if (room == 0 || values.empty()) return;
  *count = std::min(room, *count);
  std::memcpy(to, values.data(), static_cast<std::size_t>(*count) * sizeof(T));
}

void give_proposals(const Descriptor& heuristics, std::int64_t room, std::int64_t* count, void* to) {
  const auto numbers = proposals_of(value_of<cudnnBackendHeurMode_t>(heuristics, CUDNN_ATTR_ENGINEHEUR_MODE));
  *count = std::ssize(numbers);
  if (room == 0) return;
  *count = std::min(room, *count);
  for (std::int64_t i = 0; i < *count; ++i) {
    Descriptor& proposal = at(static_cast<cudnnBackendDescriptor_t*>(to)[i]);
    expect_cudnn(proposal.type == CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, "proposals go into configurations");
    proposal.proposal = numbers[static_cast<std::size_t>(i)];
    proposal.graph = part_of(heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH).graph;
    proposal.finalised = true;
  }
}

void give_knobs(const Proposal& proposal, std::int64_t room, std::int64_t* count, void* to) {
  *count = std::min(room, std::ssize(proposal.knobs));
  for (std::int64_t i = 0; i < *count; ++i) {
    Descriptor& choice = at(static_cast<cudnnBackendDescriptor_t*>(to)[i]);
    expect_cudnn(choice.type == CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, "knobs' choices go into such");
    choice.knob = proposal.knobs[static_cast<std::size_t>(i)];
    choice.finalised = true;
  }
}

const Proposal& proposal_of(const Descriptor& descriptor) {
  expect_cudnn(descriptor.proposal >= 0, "what cuDNN has not filled in is read");
  return proposals()[static_cast<std::size_t>(descriptor.proposal)];
}

/// The type that an attribute is read with.
cudnnBackendAttributeType_t type_read(cudnnBackendAttributeName_t name) {
  switch (name) {
    case CUDNN_ATTR_ENGINEHEUR_RESULTS:
    case CUDNN_ATTR_ENGINECFG_ENGINE:
    case CUDNN_ATTR_ENGINECFG_KNOB_CHOICES:
      return CUDNN_TYPE_BACKEND_DESCRIPTOR;
    case CUDNN_ATTR_ENGINE_NUMERICAL_NOTE:
      return CUDNN_TYPE_NUMERICAL_NOTE;
    case CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE:
      return CUDNN_TYPE_KNOB_TYPE;
    default:
      return CUDNN_TYPE_INT64;
  }
}

cudnnStatus_t begin() {
  const cudaError_t begun = begin_call();
  if (begun == cudaErrorMemoryAllocation) return CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED;
  return begun == cudaSuccess ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_EXECUTION_FAILED;
}

}  // namespace
}  // namespace emulator

using emulator::at;
using emulator::Descriptor;
using emulator::expect_cudnn;
using emulator::Lock;
using emulator::world;

std::size_t cudnnGetVersion() { return 91900; }
const char* cudnnGetErrorString(cudnnStatus_t status) {
  return status == CUDNN_STATUS_SUCCESS ? "CUDNN_STATUS_SUCCESS" : "CUDNN_STATUS_EXECUTION_FAILED";
}

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  *handle = new emulator::Dnn{emulator::current_device(), nullptr};
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  delete handle;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  emulator::check_stream(stream, "cudnnSetStream");
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t type,
                                           cudnnBackendDescriptor_t* descriptor) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  *descriptor = new Descriptor{type, false, {}, -1, {}, {}};
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t descriptor) {
  delete static_cast<Descriptor*>(descriptor);
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, std::int64_t count,
                                       const void* values) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  expect_cudnn(!at(descriptor).finalised, "an attribute is set after finalising");
  expect_cudnn(emulator::belongs(at(descriptor).type, name),
               "an attribute is set that the descriptor does not have");
  const auto* bytes = static_cast<const unsigned char*>(values);
  at(descriptor).attributes[name] = {
      type, count, {bytes, bytes + static_cast<std::size_t>(count) * emulator::bytes_of(type)}};
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  Descriptor& own = at(descriptor);
  if (own.type == CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR) own.graph = emulator::read_graph(own);
  if (own.type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR) {
    const Descriptor& proposal = emulator::part_of(own, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG);
    own.proposal = proposal.proposal;
    own.graph = proposal.graph;
    if (emulator::proposal_of(own).engine == emulator::Engine::unsupported) {
      return CUDNN_STATUS_NOT_SUPPORTED_SHAPE;
    }
  }
  own.finalised = true;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name,
                                       cudnnBackendAttributeType_t type, std::int64_t room,
                                       std::int64_t* count, void* values) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  const Descriptor& own = at(descriptor);
  expect_cudnn(emulator::belongs(own.type, name), "an attribute is read that the descriptor does not have");
  expect_cudnn(emulator::type_read(name) == type, "an attribute is read with the type of another");
  switch (name) {
    case CUDNN_ATTR_ENGINEHEUR_RESULTS:
      emulator::give_proposals(own, room, count, values);
      break;
    case CUDNN_ATTR_ENGINECFG_ENGINE: {
      Descriptor& to = at(*static_cast<cudnnBackendDescriptor_t*>(values));
      to.proposal = own.proposal;
      to.graph = own.graph;
      *count = 1;
      break;
    }
    case CUDNN_ATTR_ENGINECFG_KNOB_CHOICES:
      emulator::give_knobs(emulator::proposal_of(own), room, count, values);
      break;
    case CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE:
      emulator::give(std::span<const cudnnBackendKnobType_t>(&own.knob.first, 1), room, count, values);
      break;
    case CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE:
      emulator::give(std::span<const std::int64_t>(&own.knob.second, 1), room, count, values);
      break;
    case CUDNN_ATTR_ENGINE_GLOBAL_INDEX: {
      const std::int64_t number = emulator::proposal_of(own).number;
      emulator::give(std::span<const std::int64_t>(&number, 1), room, count, values);
      break;
    }
    case CUDNN_ATTR_ENGINE_NUMERICAL_NOTE: {
      const auto notes = emulator::notes_of(emulator::proposal_of(own).engine, own.graph.bf16);
      emulator::give(std::span<const cudnnBackendNumericalNote_t>(notes), room, count, values);
      break;
    }
    case CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE: {
      const std::int64_t bytes = emulator::workspace_of(emulator::proposal_of(own).engine);
      emulator::give(std::span<const std::int64_t>(&bytes, 1), room, count, values);
      break;
    }
    default:
      expect_cudnn(false, "an attribute is asked for that is not emulated");
  }
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t plan,
                                  cudnnBackendDescriptor_t pack) {
  const Lock lock(world().mutex);
  if (const auto status = emulator::begin()) return status;
  expect_cudnn(at(plan).finalised && at(pack).finalised, "a plan or pack is used before it is finalised");
  emulator::check_stream(handle->stream, "cudnnBackendExecute");
  const auto graph = at(plan).graph;
  const emulator::Proposal& proposal = emulator::proposal_of(at(plan));
  const emulator::Engine engine = proposal.engine;
  const auto ids = emulator::values_of<std::int64_t>(at(pack), CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS);
  const auto given = emulator::values_of<void*>(at(pack), CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
  auto* const workspace = emulator::value_of<void*>(at(pack), CUDNN_ATTR_VARIANT_PACK_WORKSPACE);
  std::array<void*, 4> pointers{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto found = std::find(ids.begin(), ids.end(), graph.ids[i]);
    expect_cudnn(found != ids.end() && ids.size() == given.size(), "a tensor of the graph has no pointer");
    pointers[i] = given[static_cast<std::size_t>(found - ids.begin())];
  }
  const auto bytes = static_cast<std::size_t>(emulator::workspace_of(engine));
  const auto check = [=, &arena = emulator::current_arena()] {
    emulator::check_pointers(graph, pointers, arena);
    expect_cudnn(arena.holds(workspace, bytes), "the workspace is missing or too small");
  };
  check();
  emulator::enqueue(handle->stream, {"cudnnBackendExecute",
                                     {},
                                     [=] {
                                       check();
                                       std::memset(workspace, 0x5a, bytes);
                                       emulator::run_convolution(graph, engine, pointers);
                                     },
                                     proposal.microseconds()});
  return CUDNN_STATUS_SUCCESS;
}
