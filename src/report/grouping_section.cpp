// One clustering: its facts, and a card per group.
#include <fmt/format.h>

#include "html.hpp"
#include "sections.hpp"
#include "style_sheet.hpp"

namespace shoal {
namespace {

/// From this share on, one group says more about the method than about the posts.
constexpr double kDominantShare = 0.5;

std::string colour(std::size_t place) {
  return fmt::format("c{}", place % static_cast<std::size_t>(kGroupColours));
}

/// "posts" or "images".
std::string rows_of(const Clustering& clustering) { return clustering.facts.text("rows", "posts"); }

std::string lead_of(const Clustering& clustering) {
  const std::string of = clustering.facts.text("of", "");
  const std::string by = of == "tags"    ? "their hashtags"
                         : of == "image" ? "what they look like to the network"
                                         : of;
  const std::string rows = rows_of(clustering);
  return fmt::format("Groups of {} by {}", escape_html(rows), escape_html(by));
}

std::string fact(std::string_view term, const std::string& value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", term, value);
}

std::string draw_facts(const Clustering& clustering) {
  const UnsValue& facts = clustering.facts;
  const std::string method =
      facts.text("method", "") == "kmeans" ? "k-means" : facts.text("method", "unknown");
  std::string text = fact("Method", fmt::format("{}, k = {}", escape_html(method), facts.integer("k", 0)));
  text += fact("Labelled",
               counted(facts.integer("labelled", 0), rows_of(clustering) == "images" ? "image" : "post",
                       escape_html(rows_of(clustering))));
  text += fact("Unlabelled", grouped(facts.integer("unlabelled", 0)));
  text += fact("Inertia", fmt::format("{:.6g}", facts.number("inertia", 0)));
  text += fact("Iterations",
               fmt::format("{} of {}", facts.integer("iterations", 0), facts.integer("max_iter", 0)));
  text += fact("Starts",
               fmt::format("{}, best: no. {}", facts.integer("n_init", 1), facts.integer("restart", 0) + 1));
  return fmt::format("<dl class=\"facts\">\n{}</dl>\n", text);
}

std::string note(const std::string& strong, const std::string& text) {
  return fmt::format("<p class=\"note\" role=\"note\"><strong>{}</strong>{}</p>\n", strong, text);
}

std::string draw_warnings(const Clustering& clustering) {
  const UnsValue& facts = clustering.facts;
  const std::string rows = escape_html(rows_of(clustering));
  std::string text;
  const double share = facts.number("largest_share", 0);
  if (share > kDominantShare) {
    text +=
        note(fmt::format("One group holds {} of the labelled {}.", percentage(share, 1), rows),
             "The others are small beside it. Fewer, more telling features or another k may separate more.");
  }
  const std::int64_t tied = facts.integer("tied", 0);
  if (tied > 0) {
    const auto labelled = static_cast<double>(facts.integer("labelled", 0));
    text += note(fmt::format("{} ({}) {} equally near to several groups.", counted(tied, "row", "rows"),
                             percentage(static_cast<double>(tied), labelled), tied == 1 ? "is" : "are"),
                 "Each went to the first of its groups; another rule would place them elsewhere.");
  }
  if (facts.integer("iterations", 0) >= facts.integer("max_iter", 0) && facts.integer("max_iter", 0) > 0) {
    text += note("It stopped at the limit of iterations.", "A higher max_iter may still move some rows.");
  }
  return text;
}

std::string draw_strip(const Clustering& clustering) {
  const auto labelled = static_cast<double>(clustering.facts.integer("labelled", 0));
  if (labelled <= 0) return "";
  std::string parts;
  for (std::size_t i = 0; i < clustering.groups.size(); ++i) {
    parts += fmt::format("<i class=\"{}\" style=\"width:{:.3f}%\"></i>", colour(i),
                         100 * static_cast<double>(clustering.groups[i].size) / labelled);
  }
  return fmt::format("<div class=\"strip\" aria-hidden=\"true\">{}</div>\n", parts);
}

std::string draw_tags(const Group& group) {
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

std::string draw_photos(const Group& group, const Results& results) {
  if (group.photos.empty() || !results.thumbnails) return "";
  std::string photos;
  for (const std::int64_t row : group.photos) photos += draw_photo(row, results);
  return fmt::format(
      "<ul class=\"photos\" aria-label=\"Photos nearest to the centre of the group\">{}</ul>\n", photos);
}

std::string draw_size(const Group& group, const Clustering& clustering, const std::string& fill) {
  const auto size = static_cast<double>(group.size);
  const auto labelled = static_cast<double>(clustering.facts.integer("labelled", 0));
  const bool images = rows_of(clustering) == "images";
  std::string count = images ? counted(group.size, "image", "images") : counted(group.size, "post", "posts");
  if (group.posts) count += fmt::format("</b> in {}<b>", counted(*group.posts, "post", "posts"));
  return fmt::format(
      "<div><div class=\"size\"><span><b>{}</b></span><span>{}</span></div>"
      "<div class=\"bar\" aria-hidden=\"true\"><i class=\"{}\" style=\"width:{:.2f}%\"></i></div></div>\n",
      count, percentage(size, labelled), fill, labelled > 0 ? 100 * size / labelled : 0);
}

std::string draw_group(const Group& group, std::size_t place, const Clustering& clustering,
                       const Results& results) {
  return fmt::format(
      "<article class=\"card\">\n<div class=\"head\"><span class=\"dot {}\" aria-hidden=\"true\"></span>"
      "<h3>{}</h3></div>\n{}{}{}</article>\n",
      colour(place), escape_joined_words(group.name), draw_size(group, clustering, colour(place)),
      draw_tags(group), draw_photos(group, results));
}

}  // namespace

std::vector<std::string> grouping_titles(const Results& results) {
  std::vector<std::string> titles;
  for (const Clustering& clustering : results.clusterings) titles.push_back(clustering.name);
  return titles;
}

SectionText draw_grouping(const Results& results, std::size_t number) {
  const Clustering& clustering = results.clusterings[number];
  std::string cards;
  for (std::size_t i = 0; i < clustering.groups.size(); ++i) {
    cards += draw_group(clustering.groups[i], i, clustering, results);
  }
  return {.lead = lead_of(clustering),
          .body = draw_facts(clustering) + draw_warnings(clustering) + draw_strip(clustering) +
                  fmt::format("<div class=\"cards\">\n{}</div>\n", cards)};
}

}  // namespace shoal
