// The list first, durably: a run that is cut short, or another job under the key, leaves them out as well.
#include "shoal/pipeline/forget.hpp"

#include <fmt/format.h>

#include "pipeline/engine/pseudonym_key.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/run_json.hpp"
#include "pipeline/run_opened.hpp"
#include "pipeline/traced_results.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {
namespace {

bool may_be_forgotten(const FoundName& found) {
  return found.kind == pseudonym_kind::kPost || found.kind == pseudonym_kind::kAccount;
}

/// What the ids stand for. Throws InputError where one of them is neither post nor account.
std::vector<FoundName> posts_and_accounts(Communicator& comm, const TracedResults& traced,
                                          const ForgetOptions& options) {
  const AskedIds asked(options.ids, traced.pseudonyms);
  auto found =
      find_in_posts(comm, traced.job.parsed.job.corpus, asked, threads_of_rank(comm, options.threads));
  std::erase_if(found, [](const FoundName& name) { return !may_be_forgotten(name); });
  if (const auto missing = asked.missing(found); !missing.empty()) {
    throw InputError(
        fmt::format("no post and no account of the corpus has the id '{}', and nothing was changed; "
                    "`shoal lookup` tells what an id stands for",
                    missing.front()));
  }
  return found;
}

/// Rank 0.
void add_to_list(const std::vector<FoundName>& found, const Pseudonyms& pseudonyms, const CorpusJob& corpus) {
  const auto file = ForgottenList::file_beside(pseudonym_key_file(corpus));
  ForgottenList list = ForgottenList::load(file);
  for (const FoundName& name : found) list.add(name.kind, pseudonyms.of(name.kind, name.name));
  list.save(file);
  for (const FoundName& name : found) {
    if (name.kind != pseudonym_kind::kPost || !name.name.starts_with(kIdOfFile)) continue;
    log::warning(
        "post {} has no shortcode, and is known by the content of its file: it comes back when a byte of the "
        "file changes; forget its account, or take it out of the file",
        name.asked);
  }
  log::info("'{}' now tells every job under its key what to leave out", file.string());
}

/// What is left to do where the run without them failed. Rank 0.
void tell_what_is_left(const std::filesystem::path& out) {
  if (has_seal(out)) {
    log::warning(
        "what is to be forgotten is listed, but '{0}' is as it was and still shows it: mend what failed and "
        "give this command again, or delete '{0}'",
        out.string());
  } else {
    log::warning(
        "what is to be forgotten is listed, and the results in '{0}', which showed it, are removed: mend "
        "what "
        "failed, in the job file or elsewhere, and `shoal run` the job with --out '{0}'",
        out.string());
  }
}

RunSummary run_anew(Communicator& comm, LoadedJob job, const ForgetOptions& options) {
  RunOptions run;
  run.out = options.results;
  run.device = options.device;
  run.threads = options.threads;
  run.kinds = options.kinds;
  run.fresh = true;  // journals hold rows of what is forgotten
  run.clear = true;  // as do results, and this run may fail: fewer posts may be too few for the job
  try {
    OpenJob opened(comm, run, std::move(job));
    return run_opened_job(comm, opened, run);
  } catch (const Error&) {
    if (comm.is_root()) tell_what_is_left(options.results);
    throw;
  }
}

}  // namespace

RunSummary forget_rows(Communicator& comm, const ForgetOptions& options) {
  TracedResults traced = open_results(comm, options.results, options.kinds);
  if (!traced.pseudonyms) {
    throw UsageError(fmt::format(
        "the results in '{}' show names, and what is forgotten must be listed without; take the records out "
        "of the inputs, or set 'pseudonyms' in the job",
        options.results.string()));
  }
  const auto found = posts_and_accounts(comm, traced, options);
  on_root(comm, [&] { add_to_list(found, *traced.pseudonyms, traced.job.parsed.job.corpus); });
  return run_anew(comm, std::move(traced.job), options);
}

}  // namespace shoal
