// Writes the sample results into a folder, for judges that are not C++: write_sample FOLDER.
#include <cstdio>

#include "shoal/base/error.hpp"
#include "shoal/comm/mpi_session.hpp"
#include "store/sample_results.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    shoal::MpiSession session;
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    shoal::testing::write_sample_posts(session.world(), folder / "posts.h5ad");
    shoal::testing::write_sample_images(session.world(), folder / "images.h5ad");
  } catch (const shoal::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
