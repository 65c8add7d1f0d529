// Ranks of a node take its GPUs in turn; what differs between ranks is found before anything is computed.
#include "pipeline/engine/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/compute/cuda_library.hpp"

namespace shoal {
namespace {

/// What one rank sees of GPUs.
struct RankGpus {
  std::string host;
  int count = 0;
  std::string own;  ///< identity of the one it would take
  std::string why_none;
  std::string why_no_cudnn;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& host& count& own& why_none& why_no_cudnn;
  }
};

/// A launcher may have given each rank a GPU of its own, or all of the node's to all of them.
const CudaDevice& own_device(const Communicator& comm, const CudaSurvey& survey) {
  return survey.devices[static_cast<std::size_t>(comm.node_rank()) % survey.devices.size()];
}

RankGpus look(const Communicator& comm) {
  const CudaSurvey survey = survey_cuda();
  const auto count = static_cast<int>(survey.devices.size());
  RankGpus gpus{host_name(), count, "", survey.why_none, survey.why_no_cudnn};
  if (count > 0) gpus.own = own_device(comm, survey).uuid;
  return gpus;
}

/// The first rank without a GPU, as a sentence; empty where all have one.
std::string who_has_none(const std::vector<RankGpus>& ranks) {
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    if (ranks[rank].count == 0)
      return fmt::format("rank {} on {} has no GPU: {}", rank, ranks[rank].host, ranks[rank].why_none);
  }
  return {};
}

int ranks_on_device_of(const RankGpus& mine, const std::vector<RankGpus>& ranks) {
  return static_cast<int>(std::ranges::count_if(
      ranks, [&](const RankGpus& rank) { return rank.host == mine.host && rank.own == mine.own; }));
}

void tell_of_shared(const std::vector<RankGpus>& ranks) {
  std::map<std::pair<std::string, std::string>, int> users;
  for (const RankGpus& rank : ranks) ++users[{rank.host, rank.own}];
  for (const auto& [gpu, count] : users) {
    if (count == 1) continue;
    log::warning(
        "{} ranks of {} share one GPU: they compute in turn, and its memory holds the network {} times; "
        "start as many ranks on a node as it has GPUs",
        count, gpu.first, count);
  }
}

/// cuDNN only where every rank has it: ranks with different engines would make different bits.
std::string settled_engine(const std::vector<RankGpus>& ranks, const std::string& asked) {
  if (asked == kEngineShoal) return asked;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    if (ranks[rank].why_no_cudnn.empty()) continue;
    const std::string who =
        fmt::format("rank {} on {} has no cuDNN: {}", rank, ranks[rank].host, ranks[rank].why_no_cudnn);
    if (asked == kEngineCudnn) {
      throw UsageError(
          fmt::format("engine = \"cudnn\": {}; install cuDNN 9 there, load its module, or ask for engine = "
                      "\"shoal\" or \"auto\"",
                      who));
    }
    log::debug("convolutions are computed by Shoal's own kernels: {}", who);
    return kEngineShoal;
  }
  return kEngineCudnn;
}

/// What the first rank says that says anything, with its name; empty where none does. Collective.
std::string first_of(Communicator& comm, const std::string& mine) {
  const std::string own =
      mine.empty() ? "" : fmt::format("rank {} on {}: {}", comm.rank(), host_name(), mine);
  for (const std::string& why : all_gather_objects(comm, own)) {
    if (!why.empty()) return why;
  }
  return {};
}

