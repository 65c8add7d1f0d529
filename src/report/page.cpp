// The frame of the page: head, title with the key counts, navigation, footer.
#include "page.hpp"

#include <fmt/format.h>

#include "html.hpp"
#include "style_sheet.hpp"

namespace shoal {
namespace {

std::string tile(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("<li><b>{}</b><span>{}</span></li>\n", grouped(number), number == 1 ? one : many);
}

std::string draw_tiles(const Results& results) {
  std::string tiles = tile(results.posts, "post", "posts");
  if (results.uns.find("images") != nullptr) {
    tiles += tile(results.uns.integer("images/rows", 0), "distinct image", "distinct images");
  }
  if (results.uns.find("tags") != nullptr) {
    tiles += tile(results.uns.integer("tags/vocabulary", 0), "hashtag in the vocabulary",
                  "hashtags in the vocabulary");
  }
  tiles += tile(static_cast<std::int64_t>(results.clusterings.size()), "clustering", "clusterings");
  return fmt::format("<ul class=\"tiles\">\n{}</ul>\n", tiles);
}

std::string draw_navigation(const Results& results) {
  std::string links;
  for (std::size_t i = 0; i < results.clusterings.size(); ++i) {
    links += fmt::format("<a href=\"#clustering-{}\">{}</a>\n", i, escape_html(results.clusterings[i].name));
  }
  return fmt::format(
      "<nav aria-label=\"Sections\">\n{}<a href=\"#counts\">Counts</a>\n<a "
      "href=\"#provenance\">Provenance</a>\n"
      "</nav>\n",
      links);
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

}  // namespace

bool has_untrained_features(const Results& results) {
  return results.uns.find("weights") != nullptr && !results.uns.truth("weights/trained", false);
}

std::string draw_untrained_banner(const Results& results) {
  if (!has_untrained_features(results)) return "";
  return "<div class=\"note\" role=\"note\"><strong>These image features come from UNTRAINED "
         "weights.</strong>The network was filled with seeded random numbers, not trained on pictures. "
         "Groups of images show that the system works; they say nothing about what the photos show.</div>\n";
}

std::string draw_header(const Results& results) {
  return fmt::format(
      "<header class=\"top\"><div>\n<p class=\"kind\">Shoal report</p>\n<h1>{}</h1>\n"
      "<p>Shoal {} · seed {}</p>\n</div></header>\n",
      escape_html(results.uns.text("name", "unnamed job")),
      escape_html(results.uns.text("version", "unknown")), results.uns.integer("seed", 0));
}

std::string draw_page(const Results& results) {
  std::string page = draw_head(escape_html(results.uns.text("name", "unnamed job")));
  page += "<body>\n" + draw_header(results) + "<main>\n" + draw_tiles(results) + draw_navigation(results);
  page += draw_untrained_banner(results);
  for (std::size_t i = 0; i < results.clusterings.size(); ++i) {
    page += draw_clustering(results.clusterings[i], i, results);
  }
  page += draw_accounting(results) + draw_provenance(results) + "</main>\n";
  page +=
      "<footer>Drawn from the results alone: the same results give this page to the byte. Nothing on it is "
      "fetched from a network.</footer>\n</body>\n</html>\n";
  return page;
}

}  // namespace shoal
