// Posts first; photos are read only for ids that are none of a post, an account or a source.
#include "shoal/pipeline/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/runner.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/stages/index.hpp"
#include "pipeline/traced_results.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

/// SHA-256 of a photo's file in hexadecimal; nothing where it cannot be read.
std::string digest_of(const ImageReader& reader, const ImageRef& ref) {
  try {
    return to_hex(sha256(reader.read(ref)));
  } catch (const InputError&) {
    return {};
  }
}

/// Reads all photos that posts name. Collective.
std::vector<FoundName> find_in_images(Communicator& comm, ParsedJob& parsed, const AskedIds& asked,
                                      int threads) {
  const Wishes wishes = parsed.stages.wishes();
  const auto backend = make_backend(comm, Device::cpu, wishes, threads, agree_on_level(comm, wishes));
  Run run{comm, *backend, parsed.job, parsed.stages, {}, threads};
  run_early_stages(run);
  std::vector<FoundName> mine;
  if (const auto* index = run.stages.find<IndexStage>()) {
    const auto& images = index->index().at_home;
    std::vector<std::string> digests(images.size());
    parallel_for(images.size(), threads,
                 [&](std::size_t i) { digests[i] = digest_of(index->reader(), images[i].ref); });
    for (std::size_t i = 0; i < images.size(); ++i) {
      const std::string place =
          fmt::format("the photo '{}'", index->reader().place_of(images[i].ref).string());
      asked.match(pseudonym_kind::kImage, digests[i], place, mine);
      asked.match(pseudonym_kind::kSource, images[i].ref.name, place, mine);
    }
    // By the names that their files have, which posts may spell otherwise.
    for (const QuarantineRow& row : index->index().quarantine) {
      asked.match(pseudonym_kind::kSource, row.file,
                  fmt::format("under [corpus] images, left out: {}", row.reason), mine);
    }
  }
  return found_by_all(comm, mine);
}

std::string line_of(const FoundName& found) {
  if (found.kind == pseudonym_kind::kPost) return fmt::format("post {}: {}", found.name, found.place);
  if (found.kind == pseudonym_kind::kAccount && found.posts == 0)
    return fmt::format("account '{}': {}", found.name, found.place);
  if (found.kind == pseudonym_kind::kAccount) {
    return fmt::format("account '{}': {} post{} in {}", found.name, found.posts, found.posts == 1 ? "" : "s",
                       found.place);
  }
  if (found.kind == pseudonym_kind::kSource) return fmt::format("source '{}': {}", found.name, found.place);
  return found.place;
}

}  // namespace

LookupSummary look_up(Communicator& comm, const LookupOptions& options) {
  TracedResults traced = open_results(comm, options.results, options.kinds);
  const AskedIds asked(options.ids, traced.pseudonyms);
  const int threads = threads_of_rank(comm, options.threads);
  auto found = find_in_posts(comm, traced.job.parsed.job.corpus, asked, threads);
  LookupSummary summary;
  summary.not_found = asked.missing(found);
  if (!summary.not_found.empty()) {
    const auto images = find_in_images(comm, traced.job.parsed, asked, threads);
    found.insert(found.end(), images.begin(), images.end());
    summary.not_found = asked.missing(found);
  }
  // Names of files may hold line ends: each answer stays one line.
  const auto say = [&](const std::string& line) { summary.text += terminal_text(line) + "\n"; };
  for (const FoundName& name : found) say(fmt::format("{}  {}", name.asked, line_of(name)));
  for (const std::string& id : summary.not_found) {
    say(fmt::format("{}  not found: no post, account, source or photo of the corpus has it", id));
  }
  return summary;
}

}  // namespace shoal
