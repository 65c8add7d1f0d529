// Names of journals, and the list of those that the last run used.
#include "work_folder.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr const char* kList = "keys.json";
constexpr std::uint64_t kLargestList = std::uint64_t{16} << 20;

}  // namespace

fs::path WorkFolder::place(std::string_view name, const Digest& key) {
  const std::string hex = to_hex(key);
  const std::string entry = fmt::format("{}-{}", name, hex.substr(0, 16));
  reached_[entry] = hex;
  return folder_ / entry;
}

void WorkFolder::write_reached() const {
  fs::create_directories(folder_);
  write_file_durably(folder_ / kList, nlohmann::json(reached_).dump(2) + "\n");
}

std::map<std::string, std::string> reached_by_last_run(const fs::path& out) {
  const fs::path list = out / "work" / kList;
  const auto bytes = read_file(list, kLargestList);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const auto parsed = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
  std::map<std::string, std::string> reached;
  if (!parsed.is_object()) {
    throw InputError(fmt::format("'{}' is damaged; run the job again, or remove '{}' as a whole",
                                 list.string(), (out / "work").string()));
  }
  for (const auto& [name, key] : parsed.items())
    reached[name] = key.is_string() ? key.get<std::string>() : "";
  return reached;
}

}  // namespace shoal
