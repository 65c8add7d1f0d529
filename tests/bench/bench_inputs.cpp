// Made from fixed seeds: the same bytes on every machine.
#include "bench_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <span>

#include "shoal/base/random.hpp"
#include "shoal/vision/encode.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/vgg_weights.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal::bench {
namespace {

constexpr int kSide = 1080;

/// Noise that is smooth over `cell` pixels, added to every channel with a weight of its own.
void add_octave(std::vector<int>& sums, int cell, int strength, const RandomStream& noise) {
  const int corners = kSide / cell + 2;
  const auto corner = [&](int x, int y, int channel) {
    const auto index = static_cast<std::uint64_t>((y * corners + x) * 3 + channel);
    return static_cast<int>(noise.below(256, static_cast<std::uint64_t>(cell), index)) - 128;
  };
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int cx = x / cell, cy = y / cell, fx = x % cell, fy = y % cell;
      for (int channel = 0; channel < 3; ++channel) {
        const int top = corner(cx, cy, channel) * (cell - fx) + corner(cx + 1, cy, channel) * fx;
        const int bottom = corner(cx, cy + 1, channel) * (cell - fx) + corner(cx + 1, cy + 1, channel) * fx;
        sums[static_cast<std::size_t>((y * kSide + x) * 3 + channel)] +=
            (top * (cell - fy) + bottom * fy) / (cell * cell) * strength / 100;
      }
    }
  }
}

/// As a photo has them: large forms, some texture, a little grain, and hard edges. About 2.4 bits a pixel as
/// JPEG.
RgbImage made_photo() {
  const RandomStream noise(1, "photo for timing");
  std::vector<int> sums(static_cast<std::size_t>(kSide * kSide * 3), 128);
  for (const auto& [cell, strength] : {std::pair{270, 70}, {54, 35}, {18, 16}, {5, 10}, {2, 7}}) {
    add_octave(sums, cell, strength, noise);
  }
  RgbImage photo(kSide, kSide);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto x = static_cast<int>(i / 3 % kSide), y = static_cast<int>(i / 3 / kSide);
    const int shade = (x / 120 + y / 90) % 5 == 0 ? 40 : 0;
    photo.pixels[i] = static_cast<std::uint8_t>(std::clamp(sums[i] - shade, 0, 255));
  }
  return photo;
}

WeightFile vgg16_weights() {
  const auto path = std::filesystem::temp_directory_path() / "shoal-bench-vgg16-seed-1.safetensors";
  if (!std::filesystem::exists(path)) make_weights(path, "vgg16", 1);
  return WeightFile(path);
}

/// Few of the first, fewer and fewer of later ones: rank r falls as 1 / (r + 1).
std::int64_t rank_of(double uniform, std::int64_t count) {
  return std::min(count - 1, static_cast<std::int64_t>(std::pow(static_cast<double>(count), uniform)) - 1);
}

CsrMatrix made_tag_rows() {
  constexpr std::int64_t kPosts = 200000, kTags = 20000, kSubjects = 400, kTagsOfSubject = 600;
  const RandomStream draws(1, "tags for timing");
  CsrMatrix rows;
  rows.columns = kTags;
  for (std::uint64_t i = 0; i < kPosts; ++i) {
    const auto subject = static_cast<std::uint64_t>(rank_of(draws.uniform(0, i), kSubjects));
    std::set<std::int32_t> tags;
    for (std::uint64_t draw = 1; draw <= 1 + 2 * draws.below(7, 1, i); ++draw) {
      const bool own = draws.uniform(100 + draw, i) < 0.7;
      const std::int64_t rank = rank_of(draws.uniform(200 + draw, i), own ? kTagsOfSubject : kTags);
      const auto of_subject =
          draws.below(static_cast<std::uint64_t>(kTags), 1000 + subject, static_cast<std::uint64_t>(rank));
      tags.insert(own ? static_cast<std::int32_t>(of_subject) : static_cast<std::int32_t>(rank));
    }
    for (const std::int32_t tag : tags) {
      rows.indices.push_back(tag);
      rows.values.push_back(static_cast<float>(1.0 / std::sqrt(static_cast<double>(tags.size()))));
    }
    rows.close_row();
  }
  return rows;
}

template <class T>
void leave_file(const char* name, const std::vector<T>& values) {
  std::ofstream file(std::filesystem::temp_directory_path() / name, std::ios::binary);
  const auto bytes = std::as_bytes(std::span(values));
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

const CsrMatrix& tag_rows() {
  static const CsrMatrix rows = [] {
    CsrMatrix made = made_tag_rows();
    leave_file("shoal-bench-tags-offsets.i64", made.offsets);
    leave_file("shoal-bench-tags-columns.i32", made.indices);
    leave_file("shoal-bench-tags-values.f32", made.values);
    return made;
  }();
  return rows;
}

const std::vector<std::byte>& photo_file() {
  static const std::vector<std::byte> bytes = encode_jpeg(made_photo(), 88);
  return bytes;
}

const std::filesystem::path& photo_path() {
  static const std::filesystem::path path = [] {
    auto place = std::filesystem::temp_directory_path() / "shoal-bench-1080.jpg";
    const auto& bytes = photo_file();
    std::ofstream file(place, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return place;
  }();
  return path;
}

std::unique_ptr<Network> vgg16_to_fc7(Backend& backend, Precision precision, std::int64_t side,
                                      std::int64_t tile_images) {
  const WeightFile file = vgg16_weights();
  const VggWeights weights(file, "vgg16", "fc7");
  NetworkSpec spec = vgg_spec({.layer = "fc7"}, side, tile_images);
  spec.precision = precision;
  return backend.compile(spec, weights.source());
}

}  // namespace shoal::bench
