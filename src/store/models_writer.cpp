// Ranks share out the rows of each matrix, though every rank has all of them.
#include "shoal/store/models_writer.hpp"

#include "h5ad_columns.hpp"
#include "shoal/data/blocks.hpp"
#include "verified_file.hpp"

namespace shoal {

struct ModelsWriter::State {
  VerifiedFile file;
};

ModelsWriter::ModelsWriter(Communicator& comm, std::filesystem::path path)
    : state_(new State{VerifiedFile(comm, std::move(path))}) {}

ModelsWriter::~ModelsWriter() = default;

void ModelsWriter::add(const std::string& name, std::span<const double> values, std::int64_t rows,
                       std::int64_t columns, const std::string& feature_set) {
  VerifiedFile& file = state_->file;
  const std::string object = checked_name(file, "", name);
  const RowRange mine = BlockPartition(rows, file.comm().size()).owned_by(file.comm().rank());
  const auto part = values.subspan(static_cast<std::size_t>(mine.begin * columns),
                                   static_cast<std::size_t>(mine.size() * columns));
  file.write(rows_part(object, HdfType::float64(), {rows, columns}, mine, std::as_bytes(part)));
  file.change("naming the feature set of '" + object + "'",
              [&](HdfFile& hdf) { hdf.set_text(object, "feature_set", feature_set); });
}

void ModelsWriter::verify() { state_->file.verify(); }

void ModelsWriter::publish() { state_->file.publish(); }

}  // namespace shoal
