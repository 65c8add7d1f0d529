// The corpus is read again as the run read it; each name is asked for its pseudonym.
#include "pipeline/traced_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "pipeline/engine/pseudonym_key.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/run_json.hpp"
#include "pipeline/stages/index.hpp"
#include "pipeline/stages/read.hpp"
#include "pipeline/traced_mentions.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/corpus/trace.hpp"
#include "shoal/data/slides.hpp"

namespace shoal {
namespace {

using nlohmann::json;

void require_key_of(const json& report, const Pseudonyms& pseudonyms, const std::filesystem::path& key) {
  if (report.value("pseudonym_key_digest", "") == to_hex(pseudonyms.key_digest())) return;
  throw InputError(
      fmt::format("'{}' is not the key that the results were made with; put that one there", key.string()));
}

/// Names of one rank's units.
class NameTracer {
 public:
  NameTracer(const AskedIds& asked, std::vector<FoundName>& found) : asked_(asked), found_(found) {}

  void post(const Unit& unit, std::int64_t record, const Post& post) {
    asked_.match(pseudonym_kind::kPost, post.id, fmt::format("record {} of '{}'", record, unit.path), found_);
    for (std::size_t slide = 0; slide < slides_of(post); ++slide) {
      const std::string& image = image_of_slide(post, slide);
      if (image.empty()) continue;
      asked_.match(pseudonym_kind::kSource, image,
                   slide == 0 ? fmt::format("the photo of post {}", post.id)
                              : fmt::format("slide {} of post {}", slide + 1, post.id),
                   found_);
    }
    if (!post.creator.empty()) ++posts_[{post.creator, unit.path}];
  }
  void left_out(const Unit& unit, const QuarantineRow& row) {
    const std::string record = row.record < 0 ? "" : fmt::format("record {}: ", row.record);
    asked_.match(pseudonym_kind::kSource, row.file,
                 fmt::format("in '{}', left out: {}{}", unit.path, record, row.reason), found_);
  }
  void finish() const {
    for (const auto& [where, posts] : posts_) {
      asked_.match(pseudonym_kind::kAccount, where.first, fmt::format("'{}'", where.second), found_, posts);
    }
  }

 private:
  const AskedIds& asked_;
  std::vector<FoundName>& found_;
  std::map<std::pair<std::string, std::string>, std::int64_t> posts_;  ///< (account, file) -> posts
};

}  // namespace

TracedResults open_results(Communicator& comm, const std::filesystem::path& results, const KindTable* kinds) {
  std::string text;
  on_root(comm, [&] { text = read_run_json(results); });
  const json report = json::parse(broadcast_object(comm, text, 0));
  TracedResults traced;
  traced.job.source = job_file_of(comm, results, report);
  traced.job.parsed = parse_again(traced.job.source, kinds_of(kinds));
  const CorpusJob& corpus = traced.job.parsed.job.corpus;
  if (!corpus.pseudonyms) return traced;
  traced.pseudonyms = agree_on_pseudonyms(comm, corpus, MissingKey::is_an_error);
  require_key_of(report, *traced.pseudonyms, pseudonym_key_file(corpus));
  return traced;
}

void AskedIds::match(std::string_view kind, const std::string& name, const std::string& place,
                     std::vector<FoundName>& found, std::int64_t posts) const {
  for (const std::string& id : meaning(kind, name))
    found.push_back({id, std::string(kind), name, place, posts});
}

std::vector<std::string> AskedIds::meaning(std::string_view kind, const std::string& name) const {
  std::vector<std::string> ids;
  const auto add = [&](const std::string& id) {
    if (ids_.contains(id)) ids.push_back(id);
  };
  add(name);
  if (pseudonyms_) add(pseudonyms_->of(kind, name));
  return ids;
}

std::vector<std::string> AskedIds::missing(const std::vector<FoundName>& found) const {
  std::set<std::string> missing = ids_;
  for (const FoundName& name : found) missing.erase(name.asked);
  return {missing.begin(), missing.end()};
}

std::vector<FoundName> found_by_all(Communicator& comm, const std::vector<FoundName>& mine) {
  std::vector<FoundName> all;
  for (auto& part : all_gather_objects(comm, mine))
    std::move(part.begin(), part.end(), std::back_inserter(all));
  std::ranges::sort(all);
  // Ranges of a file, and a photo of several posts, were found by several ranks.
  std::vector<FoundName> distinct;
  for (FoundName& name : all) {
    if (!distinct.empty() &&
        std::tie(distinct.back().asked, distinct.back().kind, distinct.back().name, distinct.back().place) ==
            std::tie(name.asked, name.kind, name.name, name.place)) {
      distinct.back().posts += name.posts;
    } else {
      distinct.push_back(std::move(name));
    }
  }
  return distinct;
}

std::vector<FoundName> find_in_posts(Communicator& comm, const CorpusJob& corpus, const AskedIds& asked,
                                     int threads) {
  const Listing listing = scan_units(comm, corpus);
  std::vector<FoundName> mine;
  NameTracer tracer(asked, mine);
  MentionTracer mentions(asked);
  for (const Unit& unit : listing.units) {
    asked.match(pseudonym_kind::kSource, unit.relative, fmt::format("the post file '{}'", unit.path), mine);
  }
  for (const ImageSource& source : agree_on_sources(comm, corpus)) {
    if (!source.shard || !comm.is_root()) continue;
    asked.match(pseudonym_kind::kSource, source.relative, fmt::format("the shard '{}'", source.path), mine);
  }
  trace_corpus(comm, listing.units, {.keep = corpus.keep, .threads = threads, .rules = corpus.rules},
               {[&](const Unit& unit, std::int64_t record, const Post& post) {
                  tracer.post(unit, record, post);
                  mentions.post(unit, record, post);
                },
                [&](const Unit& unit, const QuarantineRow& row) { tracer.left_out(unit, row); }});
  tracer.finish();
  auto found = found_by_all(comm, mine);
  auto mentioned = mentions.found_by_all(comm);
  std::move(mentioned.begin(), mentioned.end(), std::back_inserter(found));
  std::ranges::sort(found);
  return found;
}

}  // namespace shoal
