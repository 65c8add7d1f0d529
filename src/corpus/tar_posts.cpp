// What lies beside a photo of its name is a sample's, unless it is a post of a known format: then the archive
// is a folder that somebody packed.
#include "tar_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "archived_posts.hpp"
#include "compressed_posts.hpp"
#include "decoder.hpp"
#include "excerpt.hpp"
#include "json_outline.hpp"
#include "json_value.hpp"
#include "mapped_post.hpp"
#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// Texts and fields of one photo.
constexpr std::uint64_t kLargestText = std::uint64_t{16} << 20;
/// How much of a file shows whether the job's mapping makes posts of it: more than most records have.
constexpr std::uint64_t kMappedBytes = std::uint64_t{1} << 20;
/// Where an archive says that it is one.
constexpr std::size_t kMagic = 257;

bool has_magic(std::string_view beginning) {
  return beginning.size() > kMagic && beginning.substr(kMagic).starts_with("ustar");
}

/// The bytes of an archive: of a compressed one all of them, decoded.
class TarBytes {
 public:
  explicit TarBytes(const std::filesystem::path& path) : file_(path) {
    const std::string_view compression = compression_of(file_.read_up_to(0, kShownBytes));
    if (compression.empty()) return;
    std::string piece;
    const auto decoder = make_decoder(compression, [&](std::int64_t offset) {
      piece = file_.read_up_to(offset, kPiece);
      return std::string_view(piece);
    });
    decoder->append_to(decoded_.emplace(), static_cast<std::size_t>(kLargestDecoded) + 1);
    fault_ =
        std::ssize(*decoded_) <= kLargestDecoded
            ? decoder->fault()
            : fmt::format("it unpacks to more than {} bytes; unpack it to a plain .tar", kLargestDecoded);
    if (std::ssize(*decoded_) > kLargestDecoded) decoded_->clear();
  }

  [[nodiscard]] std::uint64_t size() const {
    return decoded_ ? decoded_->size() : static_cast<std::uint64_t>(file_.bytes());
  }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
    if (!decoded_) return file_.read_at(offset, bytes);
    if (offset >= decoded_->size()) return 0;
    const std::size_t count = std::min<std::size_t>(bytes.size(), decoded_->size() - offset);
    std::memcpy(bytes.data(), decoded_->data() + offset, count);
    return count;
  }
  /// The first bytes of a member, up to so many.
  [[nodiscard]] std::string begin(const TarMember& member, std::uint64_t most) const {
    const std::uint64_t bytes = std::min(member.bytes, most);
    if (!decoded_)
      return file_.read(static_cast<std::int64_t>(member.offset), static_cast<std::int64_t>(bytes));
    std::string text(bytes, '\0');
    text.resize(read_at(member.offset, std::as_writable_bytes(std::span(text))));
    return text;
  }
  /// Why decoding ended before the file did; empty where it did not.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  static constexpr std::int64_t kPiece = std::int64_t{1} << 20;
  RandomFile file_;
  std::optional<std::string> decoded_;
  std::string fault_;
};

struct Sample {
  std::string key;
  const TarMember* image = nullptr;
  const TarMember* text = nullptr;
  const TarMember* fields = nullptr;
  const TarMember* compressed_fields = nullptr;  ///< no sample has such: Instaloader writes them
  std::string twice;                             ///< a suffix that two members have
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
  if (without_compression(suffix) == "json") return &sample.compressed_fields;
  return std::ranges::count(kImages, suffix) > 0 ? &sample.image : nullptr;
}

/// The samples of an archive in its order.
struct Samples {
  std::vector<Sample> all;
  std::string split;  ///< the key of one whose members do not stand together; empty where all do
};

