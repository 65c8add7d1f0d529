// Boost.Serialization of the values that travel between ranks.
#pragma once

#include <boost/serialization/access.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include "shoal/data/account.hpp"
#include "shoal/data/image.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/quarantine.hpp"
#include "shoal/data/unit.hpp"

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, shoal::Count& count, unsigned) {
  archive& count.value& count.missing;
}

template <class Archive>
void serialize(Archive& archive, shoal::Post& post, unsigned) {
  archive& post.id& post.platform& post.shortcode& post.creator& post.creator_name& post.taken_at;
  archive& post.taken_at_precision& post.taken_at_doubtful& post.caption;
  archive& post.tags& post.mentions& post.likes& post.comments& post.media& post.image;
  archive& post.place.name& post.place.latitude& post.place.longitude& post.source_file& post.record;
  archive& post.plays& post.collected_at& post.image_url& post.further_images;
}

template <class Archive>
void serialize(Archive& archive, shoal::QuarantineRow& row, unsigned) {
  archive& row.kind& row.file& row.record& row.stage& row.reason;
}

template <class Archive>
void serialize(Archive& archive, shoal::Unit& unit, unsigned) {
  archive& unit.number& unit.path& unit.relative& unit.bytes& unit.format& unit.offset& unit.file_bytes;
  archive& unit.modified& unit.found;
}

template <class Archive>
void serialize(Archive& archive, shoal::Account& account, unsigned) {
  archive& account.key& account.username& account.id& account.display_name& account.followers& account
      .followees;
  archive& account.posts;
}

template <class Archive>
void serialize(Archive& archive, shoal::ImageRef& ref, unsigned) {
  archive& ref.name& ref.source& ref.offset& ref.bytes;
}

}  // namespace boost::serialization
