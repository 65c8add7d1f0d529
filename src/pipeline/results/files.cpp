// Earlier results stand until new ones are complete; after that, files of two runs never pass for one result.
#include "pipeline/results/files.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/results/earlier.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;

namespace {

/// Removes what is there, but files that come anew. seal: of what comes.
void make_room(Fence& fence, const fs::path& out, const nlohmann::json& seal,
               const nlohmann::json& coming_files) {
  const EarlierResults earlier(out);
  // The seal goes first, and who is killed then must find the rest again.
  fence.write_file(EarlierResults::list_in(out), sealed_text(earlier.list_with(seal)));
  fence.remove_file(out / kSeal);
  sync_folder(out);
  // A person opens it without looking for the seal.
  fence.remove_file(out / "report.html");
  for (const std::string& name : earlier.files()) {
    if (!coming_files.contains(name)) fence.remove_file(out / name);
  }
}

}  // namespace

void refuse_no_run(const fs::path& out, std::string_view what, std::string_view missing) {
  const std::string why = own_file_exists(out) ? fmt::format("holds no {}: there is no {}", what, missing)
                                               : std::string("is not there");
  throw InputError(fmt::format("'{}' {}; name the folder that 'shoal run' wrote into", out.string(), why));
}

void put_in_place(Fence& fence, const fs::path& out) {
  const nlohmann::json seal = read_sealed(fence.staging() / kSeal);
  make_room(fence, out, seal, seal.at("files"));
  for (const auto& [name, sums] : seal.at("files").items()) {
    fence.confirm();
    rename_durably(fence.staging() / name, out / name);
  }
  fence.confirm();
  rename_durably(fence.staged(job_note_in(out)), job_note_in(out));
  fence.confirm();
  rename_durably(fence.staging() / kSeal, out / kSeal);
}

void take_away(Fence& fence, const fs::path& out) {
  make_room(fence, out, read_sealed(out / kSeal), nlohmann::json::object());
  sync_folder(out);
}

}  // namespace shoal