Samples samples_of(const TarIndex& index) {
  Samples samples;
  std::map<std::string_view, std::size_t> places;
  for (const TarMember& member : index.members) {
    const auto name = split(member.name);
    if (!name) continue;
    const auto [place, is_new] = places.emplace(name->key, samples.all.size());
    if (is_new) samples.all.emplace_back().key = name->key;
    if (place->second + 1 != samples.all.size() && samples.split.empty()) samples.split = name->key;
    Sample& sample = samples.all[place->second];
    const TarMember** part = place_of(sample, name->suffix);
    if (part == nullptr) continue;
    if (*part != nullptr) {
      sample.twice = name->suffix;
    } else {
      *part = &member;
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
      : source_(source),
        rules_(source.file().rules()),
        bytes_(source.path()),
        index_(index_tar([this](std::uint64_t offset,
                                std::span<std::byte> bytes) { return bytes_.read_at(offset, bytes); },
                         bytes_.size())),
        keys_(keys_to_load(rules_)),
        loader_(keys_) {
    if (!bytes_.fault().empty()) index_.damage = bytes_.fault();
  }

  ReadResult read() {
    const Samples samples = samples_of(index_);
    const bool has_samples = std::ranges::any_of(samples.all, is_sample);
    const auto is_post = [&](const Sample& sample) {
      return is_known(sample.fields) || is_known(sample.compressed_fields);
    };
    if (!has_samples || std::ranges::any_of(samples.all, is_post)) return read_files();
    if (!samples.split.empty()) {
      result_.quarantine_record(
          -1, fmt::format("its members are in disorder: those of {} do not stand together, and readers of "
                          "such archives would split it; sort the archive by name",
                          in_quotes(samples.split)));
      return std::move(result_);
    }
    for (const Sample& sample : samples.all) read_sample(sample);
    leave_out_files(samples);
    if (!index_.damage.empty())
      result_.quarantine_record(-1,
                                fmt::format("the archive was read up to a damaged place: {}", index_.damage));
    return std::move(result_);
  }

 private:
  static bool is_photo_file(const TarMember& member) {
    const auto name = split(member.name);
    Sample sample;
    return name && place_of(sample, name->suffix) == &sample.image;
  }
  static bool has_texts(const Sample& sample) { return sample.text != nullptr || sample.fields != nullptr; }
  static bool is_sample(const Sample& sample) { return sample.image != nullptr && has_texts(sample); }

  /// Whether a file has posts of a format that is known by what is in it.
  [[nodiscard]] bool is_known(const TarMember* member) const {
    if (member == nullptr || !member->fault.empty()) return false;
    const std::string beginning = decoded_begin(*member, kShownBytes);
    const PostReader* reader = reader_of(without_mark(beginning), post_readers());
    if (reader == nullptr) return false;
    const FileBeginning shown(without_mark(beginning).substr(0, kRecognisedBytes));
    return !takes_anything(*reader) || (reader->name == kProfileJson && shown.json().has_list(1, "posts"));
  }

  /// Whether the job's mapping makes posts of what a file begins with.
  [[nodiscard]] bool is_mapped(const TarMember& member) const {
    if (rules_.columns.empty() || !member.fault.empty()) return false;
    const std::string beginning = decoded_begin(member, kMappedBytes);
    const PostReader* reader = reader_of(without_mark(beginning), post_readers());
    if (reader == nullptr || !takes_anything(*reader)) return false;
    return !read_posts(beginning, {member.name, &rules_}).posts.empty();
  }

  [[nodiscard]] std::string decoded_begin(const TarMember& member, std::uint64_t most) const {
    std::string beginning = bytes_.begin(member, most);
    return compression_of(beginning).empty() ? beginning : decoded_beginning(beginning);
  }

  /// Where it is a folder that was packed.
  ReadResult read_files() {
    std::vector<std::pair<std::string, const TarMember*>> files;
    for (const TarMember& member : index_.members) files.emplace_back(path_in_archive(member.name), &member);
    std::ranges::stable_sort(files, {}, [](const auto& file) { return file.first; });
    ArchivedPosts posts(source_);
    for (const auto& [path, member] : files) {
      posts.add({path, member->bytes, member->fault}, [&] {
        return ArchivedText{bytes_.begin(*member, member->bytes), {}};
      });
    }
    // A shard of photos that is damaged is told where photos are looked for.
    const bool photos_alone = !posts.has_read() && std::ranges::any_of(index_.members, is_photo_file);
    ReadResult result = posts.finish(photos_alone ? std::string() : index_.damage);
    if (!result.unrecognised) result.format = "tar archive";
    return result;
  }

  /// What lies beside samples and has posts, by its format or by the job's mapping.
  void leave_out_files(const Samples& samples) {
    std::set<std::string_view> photos;
    for (const Sample& sample : samples.all) {
      if (sample.image != nullptr) photos.insert(sample.key);
    }
    for (const TarMember& member : index_.members) {
      const auto name = split(member.name);
      const bool is_part = !name || name->suffix == "txt" || name->suffix == "json";
      if (is_part || !is_read_in_archives(member.name)) continue;
      // A mapping of the samples' fields may fit more JSON of one sample, "1.meta.json".
      const bool is_of_photo = name->suffix.ends_with(".json") && photos.contains(name->key);
      if (!is_known(&member) && (is_of_photo || !is_mapped(member))) continue;
      result_.quarantine_record(result_.next_record(),
                                fmt::format("{} has posts, and lies among photos with their texts; unpack it",
                                            in_quotes(member.name)));
    }
  }

  void read_sample(const Sample& sample) {
    if (sample.image == nullptr && !has_texts(sample)) return;
    const std::int64_t record = result_.next_record();
    if (sample.image == nullptr) {
      return result_.quarantine_record(
          record, fmt::format("{} has no photo beside it, and is no post",
                              in_quotes((sample.text != nullptr ? sample.text : sample.fields)->name)));
    }
    FieldReader fields("the sample's", record, result_);
    PostFields post = fields_of(sample, record, fields);
    if (!sample.twice.empty()) {
      result_.quarantine_value(
          record, fmt::format("the sample has two members .{}, of which the first is read", sample.twice));
    }
    const std::size_t root = std::min(sample.image->name.find_first_not_of('/'), sample.image->name.size());
    post.images = {sample.image->name.substr(root)};
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
    if (fault.empty()) return bytes_.begin(member, member.bytes);
    result_.quarantine_value(record, fmt::format("the sample's {} cannot be read: the file {}", what, fault));
    return what == "fields" ? "{}" : "";
  }

  PathSource& source_;
  const ReadRules& rules_;
  TarBytes bytes_;
  TarIndex index_;
  std::vector<std::string_view> keys_;
  JsonLoader loader_;
  ReadResult result_;
};

}  // namespace

bool is_tar_of_posts(const std::filesystem::path& path) {
  try {
    if (is_folder(path)) return false;
    const std::string beginning = RandomFile(path).read_up_to(0, kShownBytes);
    return has_magic(compression_of(beginning).empty() ? beginning : decoded_beginning(beginning));
  } catch (const Error&) {
    return false;  // reading it says what is wrong
  }
}

ReadResult read_tar_of_posts(PathSource& source) { return TarOfPosts(source).read(); }

std::int64_t held_of_tar(const std::filesystem::path& path) {
  const RandomFile file(path);
  const bool compressed = !compression_of(file.read_up_to(0, kShownBytes)).empty();
  // A member's text beside all that is decoded.
  return compressed ? 2 * usually_decoded(file.bytes()) : std::min(file.bytes(), kLargestDecoded);
}

}  // namespace shoal
