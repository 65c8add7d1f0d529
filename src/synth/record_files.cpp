// Posts in their order, in pieces of some thousands.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "in_turn.hpp"
#include "shoal/base/stop.hpp"
#include "writing.hpp"

namespace shoal {
namespace {

/// A district is a whole number of pieces.
constexpr std::int64_t kPiecePosts = 2'048;
constexpr std::int64_t kPiecePhotos = 64;
static_assert(AccountMaker::kDistrictPosts % kPiecePosts == 0);
static_assert(AccountMaker::kDistrictPosts % kPiecePhotos == 0);

struct Piece {
  std::string text;
  std::string truth;
  std::int64_t records = 0;
  std::int64_t accounts = 0;  ///< whose first post is in it
  std::vector<DamagedRecord> damaged;
};

/// What all pieces are made from.
struct Makers {
  explicit Makers(const SynthOptions& options) : posts(options), photos(options), damage(options) {}

  PostMaker posts;
  PhotoMaker photos;
  DamageMaker damage;
};

/// Makes the posts [begin, end) of one district.
class PieceMaker {
 public:
  PieceMaker(const RecordFiles& format, const Makers& makers) : format_(format), makers_(makers) {}

  /// last: whether the file ends with it; a cut record at its end has no line end either.
  Piece make(std::int64_t begin, std::int64_t end, bool last) {
    const District district = makers_.posts.accounts().district(begin / AccountMaker::kDistrictPosts);
    for (std::int64_t post = begin; post < end;) {
      const std::size_t place = district.account_of(post);
      const std::int64_t first = district.firsts[place];
      const std::int64_t behind = district.end_of(place);
      const MadeAccount account = makers_.posts.accounts().account(first, behind - first);
      piece_.accounts += first == post;
      for (const std::int64_t stop = std::min(end, behind); post < stop; ++post) {
        add(account, makers_.posts.post(district, account, post - first));
      }
    }
    if (last && ends_cut_ && again_.empty()) piece_.text.pop_back();
    piece_.text += again_;
    note_repeated();
    return std::move(piece_);
  }

 private:
  void add(const MadeAccount& account, MadePost post) {
    append_truth(piece_.truth, account, post);
    post.damage = makers_.damage.of_post(post.number, format_.damage);
    damage_values(post);
    if (post.damage == Damage::foreign) {
      note("", Damage::foreign);
      piece_.text += foreign_line(post.number);
      piece_.text += '\n';
      ++piece_.records;
    } else if (post.damage == Damage::repeated) {
      repeat(account, post);
    } else if (post.damage) {
      note(post.shortcode, *post.damage);
    }
    std::string line = record(account, post);
    ends_cut_ = post.damage == Damage::cut;
    if (ends_cut_) line = format_.cut(line) + "\n";
    piece_.text += line;
    ++piece_.records;
  }

  void repeat(const MadeAccount& account, const MadePost& post) {
    again_ += record(account, collected_again(post));
    repeated_.push_back(post.shortcode);
  }

  /// Posts that come again do so at the piece's end.
  void note_repeated() {
    for (std::string& code : repeated_) {
      note(std::move(code), Damage::repeated);
      ++piece_.records;
    }
  }

  [[nodiscard]] std::string record(const MadeAccount& account, const MadePost& post) const {
    return format_.record({&account, &post, &makers_.posts.accounts(), &makers_.photos});
  }
  void note(std::string shortcode, Damage damage) {
    piece_.damaged.push_back({piece_.records, std::move(shortcode), damage});
  }

  const RecordFiles& format_;
  const Makers& makers_;
  Piece piece_;
  std::string again_;
  bool ends_cut_ = false;  ///< whether the last record is cut
  std::vector<std::string> repeated_;
};

/// Writes the posts [begin, end) into a file.
void write_file(const std::string& name, std::int64_t begin, std::int64_t end, const RecordFiles& format,
                const Makers& makers, int threads, CorpusFiles& files) {
  PartialFile file(files.folder() / name);
  file.write(format.heading);
  std::int64_t records = 0;
  const std::int64_t piece_posts = format.holds_photos ? kPiecePhotos : kPiecePosts;
  const std::int64_t first_piece = begin / piece_posts;
  const std::int64_t pieces = (end + piece_posts - 1) / piece_posts - first_piece;
  make_and_put_in_turn(
      static_cast<std::size_t>(std::max<std::int64_t>(pieces, 0)), threads, [&](std::size_t number) {
        leave_if_stop_requested();
        const std::int64_t place = (first_piece + static_cast<std::int64_t>(number)) * piece_posts;
        const std::int64_t from = std::max(place, begin);
        const std::int64_t to = std::min(place + piece_posts, end);
        // A std::function is copied: the piece lies beside it.
        const auto piece =
            std::make_shared<const Piece>(PieceMaker(format, makers).make(from, to, to == end));
        return [&, piece, from, to] {
          file.write(piece->text);
          files.add_truth(piece->truth);
          files.add_damaged(name, records, piece->damaged);
          files.count(piece->accounts, to - from, piece->text.size());
          records += piece->records;
        };
      });
  file.write(format.ending);
  files.count(0, 0, format.heading.size() + format.ending.size());
  file.publish();
}

}  // namespace

void write_record_files(const RecordFiles& format, const SynthOptions& options, int threads,
                        CorpusFiles& files) {
  const Makers makers(options);
  for (std::int64_t file = 0; file < options.files; ++file) {
    const std::string name = fmt::format("{}/{:04}{}", format.folder, file, format.suffix);
    write_file(name, file * options.posts / options.files, (file + 1) * options.posts / options.files, format,
               makers, threads, files);
  }
  if (format.holds_photos) files.count_photos(options.images);
}

}  // namespace shoal
