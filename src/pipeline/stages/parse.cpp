// The sections of a job file, one function each; what an entry may hold, its kind knows.
#include "pipeline/stages/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "pipeline/stages/corpus_rules.hpp"
#include "pipeline/stages/features/all_tags.hpp"
#include "pipeline/stages/memory.hpp"
#include "pipeline/stages/read.hpp"
#include "pipeline/stages/report.hpp"
#include "pipeline/stages/store.hpp"
#include "pipeline/stages/thumbnails.hpp"
#include "shoal/base/edit_distance.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

void read_pseudonyms(TomlSection& section, CorpusJob& corpus) {
  if (!section.has_text("pseudonyms")) {
    corpus.pseudonyms = section.truth("pseudonyms", true);
    return;
  }
  if (const std::string part = section.text("pseudonyms"); part != "accounts") {
    section.fail("pseudonyms",
                 fmt::format("is \"{}\"; it may be true or false, without quotes, or \"accounts\"", part));
  }
  corpus.keeps_shortcodes = true;
}

void read_kept_parts(TomlSection& section, CorpusJob& corpus) {
  const auto kept = [&](const char* key) {
    return section.truth(key, !corpus.pseudonyms, Record::unless_default);
  };
  corpus.keeps_captions = kept("keep_captions");
  corpus.keeps_places = kept("keep_places");
  corpus.keeps_account_counts = kept("keep_account_counts");
  corpus.keeps_tags = kept("keep_tags");
  if (section.has("place_decimals")) corpus.place_decimals = section.integer("place_decimals", 0, 6);
}

void read_corpus_section(TomlSection section, Job& job) {
  CorpusJob& corpus = job.corpus;
  corpus.posts = section.patterns("posts");
  if (section.has("posts") && corpus.posts.empty()) {
    section.fail("posts", "is empty; name files, folders or patterns, as [\"profiles\"]");
  }
  if (section.has("images")) corpus.images = section.patterns("images");
  TomlSection keep = section.section("keep");
  corpus.keep = read_keep(keep);
  section.put("keep", keep.record());
  read_pseudonyms(section, corpus);
  read_kept_parts(section, corpus);
  corpus.rules = read_rules(section);
  if (section.has("pseudonym_key")) corpus.pseudonym_key = section.path("pseudonym_key");
  corpus.refused_is_bad = section.choice("unreadable", std::array<std::string_view, 2>{"stop", "quarantine"},
                                         "stop", Record::unless_default) == "quarantine";
  section.finish();
  job.corpus_record = section.record();
}

void read_report(TomlSection section, Job& job) {
  job.report.top_tags = static_cast<int>(section.integer("top_tags", 1, 1000, job.report.top_tags));
  job.report.photos = static_cast<int>(section.integer("photos", 0, 1000, job.report.photos));
  section.finish();
  job.report_record = section.record();
}

std::vector<std::string_view> kinds_of(const KindTable& table, std::string_view section) {
  std::vector<std::string_view> names;
  for (const Kind& kind : table.kinds) {
    if (kind.section == section) names.push_back(kind.name);
  }
  return names;
}

/// key: under which the entry names its kind.
void make_entry(Entry entry, const char* key, std::optional<std::string> usual, TomlSection& section,
                const KindTable& table, EntryContext& context) {
  entry.kind = section.choice(key, kinds_of(table, entry.section), std::move(usual));
  const auto kind = std::ranges::find_if(
      table.kinds, [&](const Kind& row) { return row.section == entry.section && row.name == entry.kind; });
  entry.version = kind->version;
  kind->make(std::move(entry), section, context);
}

void require_plain(const std::string& name, const TomlSection& features) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (plain && !name.empty() && name.size() <= 64) return;
  features.fail(name, "is no name for features; it may hold letters, digits, '_' and '-', at most 64");
}

/// What is wrong with a set that names no kind.
std::string missing_kind(const std::string& set, const KindTable& table) {
  for (const char* usual : {"tags", "image"}) {
    if (edit_distance(set, usual) <= 2) return fmt::format("is missing; did you mean [features.{}]?", usual);
  }
  return fmt::format("is missing; it may be {}", fmt::join(kinds_of(table, "features"), ", "));
}

void read_features(TomlSection& features, const KindTable& table, EntryContext& context) {
  auto entries = features.sections_below();
  int position = 0;
  for (auto& [name, section] : entries) {
    require_plain(name, features);
    if (name == "images" && context.job.corpus.rules.all_slides)
      features.fail(name,
                    "is where posts.h5ad has the images of all slides; give these features another name");
    Entry entry{.section = "features", .name = name, .kind = {}};
    entry.order = entry.position = position++;
    entry.place = features.place_of(name);
    if (!section.has("kind") && !usual_kind(name)) section.fail("kind", missing_kind(name, table));
    make_entry(std::move(entry), "kind", usual_kind(name), section, table, context);
  }
}

