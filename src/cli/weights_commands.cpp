// shoal weights make | inspect | convert.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "output.hpp"
#include "shoal/base/log.hpp"
#include "shoal/vision/vgg_weights.hpp"

namespace shoal {

ExitCode make_weights_command(const std::string& model, std::uint64_t seed,
                              const std::filesystem::path& file) {
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
  for (const std::string& name : file.names()) {
    if (file.fault(name).empty()) require_finite_tensor(file, name);
  }
  print_line("numbers   all finite");
  return ExitCode::done;
}

ExitCode convert_weights_command(const std::filesystem::path& from, const std::filesystem::path& to) {
  const WeightFile file(from);
  convert_weights(file, to);
  const auto model = recognise_model(file);
  log::info("wrote the weights of {} as {} to {}", from.string(), model ? model->text() : "", to.string());
  return ExitCode::done;
}

}  // namespace shoal
