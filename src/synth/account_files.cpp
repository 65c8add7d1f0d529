// A file for each account; the accounts of a district are one piece of work.
#include <fmt/format.h>

#include <memory>
#include <vector>

#include "file_batch.hpp"
#include "in_turn.hpp"
#include "shoal/base/stop.hpp"
#include "writing.hpp"

namespace shoal {
namespace {

struct DamagedFile {
  std::string name;
  std::vector<DamagedRecord> records;
};

/// What one district adds to the other files.
struct Written {
  std::string truth;
  std::int64_t accounts = 0;
  std::int64_t posts = 0;
  std::uint64_t bytes = 0;
  std::vector<DamagedFile> damaged;
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
    const std::string name = account.name + std::string(format_.suffix);
    DamagedFile damaged{fmt::format("{}/{}", format_.folder, name), {}};
    std::vector<MadePost> records;
    std::int64_t number = 0;  // of the next record in the file
    for (std::int64_t position = 0; position < account.posts; ++position) {
      records.push_back(posts_.post(district, account, position));
      MadePost& post = records.back();
      append_truth(written_.truth, account, post);
      post.damage = damage_.of_post(post.number, position + 1 == account.posts);
      damage_values(post);
      if (!post.damage) {
        ++number;
      } else if (*post.damage == Damage::foreign) {
        damaged.records.push_back({number, "", Damage::foreign});
        number += 2;
      } else if (*post.damage == Damage::repeated) {
        damaged.records.push_back({number + 1, post.shortcode, Damage::repeated});
        records.push_back(collected_again(post));
        number += 2;
      } else {
        damaged.records.push_back({number++, post.shortcode, *post.damage});
      }
    }
    const std::string text = format_.file(account, records);
    batch_.add(name, text);
    ++written_.accounts;
    written_.posts += account.posts;
    written_.bytes += text.size();
    if (!damaged.records.empty()) written_.damaged.push_back(std::move(damaged));
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
      for (const DamagedFile& file : written->damaged) files.add_damaged(file.name, 0, file.records);
      files.count(written->accounts, written->posts, written->bytes);
    };
  });
}

}  // namespace shoal