/// Whoever adds to the rows of images needs photos that make them.
void require_photos(const StageList& stages) {
  if (stages.find<ImagePassStage>() != nullptr) return;
  for (const auto& stage : stages) {
    if (std::ranges::count(stage->needs(), kImageRows) == 0) continue;
    throw UsageError(fmt::format(
        "{}: [{}] has rows = \"images\", and the job has no features of photos, which make them; add "
        "some, of kind \"rgb\" or \"vgg\"",
        stage->entry().place, stage->name()));
  }
}

/// Sections that are lists of tables: [[cluster]], [[map]].
std::vector<std::string> list_sections(const KindTable& table) {
  std::vector<std::string> names;
  for (const Kind& kind : table.kinds) {
    const std::string name(kind.section);
    if (name != "features" && std::ranges::count(names, name) == 0) names.push_back(name);
  }
  return names;
}

/// What `of` may name: [features.NAME], and maps, which are features of two columns.
std::set<std::string> names_of_sets(TomlSection& root, const KindTable& table) {
  std::set<std::string> names;
  for (const auto& [name, section] : root.section("features").sections_below()) names.insert(name);
  for (const std::string& list : list_sections(table)) {
    if (list == "cluster") continue;
    for (TomlSection& section : root.sections(list)) names.insert(section.plain_name("name"));
  }
  return names;
}

void read_list(TomlSection& root, const std::string& name, const KindTable& table, EntryContext& context) {
  int position = 0;
  for (TomlSection& section : root.sections(name)) {
    Entry entry{.section = name, .name = section.plain_name("name"), .kind = {}};
    entry.position = position++;
    entry.order = static_cast<int>(context.sets.size()) + entry.position;
    entry.place = section.place_of("name");
    const auto usual = name == "cluster" ? std::optional<std::string>("kmeans") : std::nullopt;
    make_entry(std::move(entry), "method", usual, section, table, context);
  }
}

/// What every job does, and what follows from its entries.
void add_common_stages(const Job& job, StageList& stages) {
  stages.add<MemoryStage>();
  const bool groups =
      std::ranges::any_of(stages, [](const auto& stage) { return stage->when() == When::groupings; });
  const auto* images = stages.find<ImagePassStage>();
  if (images != nullptr && groups && job.report.photos > 0) stages.add<ThumbnailStage>(*images);
  stages.add<StoreStage>();
  stages.add<ReportStage>();
}

ParsedJob read_job(const toml::table& table, const JobSource& source, const KindTable& kinds) {
  TomlSection root(table, "", source);
  // Before anything is missed: a misspelt section is the reason, not what seems to be missing.
  for (const char* section : {"job", "corpus", "features", "report"}) static_cast<void>(root.has(section));
  for (const std::string& section : list_sections(kinds)) static_cast<void>(root.has(section));
  root.finish();
  ParsedJob parsed;
  Job& job = parsed.job;
  TomlSection head = root.section("job");
  job.name = head.plain_name("name");
  job.seed = static_cast<std::uint64_t>(head.integer("seed", 0, kMost, 0));
  head.finish();
  read_corpus_section(root.section("corpus"), job);
  parsed.stages.add<ReadStage>(job);
  if (job.corpus.keeps_tags) parsed.stages.add<AllTagsStage>();
  const std::set<std::string> sets = names_of_sets(root, kinds);
  EntryContext context{job, parsed.stages, sets};
  TomlSection features = root.section("features");
  read_features(features, kinds, context);
  require_photos(parsed.stages);
  for (const std::string& section : list_sections(kinds)) read_list(root, section, kinds, context);
  read_report(root.section("report"), job);
  add_common_stages(job, parsed.stages);
  parsed.stages.put_in_order();
  return parsed;
}

}  // namespace

ParsedJob parse_job(std::string_view text, const std::filesystem::path& path, const Environment& environment,
                    const KindTable& kinds) {
  const JobSource source{path, environment};
  try {
    return read_job(toml::parse(text), source, kinds);
  } catch (const toml::parse_error& error) {
    // What an unquoted text looks like to the parser: `t` may begin `true`.
    const std::string_view why = error.description();
    const bool unquoted =
        why.find("boolean") != why.npos || why.find("could not determine value type") != why.npos;
    throw UsageError(fmt::format("{}:{}: not TOML: {}{}", path.string(), error.source().begin.line, why,
                                 unquoted ? "; texts stand in quotes" : ""));
  }
}

ParsedJob parse_again(const JobFileText& source, const KindTable& kinds) {
  return parse_job(source.text, source.path, source.environment(), kinds);
}

LoadedJob load_job(Communicator& comm, const std::filesystem::path& path, const KindTable& kinds) {
  LoadedJob loaded;
  loaded.source = load_job_text(comm, path, [&](const JobFileText& source, const Environment& environment) {
    static_cast<void>(parse_job(source.text, path, environment, kinds));
  });
  loaded.parsed = parse_again(loaded.source, kinds);
  return loaded;
}

}  // namespace shoal
