// The frame of the page: head, title with the key counts, navigation, sections, footer.
#include "page.hpp"

#include <fmt/format.h>

#include <array>

#include "html.hpp"
#include "style_sheet.hpp"

namespace shoal {
namespace {

/// A count at the top of the page.
struct HeadTile {
  const char* one;
  const char* many;
  /// Nothing where these results have no such thing.
  std::optional<std::int64_t> (*count)(const Results& results);
};

std::optional<std::int64_t> count_at(const UnsValue& uns, const char* subtree, const char* entry) {
  const UnsValue* found = uns.find(subtree);
  if (found == nullptr) return std::nullopt;
  return found->integer(entry, 0);
}

constexpr std::array kHeadTiles{
    HeadTile{"post", "posts", [](const Results& results) { return std::optional(results.posts); }},
    HeadTile{"distinct image", "distinct images",
             [](const Results& results) { return count_at(results.uns, "images", "rows"); }},
    HeadTile{"hashtag in the vocabulary", "hashtags in the vocabulary",
             [](const Results& results) { return count_at(results.uns, "tags", "vocabulary"); }},
    HeadTile{"clustering", "clusterings",
             [](const Results& results) {
               return std::optional(static_cast<std::int64_t>(results.groupings.size()));
             }},
};

std::string draw_tiles(const Results& results) {
  std::string tiles;
  for (const HeadTile& tile : kHeadTiles) {
    const auto count = tile.count(results);
    if (!count) continue;
    tiles += fmt::format("<li><b>{}</b><span>{}</span></li>\n", grouped(*count),
                         *count == 1 ? tile.one : tile.many);
  }
  return fmt::format("<ul class=\"tiles\">\n{}</ul>\n", tiles);
}

/// The id of the numberth occurrence of a section, or of its heading.
std::string id_of(const char* id, const Section& section, std::size_t number) {
  return section.occurs == Occurs::numbered ? fmt::format("{}-{}", id, number) : id;
}

std::string draw_navigation(const Results& results, std::span<const Section> sections) {
  std::string links;
  for (const Section& section : sections) {
    const std::vector<std::string> titles = section.titles(results);
    for (std::size_t i = 0; i < titles.size(); ++i) {
      links +=
          fmt::format("<a href=\"#{}\">{}</a>\n", id_of(section.anchor, section, i), escape_html(titles[i]));
    }
  }
  return fmt::format("<nav aria-label=\"Sections\">\n{}</nav>\n", links);
}

std::string draw_section(const Section& section, std::size_t number, const std::string& title,
                         const Results& results) {
  const SectionText text = section.draw(results, number);
  const std::string heading = id_of(section.heading, section, number);
  return fmt::format(
      "<section id=\"{}\" aria-labelledby=\"{}\">\n<h2 id=\"{}\">{}</h2>\n<p class=\"lead\">{}</p>\n"
      "{}</section>\n",
      id_of(section.anchor, section, number), heading, heading, escape_html(title), text.lead, text.body);
}

std::string draw_sections(const Results& results, std::span<const Section> sections) {
  std::string text;
  for (const Section& section : sections) {
    const std::vector<std::string> titles = section.titles(results);
    for (std::size_t i = 0; i < titles.size(); ++i) text += draw_section(section, i, titles[i], results);
  }
  return text;
}

std::string draw_head(const std::string& title) {
  // The policy makes sure that nothing is ever fetched or run, whatever a name in the corpus holds.
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline';"
      "img-src data:\">\n<title>{} – Shoal report</title>\n<style>{}</style>\n</head>\n",
      title, kStyleSheet);
}

std::string draw_header(const Results& results, const std::string& title) {
  return fmt::format(
      "<header class=\"top\"><div>\n<p class=\"kind\">Shoal report</p>\n<h1>{}</h1>\n"
      "<p>Shoal {} · seed {}</p>\n</div></header>\n",
      title, escape_html(results.uns.text("version", "unknown")), results.uns.integer("seed", 0));
}

/// A warning where image features come from a network whose weights were never trained.
std::string draw_untrained_banner(const Results& results) {
  const UnsValue* weights = results.uns.find("weights");
  if (weights == nullptr || weights->truth("trained", false)) return "";
  return "<div class=\"note\" role=\"note\"><strong>These image features come from UNTRAINED "
         "weights.</strong>The network was filled with seeded random numbers, not trained on pictures. "
         "Groups of images show that the system works; they say nothing about what the photos show.</div>\n";
}

}  // namespace

std::string draw_page(const Results& results, std::span<const Section> sections) {
  const std::string title = escape_html(results.uns.text("name", "unnamed job"));
  std::string page = draw_head(title) + "<body>\n" + draw_header(results, title) + "<main>\n";
  page += draw_tiles(results) + draw_navigation(results, sections) + draw_untrained_banner(results);
  page += draw_sections(results, sections) + "</main>\n";
  page +=
      "<footer>Drawn from the results alone: the same results give this page to the byte. Nothing on it is "
      "fetched from a network.</footer>\n</body>\n</html>\n";
  return page;
}

}  // namespace shoal