/// Null on all ranks, with the reason in why_not, where one cannot use its GPU: another process has it alone,
/// or this build has no code for it. Throws, on all, what the first rank met whose GPU failed.
std::unique_ptr<Backend> backend_on_gpu(Communicator& comm, const std::string& engine, int threads,
                                        int ranks_on_device, std::string& why_not) {
  std::unique_ptr<Backend> backend;
  const Outcome mine = outcome_of(comm, [&] {
    CudaOptions options;
    options.engine = engine;
    options.threads = threads;
    options.ranks_on_device = ranks_on_device;
    options.device = own_device(comm, survey_cuda()).number;
    backend = open_cuda_backend(options);
  });
  comm.wait_for_all();
  const bool unusable = mine.code == static_cast<int>(ExitCode::usage);
  const Outcome failed = unusable ? Outcome{} : mine;
  for (const Outcome& outcome : all_gather_objects(comm, failed)) throw_unless_good(outcome);
  why_not = first_of(comm, mine.sentence);
  if (!why_not.empty()) return nullptr;
  const auto identities = all_gather_objects(comm, backend->numeric_identity());
  for (std::size_t rank = 1; rank < identities.size(); ++rank) {
    if (identities[rank] == identities[0]) continue;
    throw UsageError(
        fmt::format("ranks have different GPUs ('{}' on rank 0, '{}' on rank {}), and results would depend "
                    "on which of them computed what; ask for nodes of one kind, or run with --device cpu",
                    identities[0], identities[rank], rank));
  }
  return backend;
}

/// Why the job's network has no room on GPUs that ranks share; empty where it has, or none share.
std::string why_no_room_to_share(Communicator& comm, const Wishes& wishes, const Backend& backend,
                                 int ranks_on_device) {
  if (comm.max(std::int64_t{ranks_on_device}) == 1 || !wishes.least_network) return {};
  NetworkSpec least = *wishes.least_network;
  least.tile_images = images_of_tile(comm, backend, least);
  return first_of(comm, backend.why_no_room(least));
}

/// Null where GPUs cannot be used, with the reason in why_not. automatic: that ranks share GPUs which do not
/// hold them all is such a reason; else the run refuses later, with what to change.
std::unique_ptr<Backend> try_gpus(Communicator& comm, const Wishes& wishes, int threads,
                                  const std::vector<RankGpus>& ranks, const RankGpus& mine, bool automatic,
                                  std::string& why_not) {
  const int ranks_on_device = ranks_on_device_of(mine, ranks);
  auto backend =
      backend_on_gpu(comm, settled_engine(ranks, wishes.engine), threads, ranks_on_device, why_not);
  if (backend && automatic) why_not = why_no_room_to_share(comm, wishes, *backend, ranks_on_device);
  return why_not.empty() ? std::move(backend) : nullptr;
}

}  // namespace

InstructionLevel agree_on_level(Communicator& comm, const Wishes& wishes) {
  auto common = static_cast<std::int64_t>(detect_instruction_level());
  comm.allreduce_min(std::span(&common, 1));
  const auto level = static_cast<InstructionLevel>(common);
  return wishes.level ? std::min(level, *wishes.level) : level;
}

std::int64_t images_of_tile(Communicator& comm, const Backend& backend, const NetworkSpec& network) {
  std::int64_t images = backend.tile_images(network);
  comm.allreduce_min(std::span(&images, 1));
  return images;
}

std::unique_ptr<Backend> make_backend(Communicator& comm, Device device, const Wishes& wishes, int threads,
                                      InstructionLevel level) {
  if (device != Device::cpu) {
    const RankGpus mine = look(comm);
    const auto ranks = all_gather_objects(comm, mine);
    std::string why_not = who_has_none(ranks);
    if (why_not.empty()) {
      auto backend = try_gpus(comm, wishes, threads, ranks, mine, device == Device::automatic, why_not);
      if (backend) {
        if (comm.is_root()) tell_of_shared(ranks);
        return backend;
      }
    }
    if (device == Device::cuda) throw UsageError(fmt::format("--device cuda: {}", why_not));
    const bool some = std::ranges::any_of(ranks, [](const RankGpus& rank) { return rank.count > 0; });
    if (!some) log::debug("computing on the processors: {}", why_not);
    if (some && comm.is_root())
      log::warning("computing on the processors, although there are GPUs: {}", why_not);
  }
  return make_cpu_backend({threads, level});
}

}  // namespace shoal
