// From a file's bytes to finished posts, on one thread, beside simdjson's own walk over the same bytes: every
// key and string unescaped, every number parsed. Easy: made posts. Hard: the same with the damage of real
// dumps, and the real posts where SHOAL_DATA names them. tools/bench-reading.py reads the tables that are
// left among temporary files with DuckDB and with Python.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "corpus/readers.hpp"
#include "shoal/base/file.hpp"
#include "shoal/corpus/exported_post.hpp"
#include "shoal/synth/synth.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::string>;

constexpr std::int64_t kPosts = 20000;

std::string text_of(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Files texts_below(const fs::path& folder) {
  Files texts;
  for (const auto& entry : fs::directory_iterator(folder)) texts.push_back(text_of(entry.path()));
  return texts;
}

Files made(const std::string& format, double damage) {
  const testing::ScratchFolder scratch;
  const fs::path folder = scratch.path() / "made";
  make_corpus(folder, {.posts = kPosts, .images = 0, .format = format, .damage = damage, .threads = 1});
  return texts_below(folder / (format == "profile" ? "profiles" : "posts"));
}

std::size_t records_in(const Files& files) {
  std::size_t records = 0;
  for (const std::string& text : files) {
    const ReadResult result = read_posts(text);
    records += result.posts.size() + static_cast<std::size_t>(result.quarantined_records);
  }
  return records;
}

std::size_t bytes_in(const Files& files) {
  std::size_t bytes = 0;
  for (const std::string& text : files) bytes += text.size();
  return bytes;
}

void measure(benchmark::State& state, const Files& files, std::size_t records, const auto& read) {
  if (files.empty()) return state.SkipWithError("SHOAL_DATA is not set");
  for (auto _ : state) {
    for (const std::string& text : files) benchmark::DoNotOptimize(read(text));
  }
  const auto rounds = static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(rounds * static_cast<std::int64_t>(records));
  state.SetBytesProcessed(rounds * static_cast<std::int64_t>(bytes_in(files)));
}

/// Returns a number that depends on all that was walked over, so that none of it is left out.
template <class Value>
std::size_t walk(Value value) {
  namespace json = simdjson::ondemand;
  std::size_t sum = 0;
  switch (value.type()) {
    case json::json_type::object:
      for (json::field field : value.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
      return sum;
    case json::json_type::array:
      for (auto element : value.get_array()) sum += walk(json::value(element.value()));
      return sum;
    case json::json_type::string:
      return std::string_view(value.get_string()).size();
    case json::json_type::number:
      return static_cast<std::size_t>(double(value.get_double()));
    default:
      return value.is_null() ? 0 : std::size_t{bool(value.get_bool())};
  }
}

std::size_t walk_document(simdjson::ondemand::parser& parser, const simdjson::padded_string& text) {
  auto document = parser.iterate(text);
  return walk(simdjson::ondemand::value(document.get_value()));
}

void walk_all(benchmark::State& state, const Files& files, bool lines) {
  if (files.empty()) return state.SkipWithError("SHOAL_DATA is not set");
  std::vector<simdjson::padded_string> padded(files.begin(), files.end());
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    for (const simdjson::padded_string& text : padded) {
      if (!lines) {
        benchmark::DoNotOptimize(walk_document(parser, text));
        continue;
      }
      std::size_t sum = 0;
      simdjson::ondemand::document_stream stream = parser.iterate_many(text);
      for (auto document : stream) sum += walk(simdjson::ondemand::value(document.get_value()));
      benchmark::DoNotOptimize(sum);
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(bytes_in(files)));
}

/// Empty where there is no SHOAL_DATA.
const Files& real_profiles() {
  static const Files kFiles = [] {
    const char* data = std::getenv("SHOAL_DATA");
    return data == nullptr ? Files() : texts_below(fs::path(data) / "instagram-2017/profiles");
  }();
  return kFiles;
}

Files real_file(const char* name) {
  const char* data = std::getenv("SHOAL_DATA");
  return data == nullptr ? Files() : Files{text_of(fs::path(data) / "instagram-2017" / name)};
}

/// The table of made posts, left among temporary files.
Files made_table() {
  std::string table = export_heading(ExportForm::csv);
  for (const std::string& text : made("zeeschuimer", 0)) {
    for (const ReadPost& read : read_posts(text).posts) {
      ExportedPost exported{.post = read.post};
      exported.post.id = "ig:" + read.post.shortcode;
      table += export_row(exported, ExportForm::csv);
    }
  }
  std::ofstream(fs::temp_directory_path() / "shoal-bench-posts.csv", std::ios::binary) << table;
  return {table};
}

void read_all(benchmark::State& state, const Files& files) {
  measure(state, files, records_in(files),
          [](const std::string& text) { return read_posts(text).posts.size(); });
}

void BM_ReadProfiles(benchmark::State& state) { read_all(state, made("profile", 0)); }
void BM_ReadDamagedProfiles(benchmark::State& state) { read_all(state, made("profile", 0.05)); }
void BM_ReadRealProfiles(benchmark::State& state) { read_all(state, real_profiles()); }
void BM_ReadItems(benchmark::State& state) { read_all(state, made("zeeschuimer", 0)); }
void BM_ReadDamagedItems(benchmark::State& state) { read_all(state, made("zeeschuimer", 0.05)); }
void BM_ReadTable(benchmark::State& state) { read_all(state, made_table()); }
void BM_ReadRealTable(benchmark::State& state) { read_all(state, real_file("dataset.csv")); }
void BM_ReadRealDump(benchmark::State& state) { read_all(state, real_file("igramscraper.txt")); }
void BM_WalkProfiles(benchmark::State& state) { walk_all(state, made("profile", 0), false); }
void BM_WalkRealProfiles(benchmark::State& state) { walk_all(state, real_profiles(), false); }
void BM_WalkItems(benchmark::State& state) { walk_all(state, made("zeeschuimer", 0), true); }

BENCHMARK(BM_ReadProfiles)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_WalkProfiles)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadDamagedProfiles)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadRealProfiles)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_WalkRealProfiles)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadItems)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_WalkItems)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadDamagedItems)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadTable)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadRealTable)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReadRealDump)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace shoal
