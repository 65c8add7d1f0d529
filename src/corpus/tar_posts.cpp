// A key is a member's path up to the first dot of its file name; the members of a key stand together.
#include "tar_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "excerpt.hpp"
#include "json_value.hpp"
#include "mapped_post.hpp"
#include "post_fields.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// Texts and fields of one photo.
constexpr std::uint64_t kLargestText = std::uint64_t{16} << 20;

struct Sample {
  std::string key;
  const TarMember* image = nullptr;
  const TarMember* text = nullptr;
  const TarMember* fields = nullptr;
  std::string twice;  ///< a suffix that two members have
};

struct KeyAndSuffix {
  std::string_view key;
  std::string suffix;  ///< in lower case
};

/// Nothing for a name without a key, such as that of a hidden file.
std::optional<KeyAndSuffix> split(std::string_view name) {
  const std::size_t base = name.rfind('/') + 1;
  const std::size_t dot = name.find('.', base);
  if (dot == name.npos || dot == base) return std::nullopt;
  return KeyAndSuffix{name.substr(0, dot), lower_case(name.substr(dot + 1))};
}

const TarMember** place_of(Sample& sample, std::string_view suffix) {
  constexpr std::array<std::string_view, 4> kImages{"jpg", "jpeg", "png", "webp"};
  if (suffix == "txt") return &sample.text;
  if (suffix == "json") return &sample.fields;
  return std::ranges::count(kImages, suffix) > 0 ? &sample.image : nullptr;
}

/// The samples of an archive in its order, or why it has none.
struct Samples {
  std::vector<Sample> all;
  std::string fault;
};

Samples samples_of(const TarIndex& index) {
  Samples samples;
  std::set<std::string_view> keys;
  for (const TarMember& member : index.members) {
    const auto name = split(member.name);
    if (!name) continue;
    if (samples.all.empty() || samples.all.back().key != name->key) {
      if (!keys.insert(name->key).second) {
        samples.fault = fmt::format(
            "its members are in disorder: those of {} do not stand together, and readers of "
            "such archives would split it; sort the archive by name",
            in_quotes(name->key));
        return samples;
      }
      samples.all.emplace_back().key = name->key;
    }
    const TarMember** place = place_of(samples.all.back(), name->suffix);
    if (place == nullptr) continue;
    if (*place != nullptr) {
      samples.all.back().twice = name->suffix;
    } else {
      *place = &member;
    }
  }
  return samples;
}

/// What img2dataset writes, and what the job maps.
std::vector<std::string_view> keys_to_load(const ReadRules& rules) {
  std::vector<std::string_view> keys = keys_of_mapping(rules);
  for (const char* key : {"caption", "url", "status"}) keys.emplace_back(key);
  return keys;
}

class TarOfPosts {
 public:
  explicit TarOfPosts(PathSource& source)
      : rules_(source.file().rules()), file_(source.path()), keys_(keys_to_load(rules_)), loader_(keys_) {}

  ReadResult read() {
    const TarIndex index = index_tar(
        [&](std::uint64_t offset, std::span<std::byte> bytes) { return file_.read_at(offset, bytes); },
        static_cast<std::uint64_t>(file_.bytes()));
    const Samples samples = samples_of(index);
    const bool has_texts = std::ranges::any_of(
        samples.all, [](const Sample& sample) { return sample.text != nullptr || sample.fields != nullptr; });
    if (!samples.fault.empty()) {
      result_.quarantine_record(-1, samples.fault);
      return std::move(result_);
    }
    if (!has_texts) {
      result_.unrecognised = true;
      result_.quarantine_record(-1,
                                "the archive has no texts, which would lie beside photos as .txt or .json");
      return std::move(result_);
    }
    for (const Sample& sample : samples.all) read_sample(sample);
    if (!index.damage.empty())
      result_.quarantine_record(-1,
                                fmt::format("the archive was read up to a damaged place: {}", index.damage));
    return std::move(result_);
  }

 private:
  void read_sample(const Sample& sample) {
    const std::int64_t record = result_.next_record();
    FieldReader fields("the sample's", record, result_);
    PostFields post = fields_of(sample, record, fields);
    if (!sample.twice.empty()) {
      result_.quarantine_value(
          record, fmt::format("the sample has two members .{}, of which the first is read", sample.twice));
    }
    if (sample.image == nullptr) {
      result_.quarantine_value(record, "the sample has no image");
    } else {
      const std::size_t root = std::min(sample.image->name.find_first_not_of('/'), sample.image->name.size());
      post.images = {sample.image->name.substr(root)};
    }
    result_.posts.push_back({record, post_from_fields(std::move(post), record, rules_, result_)});
  }

  PostFields fields_of(const Sample& sample, std::int64_t record, FieldReader& fields) {
    FieldValue object;
    if (sample.fields != nullptr) object = loader_.load(text_of(*sample.fields, record, "fields"));
    if (object.kind == FieldValue::Kind::unusable)
      result_.quarantine_value(
          record, fmt::format("the sample's fields are left out: what they stand in {}", object.text));
    PostFields post;
    if (rules_.columns.empty()) {
      post.has_tag_list = false;
    } else {
      post = fields_by_mapping(
          rules_, [&](std::string_view path) { return value_at_path(object, path); }, fields);
    }
    post.has_code = rules_.columns.contains("shortcode") || rules_.columns.contains("url") ||
                    rules_.columns.contains("id");
    if (sample.text != nullptr) {
      std::string text = text_of(*sample.text, record, "caption");
      if (is_utf8(text)) {
        post.caption = trimmed(text);
      } else {
        result_.quarantine_value(record, "the sample's caption is not UTF-8");
      }
    }
    if (post.caption.empty()) post.caption = fields.text("caption", object.at("caption"));
    if (post.image_url.empty() && rules_.columns.empty())
      post.image_url = fields.word("url", object.at("url"));
    return post;
  }

  std::string text_of(const TarMember& member, std::int64_t record, std::string_view what) {
    std::string fault = member.fault;
    if (fault.empty() && member.bytes > kLargestText)
      fault = fmt::format("has more than {} bytes", kLargestText);
    if (fault.empty())
      return file_.read(static_cast<std::int64_t>(member.offset), static_cast<std::int64_t>(member.bytes));
    result_.quarantine_value(record, fmt::format("the sample's {} cannot be read: the file {}", what, fault));
    return what == "fields" ? "{}" : "";
  }

  const ReadRules& rules_;
  RandomFile file_;
  std::vector<std::string_view> keys_;
  JsonLoader loader_;
  ReadResult result_;
};

}  // namespace

bool is_tar_of_posts(const std::filesystem::path& path) {
  constexpr std::int64_t kMagic = 257;
  try {
    return !is_folder(path) && RandomFile(path).read_up_to(kMagic, 5) == "ustar";
  } catch (const Error&) {
    return false;  // reading it says what is wrong
  }
}

ReadResult read_tar_of_posts(PathSource& source) { return TarOfPosts(source).read(); }

}  // namespace shoal
