// A file for each account, or several; the accounts of a district are one piece of work.
#include <fmt/format.h>

#include <memory>
#include <vector>

#include "file_batch.hpp"
#include "in_turn.hpp"
#include "shoal/base/stop.hpp"
#include "writing.hpp"

namespace shoal {
namespace {

/// A file that posts are written to.
struct PostFile {
  std::string name;  ///< below the folder of the corpus
  std::int64_t records = 0;
  std::vector<DamagedRecord> damaged;

  /// The next record.
  void add() { ++records; }
  void add(std::string shortcode, Damage damage) {
    damaged.push_back({records++, std::move(shortcode), damage});
  }
};

/// What one district adds to the other files.
struct Written {
  std::string truth;
  std::int64_t accounts = 0;
  std::int64_t posts = 0;
  std::uint64_t bytes = 0;
  std::vector<PostFile> damaged;
};

class DistrictWriter {
 public:
  DistrictWriter(const AccountFiles& format, const std::filesystem::path& folder, const PostMaker& posts,
                 const DamageMaker& damage)
      : format_(format), posts_(posts), damage_(damage), batch_(folder / format.folder) {}

  Written write(std::int64_t number) {
    const District district = posts_.accounts().district(number);
    for (std::size_t place = 0; place < district.firsts.size(); ++place) {
      leave_if_stop_requested();
      const std::int64_t first = district.firsts[place];
      write_account(district, posts_.accounts().account(first, district.end_of(place) - first));
    }
    batch_.finish();
    return std::move(written_);
  }

 private:
  void write_account(const District& district, const MadeAccount& account) {
    std::vector<PostFile> files;
    std::vector<MadePost> records;
    for (std::int64_t position = 0; position < account.posts; ++position) {
      MadePost post = posts_.post(district, account, position);
      append_truth(written_.truth, account, post);
      const bool may_be_cut = format_.has_file_for_each_post || position + 1 == account.posts;
      post.damage =
          damage_.of_post(post.number, may_be_cut ? format_.damage : format_.damage.without({Damage::cut}));
      damage_values(post);
      std::string name = fmt::format("{}/{}", format_.folder, format_.path(account, post));
      if (files.empty() || files.back().name != name) files.emplace_back().name = std::move(name);
      add_record(post, files.back(), records);
    }
    for (const MadeFile& file : format_.files(account, records)) {
      batch_.add(file.path, file.bytes);
      written_.bytes += file.bytes.size();
    }
    ++written_.accounts;
    written_.posts += account.posts;
    for (PostFile& file : files) {
      if (!file.damaged.empty()) written_.damaged.push_back(std::move(file));
    }
  }

  /// The post's record, and what its damage puts before it or behind it.
  static void add_record(const MadePost& post, PostFile& file, std::vector<MadePost>& records) {
    records.push_back(post);
    if (!post.damage) {
      file.add();
    } else if (*post.damage == Damage::foreign) {
      file.add("", Damage::foreign);
      file.add();
    } else if (*post.damage == Damage::repeated) {
      file.add();
      file.add(post.shortcode, Damage::repeated);
      records.push_back(collected_again(post));
    } else {
      file.add(post.shortcode, *post.damage);
    }
  }

  const AccountFiles& format_;
  const PostMaker& posts_;
  const DamageMaker& damage_;
  FileBatch batch_;
  Written written_;
};

}  // namespace

void write_account_files(const AccountFiles& format, const SynthOptions& options, int threads,
                         CorpusFiles& files) {
  const PostMaker posts(options);
  const DamageMaker damage(options);
  const std::int64_t districts = posts.accounts().districts();
  make_and_put_in_turn(static_cast<std::size_t>(districts), threads, [&](std::size_t number) {
    // A std::function is copied: what was written lies beside it.
    const auto written = std::make_shared<const Written>(
        DistrictWriter(format, files.folder(), posts, damage).write(static_cast<std::int64_t>(number)));
    return [&files, written] {
      files.add_truth(written->truth);
      for (const PostFile& file : written->damaged) files.add_damaged(file.name, 0, file.damaged);
      files.count(written->accounts, written->posts, written->bytes);
    };
  });
}

}  // namespace shoal
