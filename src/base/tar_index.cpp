// From header to header: each says how far the next one is.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "pax_records.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/tar.hpp"
#include "tar_format.hpp"

namespace shoal {
namespace {

using namespace std::string_view_literals;

/// Extended headers hold names; what claims more is damaged.
constexpr std::uint64_t kLargestExtension = std::uint64_t{1} << 20;
/// GNU's backups: what stood in a folder when it was archived.
constexpr char kFolderWithNames = 'D';
/// Of the zeros behind an archive's end, so many are looked at in one go.
constexpr std::uint64_t kZerosAtOnce = std::uint64_t{1} << 20;

bool is_zero(std::span<const char> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

/// What a header's type says of a member without bytes of its own; empty for regular files.
std::string_view fault_of_type(char type) {
  switch (type) {
    case '0':
    case '\0':
    case '7':
      return {};
    case '1':
    case '2':
      return "is a link in its archive, and links are not followed; pack the file that it stands for";
    case '3':
    case '4':
      return "is a device in its archive, not a file";
    case '6':
      return "is a named pipe in its archive, not a file";
    case 'M':
      return "is the rest of a file that began in another volume of its archive; pack the whole file";
    case 'S':
      return "is a sparse file in its archive, which cannot be read by offset; pack it without --sparse";
    default:
      return "is of a kind in its archive that is not known here; pack it as a plain file";
  }
}

/// Links, devices, folders and pipes have no bytes, whatever size their header states.
bool has_bytes(char type) { return type < '1' || type > '6'; }

class TarIndexer {
 public:
  TarIndexer(const TarSource& source, std::uint64_t size) : source_(source), size_(size) {}

  TarIndex run() {
    while (read_member()) {
    }
    return std::move(index_);
  }

 private:
  /// Reads a header and what it is about; false at the archive's end.
  bool read_member() {
    if (!read_header()) return stop(fmt::format("it is cut short: it ends at byte {} without an end", size_));
    if (is_zero(header_)) return check_end();
    if (!has_right_sum(header_)) return refuse_header("a wrong sum");
    const char type = header_[kTarType.offset];
    const auto stated = tar_number(header_, kTarSize);
    if (has_bytes(type) && !stated && !extension_.bytes) return refuse_header("no size");
    switch (type) {
      case 'x':
      case 'X':  // Solaris
      case 'L':
      case 'g':
        return read_extension(type, stated.value_or(0));
      case 'A':  // Solaris: who may read the next file
      case 'K':  // GNU: where the next link leads to
      case 'N':  // GNU before 1990: long names, and what to rename
      case 'V':  // GNU, star: the archive's label
        return step_over(stated.value_or(0));
      default:
        return add_member(type, has_bytes(type) ? extension_.bytes.value_or(stated.value_or(0)) : 0);
    }
  }

  /// The header, and behind it the first bytes of what it announces.
  bool read_header() {
    if (size_ < offset_ || size_ - offset_ < kTarBlock) {
      got_ = read_at(offset_, header_);
      note_compression();
      return false;
    }
    std::array<char, kTarBlock + kTarBeginning> bytes;
    got_ = read_at(offset_, bytes);
    std::copy_n(bytes.begin(), kTarBlock, header_.begin());
    behind_.assign(bytes.data() + kTarBlock, got_ > kTarBlock ? got_ - kTarBlock : 0);
    return got_ >= kTarBlock;
  }

  std::size_t read_at(std::uint64_t offset, std::span<char> bytes) const {
    return source_(offset, std::as_writable_bytes(bytes));
  }

  /// A long name, or pax records, of the next member; of all that follow where the type is 'g'.
  bool read_extension(char type, std::uint64_t bytes) {
    if (bytes > kLargestExtension) return refuse_header(fmt::format("an extension of {} bytes", bytes));
    const std::uint64_t begin = offset_ + kTarBlock;
    if (bytes > size_ - begin) return stop(fmt::format("it is cut short in the header at byte {}", offset_));
    std::string text(bytes, '\0');
    if (read_at(begin, text) != bytes) return stop(fmt::format("it became shorter than {} bytes", size_));
    if (type == 'L') {
      extension_.path = text.substr(0, text.find('\0'));
    } else if (!read_pax_records(text, type == 'g' ? of_all_ : extension_)) {
      return refuse_header("records that are none");
    }
    if (type == 'g') extension_ = of_all_;
    offset_ = begin + padded_to_tar_block(bytes);
    return true;
  }

  bool step_over(std::uint64_t bytes) {
    const std::uint64_t begin = offset_ + kTarBlock;
    if (bytes > size_ - begin) return stop(fmt::format("it is cut short in the header at byte {}", offset_));
    offset_ = begin + padded_to_tar_block(bytes);
    return true;
  }

  bool add_member(char type, std::uint64_t bytes) {
    TarMember member;
    member.name = extension_.path ? *extension_.path : name_in_header();
    member.fault = extension_.sparse ? fault_of_type('S') : fault_of_type(type);
    if (type == 'S' && !step_over_sparse_map()) return false;
    member.offset = offset_ + kTarBlock;
    member.bytes = bytes;
    const bool folder =
        type == '5' || type == kFolderWithNames || (type != '2' && member.name.ends_with('/'));
    const bool cut = bytes > size_ - member.offset;
    if (cut) member.fault = "is cut short, as its archive is";
    if (member.fault.empty()) member.beginning = behind_.substr(0, bytes);
    const std::string name = member.name;
    offset_ = member.offset + (cut ? 0 : padded_to_tar_block(bytes));
    extension_ = of_all_;
    if (!folder) index_.members.push_back(std::move(member));
    return !cut || stop(fmt::format("it is cut short at byte {}, in '{}'", size_, name));
  }

  /// GNU's and star's old forms of sparse files have blocks with more of the map between header and bytes.
  bool step_over_sparse_map() {
    const bool star = tar_text(header_, kStarMagic) == "tar";
    bool goes_on = header_[(star ? kStarSparseGoesOn : kTarSparseGoesOn).offset] != '\0';
    while (goes_on) {
      offset_ += kTarBlock;
      TarHeader map;
      if (size_ - offset_ < 2 * kTarBlock || read_at(offset_, map) != kTarBlock) {
        return stop(fmt::format("it is cut short in the map of a sparse file, at byte {}", offset_));
      }
      goes_on = map[kTarSparseGoesOnAgain.offset] != '\0';
    }
    return true;
  }

  [[nodiscard]] std::string name_in_header() const {
    const std::string name = tar_text(header_, kTarName);
    // GNU tar, whose magic goes on with a space, keeps other things where ustar has a prefix.
    const bool ustar = std::string_view(header_.data() + kTarMagic.offset, 6) == "ustar\0"sv;
    const std::string prefix = ustar ? tar_text(header_, kTarPrefix) : "";
    return prefix.empty() ? name : prefix + "/" + name;
  }

  /// Behind the end nothing but zeros stands, up to a multiple of the archive's record, which may have any
  /// size; whatever else stands there would be lost without a word.
  bool check_end() {
    std::vector<char> bytes;
    for (std::uint64_t at = offset_; at < size_; at += bytes.size()) {
      bytes.resize(std::min(size_ - at, kZerosAtOnce));
      if (read_at(at, bytes) != bytes.size())
        return stop(fmt::format("it became shorter than {} bytes", size_));
      if (is_zero(bytes)) continue;
      return stop(
          fmt::format("it ends at byte {}, and more stands behind that: archives that were joined are read "
                      "up to the first one's end",
                      offset_));
    }
    return false;
  }

  bool refuse_header(std::string_view fault) {
    note_compression();
    return stop(fmt::format("the header at byte {} has {}", offset_, fault));
  }

  void note_compression() {
    if (offset_ == 0) index_.compression = compression_of({header_.data(), std::min(got_, kTarBlock)});
  }

  bool stop(std::string damage) {
    index_.damage = std::move(damage);
    return false;
  }

  const TarSource& source_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;  ///< of the header in hand
  TarHeader header_{};
  std::size_t got_ = 0;     ///< bytes that were there, at the header
  std::string behind_;      ///< the first bytes behind the header
  TarExtension of_all_;     ///< what global records say of every member
  TarExtension extension_;  ///< of the next member
  TarIndex index_;
};

}  // namespace

TarIndex index_tar(const TarSource& source, std::uint64_t size) { return TarIndexer(source, size).run(); }

}  // namespace shoal
