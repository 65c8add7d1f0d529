// Drawn alike for every method: what a card or a row shows comes from the groups alone.
#include "grouping_cards.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "html.hpp"
#include "row_words.hpp"
#include "style_sheet.hpp"

namespace shoal {
namespace {

std::string colour(std::size_t place) {
  return fmt::format("c{}", place % static_cast<std::size_t>(kGroupColours));
}

std::string draw_tags(const GroupView& group, const GroupingView& grouping) {
  if (grouping.facts.find("top_tags") == nullptr) return "";
  if (group.tags.empty()) return "<p class=\"none\">No hashtag stands out.</p>\n";
  std::string tags;
  for (const std::string& tag : group.tags) tags += fmt::format("<li>#{}</li>", escape_html(tag));
  return fmt::format("<ul class=\"tags\" aria-label=\"Hashtags\">{}</ul>\n", tags);
}

std::string describe_photo(std::int64_t row, const Results& results) {
  const auto found = results.photos.find(row);
  if (found == results.photos.end()) return fmt::format("Photo {}", row);
  const Photo& photo = found->second;
  return fmt::format("Photo {}: {} × {} pixels, used by {}", row, photo.width, photo.height,
                     counted(photo.posts, "post", "posts"));
}

std::string draw_photo(std::int64_t row, const Results& results) {
  const std::string name = fmt::format("{}.jpg", row);
  if (!results.thumbnails->contains(name)) return fmt::format("<li><span>photo {}</span></li>", row);
  const std::string about = describe_photo(row, results);
  return fmt::format("<li><img src=\"{}\" alt=\"{}\" title=\"{}\"></li>",
                     jpeg_uri(results.thumbnails->read(name)), about, about);
}

std::string draw_photos(const GroupView& group, const std::string& label, const Results& results) {
  if (group.photos.empty() || !results.thumbnails) return "";
  std::string photos;
  for (const std::int64_t row : group.photos) photos += draw_photo(row, results);
  return fmt::format("<ul class=\"photos\" aria-label=\"{}\">{}</ul>\n", escape_html(label), photos);
}

std::string draw_size(const GroupView& group, const GroupingView& grouping, const std::string& fill) {
  const auto size = static_cast<double>(group.size);
  const auto labelled = static_cast<double>(grouping.labelled);
  std::string count = escape_html(counted(group.size, one_of(grouping.rows), grouping.rows));
  if (group.posts) count += fmt::format("</b> in {}<b>", counted(*group.posts, "post", "posts"));
  return fmt::format(
      "<div><div class=\"size\"><span><b>{}</b></span><span>{}</span></div>"
      "<div class=\"bar\" aria-hidden=\"true\"><i class=\"{}\" style=\"width:{:.2f}%\"></i></div></div>\n",
      count, percentage(size, labelled), fill, labelled > 0 ? 100 * size / labelled : 0);
}

std::size_t count_of_cards(const GroupingView& grouping) {
  return std::min(grouping.groups.size(), kGroupsWithPhotos);
}

std::string draw_row(const GroupView& group, const GroupingView& grouping) {
  std::string count = counted(group.size, one_of(grouping.rows), grouping.rows);
  if (group.posts) count += fmt::format(" in {}", counted(*group.posts, "post", "posts"));
  std::string tags;
  for (const std::string& tag : group.tags) tags += fmt::format("{}#{}", tags.empty() ? "" : " ", tag);
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     escape_joined_words(group.name), escape_html(count),
                     percentage(static_cast<double>(group.size), static_cast<double>(grouping.labelled)),
                     escape_html(tags));
}

/// Whoever has thousands of groups looks one up and does not read them all: a row each, folded.
std::string draw_smaller_groups(const GroupingView& grouping) {
  const std::size_t cards = count_of_cards(grouping);
  if (cards == grouping.groups.size()) return "";
  std::string rows;
  std::int64_t members = 0;
  for (std::size_t i = cards; i < grouping.groups.size(); ++i) {
    members += grouping.groups[i].size;
    rows += draw_row(grouping.groups[i], grouping);
  }
  return fmt::format(
      "<details>\n<summary>{}, with {} of the labelled {}</summary>\n<table>\n{}</table>\n</details>\n",
      counted(static_cast<std::int64_t>(grouping.groups.size() - cards), "smaller group", "smaller groups"),
      percentage(static_cast<double>(members), static_cast<double>(grouping.labelled)),
      escape_html(grouping.rows), rows);
}

}  // namespace

std::string draw_strip(const GroupingView& grouping) {
  const auto labelled = static_cast<double>(grouping.labelled);
  if (labelled <= 0) return "";
  std::string parts;
  for (std::size_t i = 0; i < count_of_cards(grouping); ++i) {
    parts += fmt::format("<i class=\"{}\" style=\"width:{:.3f}%\"></i>", colour(i),
                         100 * static_cast<double>(grouping.groups[i].size) / labelled);
  }
  return fmt::format("<div class=\"strip\" aria-hidden=\"true\">{}</div>\n", parts);
}

std::string draw_cards(const GroupingView& grouping, const std::string& photos, const Results& results) {
  if (grouping.groups.empty()) return "<p class=\"none\">There is no group.</p>\n";
  std::string cards;
  for (std::size_t i = 0; i < count_of_cards(grouping); ++i) {
    const GroupView& group = grouping.groups[i];
    cards += fmt::format(
        "<article class=\"card\">\n<div class=\"head\"><span class=\"dot {}\" aria-hidden=\"true\"></span>"
        "<h3>{}</h3></div>\n{}{}{}</article>\n",
        colour(i), escape_joined_words(group.name), draw_size(group, grouping, colour(i)),
        draw_tags(group, grouping), draw_photos(group, photos, results));
  }
  return fmt::format("<div class=\"cards\">\n{}</div>\n{}", cards, draw_smaller_groups(grouping));
}

}  // namespace shoal
