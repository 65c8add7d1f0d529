// Flips bits of a finished run one at a time, on disk, and asks `verify` what it says: each must be found,
// and told with the file's name. Arguments: RESULTS FLIPS SEED. In one process, so that a hundred thousand
// take minutes.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "shoal/base/file.hpp"
#include "shoal/base/random.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/verify.hpp"

namespace fs = std::filesystem;
using namespace shoal;

namespace {

/// All that a run leaves and that later runs or people rely on.
std::vector<fs::path> files_of(const fs::path& results) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(results)) {
    const std::string name = entry.path().filename().string();
    const bool log = entry.path().parent_path().filename() == "log";
    if (!entry.is_regular_file() || log || name == "progress.json") continue;
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void flip(const fs::path& path, std::uint64_t byte, unsigned bit) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  unsigned char value = 0;
  const auto at = static_cast<off_t>(byte);
  const bool done = file && ::pread(file.get(), &value, 1, at) == 1;
  value = static_cast<unsigned char>(value ^ (1U << bit));
  if (!done || ::pwrite(file.get(), &value, 1, at) != 1) throw std::runtime_error("cannot flip a bit");
}

std::vector<std::string> findings(Communicator& comm, const fs::path& results) {
  return verify_results(comm, {.results = results, .sample = 0, .threads = 1}).findings;
}

/// Whether a sentence names the file.
bool told(const std::vector<std::string>& sentences, const fs::path& path) {
  const std::string name = path.filename().string();
  return std::any_of(sentences.begin(), sentences.end(),
                     [&](const std::string& sentence) { return sentence.find(name) != std::string::npos; });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const fs::path results = argv[1];
  const long flips = std::atol(argv[2]);
  const RandomStream random(static_cast<std::uint64_t>(std::atol(argv[3])), "flips");
  const auto comm = make_single_rank();
  const std::vector<fs::path> files = files_of(results);
  if (!findings(*comm, results).empty()) {
    fmt::print(stderr, "something is wrong before the first flip\n");
    return 1;
  }
  for (long i = 0; i < flips; ++i) {
    const auto draw = static_cast<std::uint64_t>(i);
    const fs::path& path = files[draw % files.size()];
    const std::uint64_t byte = random.below(fs::file_size(path), 0, draw);
    const auto bit = static_cast<unsigned>(random.below(8, 1, draw));
    flip(path, byte, bit);
    const auto sentences = findings(*comm, results);
    flip(path, byte, bit);
    if (told(sentences, path)) continue;
    fmt::print(stderr, "bit {} of byte {} of '{}' was flipped, and not found\n", bit, byte, path.string());
    return 1;
  }
  fmt::print("{} flipped bits in {} files, all found\n", flips, files.size());
  return 0;
}
