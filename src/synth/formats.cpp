// The table of formats that are written.
#include "formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "shoal/base/error.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

std::string first_half(std::string_view record) { return std::string(record.substr(0, record.size() / 2)); }

std::span<const PostWriter> post_writers() {
  static const std::array kWriters{
      PostWriter{"profile", kProfileFiles},
      PostWriter{"zeeschuimer", kZeeschuimerFiles},
      PostWriter{"likes", kLikesFiles},
      PostWriter{"igramscraper", kIgramscraperFiles},
      PostWriter{"tags", kTagLineFiles},
      PostWriter{"4cat", kFourCatTableFiles},
      PostWriter{"4cat-ndjson", kFourCatJsonFiles},
      PostWriter{"crowdtangle", kCrowdTangleFiles},
      PostWriter{"instaloader", kInstaloaderFiles},
      PostWriter{"images", kImageTableFiles},
      PostWriter{"webdataset", web_dataset_files()},
      PostWriter{"meta", kMetaExportFiles},
      PostWriter{"export", exported_table_files()},
      PostWriter{"export-jsonl", kExportedJsonFiles},
  };
  return kWriters;
}

const PostWriter& post_writer(std::string_view name) {
  const auto writers = post_writers();
  const auto writer = std::find_if(writers.begin(), writers.end(),
                                   [&](const PostWriter& candidate) { return candidate.name == name; });
  if (writer != writers.end()) return *writer;
  throw UsageError(fmt::format("a made corpus cannot be written as '{}'; there are: {}", name,
                               fmt::join(synth_formats(), ", ")));
}

std::vector<std::string_view> synth_formats() {
  std::vector<std::string_view> names;
  for (const PostWriter& writer : post_writers()) names.push_back(writer.name);
  return names;
}

std::int64_t usual_images(const SynthOptions& options) {
  const auto* records = std::get_if<RecordFiles>(&post_writer(options.format).makes);
  if (records != nullptr && records->holds_photos) return options.posts;
  return std::min(SynthOptions().images, options.posts);
}

}  // namespace shoal
