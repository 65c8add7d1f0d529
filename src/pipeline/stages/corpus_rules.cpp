// One function a key; what is left at its default stands in no record, so that older jobs keep their text.
#include "pipeline/stages/corpus_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "shoal/corpus/dates.hpp"
#include "shoal/corpus/mapping.hpp"
#include "shoal/text/tags.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

void read_media(TomlSection& section, KeepRule& keep) {
  if (section.has("media")) {
    const auto kinds = section.texts("media");
    const auto wanted = [&](const char* kind) { return std::ranges::count(kinds, kind) > 0; };
    keep.images = wanted("image");
    keep.videos = wanted("video");
    keep.albums = wanted("album");
    for (const std::string& kind : kinds) {
      if (kind == "image" || kind == "video" || kind == "album") continue;
      section.fail("media", fmt::format("holds '{}'; it may hold image, video, album", kind));
    }
  }
  auto media = SettingsRecord::array();
  if (keep.albums) media.push_back("album");
  if (keep.images) media.push_back("image");
  if (keep.videos) media.push_back("video");
  section.put("media", std::move(media));
}

/// `{ min = 1, max = 1000 }`, of which one may be missing.
NumberRange read_range(TomlSection& section, const char* key) {
  NumberRange range;
  if (!section.has(key)) return range;
  TomlSection limits = section.section(key);
  if (limits.has("min")) range.least = limits.integer("min", 0, kMost);
  if (limits.has("max")) range.most = limits.integer("max", 0, kMost);
  limits.finish();
  if (range.least > range.most) section.fail(key, "has a min above its max: no post is in it");
  section.put(key, limits.record());
  return range;
}

/// Seconds since 1970 of a day or a time.
std::int64_t read_time(TomlSection& section, const char* key, bool end_of_day) {
  const std::string text = section.text(key);
  const auto time = time_of(text);
  if (!time) {
    section.fail(
        key,
        fmt::format("is '{}', which is no date; write \"2017-04-30\" or \"2017-04-30T12:00:00Z\"", text));
  }
  const bool is_day = text.find(':') == text.npos;
  return end_of_day && is_day ? *time + kSecondsOfDay - 1 : *time;
}

/// `{ from = "2017-01-01", to = "2017-12-31" }`: both days are in it.
NumberRange read_times(TomlSection& section) {
  NumberRange range;
  if (!section.has("taken_at")) return range;
  TomlSection limits = section.section("taken_at");
  if (limits.has("from")) range.least = read_time(limits, "from", false);
  if (limits.has("to")) range.most = read_time(limits, "to", true);
  limits.finish();
  if (range.least > range.most) section.fail("taken_at", "ends before it begins: no post is in it");
  section.put("taken_at", limits.record());
  return range;
}

std::vector<std::string> read_tag_list(TomlSection& section, const char* key) {
  if (!section.has(key)) return {};
  std::vector<std::string> tags;
  for (const std::string& text : section.texts(key)) {
    const auto tag = normalise_tag(text);
    if (!tag) section.fail(key, fmt::format("holds '{}', which is no hashtag", text));
    tags.push_back(*tag);
  }
  std::ranges::sort(tags);
  section.put(key, tags);
  return tags;
}

void read_tags(TomlSection& section, KeepRule& keep) {
  if (!section.has("tags")) return;
  TomlSection tags = section.section("tags");
  keep.any_tags = read_tag_list(tags, "any");
  keep.no_tags = read_tag_list(tags, "none");
  tags.finish();
  section.put("tags", tags.record());
}

TagsFrom read_tags_from(TomlSection& section) {
  constexpr std::array<std::string_view, 3> kPlaces{"caption", "list", "both"};
  const std::string from = section.choice("tags_from", kPlaces, "caption", Record::unless_default);
  return from == "list" ? TagsFrom::list : from == "both" ? TagsFrom::both : TagsFrom::caption;
}

/// `{ climatechange = ["climate_change", "globalwarming"] }`.
std::map<std::string, std::string> read_merged_tags(TomlSection& section) {
  std::map<std::string, std::string> merged;
  if (!section.has("merge_tags")) return merged;
  TomlSection tags = section.section("merge_tags");
  for (const std::string& name : tags.keys()) {
    const auto into = normalise_tag(name);
    if (!into) tags.fail(name, "is no hashtag");
    for (const std::string& tag : read_tag_list(tags, name.c_str())) {
      const auto [entry, fresh] = merged.emplace(tag, *into);
      if (!fresh && entry->second != *into)
        tags.fail(name, fmt::format("holds '{}', which '{}' has already", tag, entry->second));
    }
  }
  tags.finish();
  section.put("merge_tags", tags.record());
  return merged;
}

ColumnMapping read_columns(TomlSection& section) {
  ColumnMapping columns;
  if (!section.has("columns")) return columns;
  TomlSection mapping = section.section("columns");
  for (const std::string_view field : mapped_fields()) {
    const std::string key(field);
    if (mapping.has(key)) columns[key] = mapping.text(key);
  }
  mapping.finish();
  section.put("columns", mapping.record());
  return columns;
}

}  // namespace

KeepRule read_keep(TomlSection& section) {
  KeepRule keep;
  read_media(section, keep);
  keep.min_tags = section.integer("min_tags", 0, kMost, 0);
  keep.likes = read_range(section, "likes");
  keep.comments = read_range(section, "comments");
  keep.plays = read_range(section, "plays");
  keep.followers = read_range(section, "followers");
  keep.followees = read_range(section, "followees");
  keep.taken_at = read_times(section);
  read_tags(section, keep);
  section.finish();
  return keep;
}

ReadRules read_rules(TomlSection& section) {
  ReadRules rules;
  rules.tags_from = read_tags_from(section);
  rules.merged_tags = read_merged_tags(section);
  rules.keeps_urls = section.truth("keep_urls", false, Record::unless_default);
  constexpr std::array<std::string_view, 2> kSlides{"first", "all"};
  rules.all_slides = section.choice("slides", kSlides, "first", Record::unless_default) == "all";
  rules.columns = read_columns(section);
  if (section.has("platform")) {
    rules.platform = section.plain_name("platform");
    // Ids begin with these where they are Instagram's, a number's or a file's.
    for (const char* taken : {"ig", "id", "file"}) {
      if (rules.platform == taken)
        section.fail("platform",
                     fmt::format("is '{}', which ids of posts begin with for other reasons", taken));
    }
    section.put("platform", rules.platform);
  }
  return rules;
}

}  // namespace shoal
