// The text and the variables it names travel; every rank parses them.
#include "load_job.hpp"

#include <cstdlib>
#include <map>

#include "on_root.hpp"
#include "shoal/base/file.hpp"

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

Job load_job(Communicator& comm, const std::filesystem::path& path) {
  std::string text;
  std::map<std::string, std::string> variables;
  Job job;
  on_root(comm, [&] {
    text = read_job_file(path);
    job = parse_job(text, path, [&](const std::string& name) -> std::optional<std::string> {
      const char* value = std::getenv(name.c_str());
      if (value == nullptr) return std::nullopt;
      return variables[name] = value;
    });
  });
  text = broadcast_object(comm, text, 0);
  std::vector<std::pair<std::string, std::string>> list(variables.begin(), variables.end());
  list = broadcast_object(comm, list, 0);
  if (comm.is_root()) return job;
  variables = {list.begin(), list.end()};
  return parse_job(text, path, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

}  // namespace shoal
