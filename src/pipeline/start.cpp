// Threads, arithmetic and weights, before anything is read.
#include "start.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "shoal/base/error.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {
namespace fs = std::filesystem;

int threads_of_rank(Communicator& comm, int asked) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  const std::string mine = fmt::format("{} {}", host, processor_set());
  int sharing = 0;
  for (const std::string& other : all_gather_objects(comm, mine)) sharing += other == mine ? 1 : 0;
  return asked > 0 ? asked : std::max(1, available_processors() / std::max(sharing, 1));
}

InstructionLevel agree_on_level(Communicator& comm) {
  auto level = static_cast<std::int64_t>(detect_instruction_level());
  comm.allreduce_min(std::span(&level, 1));
  return static_cast<InstructionLevel>(level);
}

void check_weights(const Job& job) {
  if (!job.image) return;
  if (!fs::exists(job.image->weights)) {
    throw InputError(
        fmt::format("the weights '{}' are not there; name a safetensors file of {}, or make untrained ones "
                    "to try Shoal out: shoal weights make --model {} FILE",
                    job.image->weights.string(), job.image->model, job.image->model));
  }
  const WeightFile weights(job.image->weights);
  for (const TensorShape& tensor : vgg_tensors(job.image->model)) {
    static_cast<void>(weights.tensor(tensor.name, static_cast<std::size_t>(tensor.elements())));
  }
}

}  // namespace shoal
