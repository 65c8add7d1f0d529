// The text and the variables it names travel; every rank parses them.
#include "pipeline/job/load.hpp"

#include <cstdlib>

#include "shoal/base/file.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

/// A job file is written by hand.
constexpr std::uint64_t kLargestJobFile = std::uint64_t{16} << 20;

std::string read_job_file(const std::filesystem::path& path) {
  try {
    const auto bytes = read_file(path, kLargestJobFile);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  } catch (const InputError& error) {
    throw UsageError(std::string("the job file cannot be read: ") + error.what());
  }
}

}  // namespace

Environment JobFileText::environment() const {
  return [this](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

JobFileText load_job_text(Communicator& comm, const std::filesystem::path& path,
                          const std::function<void(const JobFileText&, const Environment&)>& parse) {
  JobFileText source;
  on_root(comm, [&] {
    source.path = std::filesystem::absolute(path).string();
    source.text = read_job_file(path);
    parse(source, [&](const std::string& name) -> std::optional<std::string> {
      const char* value = std::getenv(name.c_str());
      if (value == nullptr) return std::nullopt;
      return source.variables[name] = value;
    });
  });
  return broadcast_job_text(comm, std::move(source));
}

JobFileText broadcast_job_text(Communicator& comm, JobFileText source) {
  source.path = broadcast_object(comm, source.path, 0);
  source.text = broadcast_object(comm, source.text, 0);
  std::vector<std::pair<std::string, std::string>> list(source.variables.begin(), source.variables.end());
  list = broadcast_object(comm, list, 0);
  source.variables = {list.begin(), list.end()};
  return source;
}

}  // namespace shoal
