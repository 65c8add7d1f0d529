// shoal weights make | inspect | convert.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <set>
#include <string>

#include "commands.hpp"
#include "output.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/log.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {
namespace {

/// The file's names of the tensors that the layers of its model need.
std::set<std::string> needed_tensors(const WeightFile& file, const std::optional<RecognisedModel>& model) {
  std::set<std::string> needed;
  if (!model) return needed;
  try {
    for (const auto& [torchvision, here] : find_vgg_tensors(file, model->model, model->layer).names) {
      needed.insert(here);
    }
  } catch (const InputError&) {
    // Weights in several places: which of them are meant nobody knows.
    const auto names = file.names();
    needed.insert(names.begin(), names.end());
  }
  return needed;
}

/// Refuses what a layer could not be computed with; of other tensors it is only said.
void inspect_numbers(const WeightFile& file, const std::set<std::string>& needed) {
  bool finite = true;
  for (const std::string& name : file.names()) {
    if (!file.fault(name).empty()) continue;
    if (needed.contains(name)) {
      require_finite_tensor(file, name);
    } else if (const std::string fault = fault_of_numbers(file, name); !fault.empty()) {
      print_line("numbers   '{}' {}; no layer needs this tensor", name, fault);
      finite = false;
    }
  }
  print_line("numbers   {}", finite ? "all finite" : "all finite in the tensors that layers need");
}

/// Weights took somebody days to train.
void require_free_name(const std::filesystem::path& file, bool replace) {
  if (replace || !is_listed(file)) return;
  throw UsageError(fmt::format(
      "'{}' is there already; name another file, or give --replace to lose what is there", file.string()));
}

}  // namespace

ExitCode make_weights_command(const std::string& model, std::uint64_t seed, const std::filesystem::path& file,
                              bool replace) {
  require_free_name(file, replace);
  make_weights(file, model, seed);
  log::info("wrote untrained weights of {} to {}", model, file.string());
  return ExitCode::done;
}

ExitCode inspect_weights_command(const std::filesystem::path& path) {
  const WeightFile file(path);
  const auto model = recognise_model(file);
  print_line("file      {}", path.string());
  print_line("format    {}", file.format());
  print_line("model     {}", model ? model->text() : "none of ours");
  print_line("origin    {}", file.origin());
  print_line("trained   {}", file.untrained() ? "no" : "as far as the file tells");
  print_line("SHA-256   {}", to_hex(file.digest()));
  for (const auto& [key, value] : file.metadata()) print_line("note      {}: {}", key, value);
  for (const std::string& name : file.names()) {
    print_line("tensor    {}  {}  ({})", name, file.type(name), fmt::join(file.shape(name), ", "));
  }
  for (const std::string& name : file.ignored()) print_line("ignored   {}", name);
  inspect_numbers(file, needed_tensors(file, model));
  return ExitCode::done;
}

ExitCode convert_weights_command(const std::filesystem::path& from, const std::filesystem::path& to,
                                 bool replace) {
  require_free_name(to, replace);
  const WeightFile file(from);
  convert_weights(file, to);
  const auto model = recognise_model(file);
  log::info("wrote the weights of {} as {} to {}", from.string(), model ? model->text() : "", to.string());
  return ExitCode::done;
}

}  // namespace shoal
