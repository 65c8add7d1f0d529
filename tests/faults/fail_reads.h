// Calls that only look at files. Part of fail_calls.c.

static ssize_t read_verdict(int fd, size_t* count) {
  char buffer[4200];
  const int saved = errno;
  const int what = verdict("read", path_of(fd, buffer, sizeof buffer));
  if (what < 0) return -1;
  if (what > 0 && *count > 1) *count /= 2;
  errno = saved;
  return 0;
}

ssize_t read(int fd, void* bytes, size_t count) {
  if (read_verdict(fd, &count) < 0) return -1;
  return NEXT(read)(fd, bytes, count);
}
ssize_t pread(int fd, void* bytes, size_t count, off_t offset) {
  if (read_verdict(fd, &count) < 0) return -1;
  return NEXT(pread)(fd, bytes, count, offset);
}
ssize_t pread64(int fd, void* bytes, size_t count, off64_t offset) {
  if (read_verdict(fd, &count) < 0) return -1;
  return NEXT(pread64)(fd, bytes, count, offset);
}

#define STAT_OF_PATH(name, type)                                                  \
  int name(const char* path, struct type* status) {                               \
    char buffer[4200];                                                            \
    const int saved = errno;                                                      \
    if (verdict("stat", absolute(path, buffer, sizeof buffer)) < 0) return -1;    \
    errno = saved;                                                                \
    return NEXT(name)(path, status);                                              \
  }
STAT_OF_PATH(stat, stat)
STAT_OF_PATH(lstat, stat)
STAT_OF_PATH(stat64, stat64)
STAT_OF_PATH(lstat64, stat64)

#define STAT_OF_FD(name, type)                                                    \
  int name(int fd, struct type* status) {                                         \
    char buffer[4200];                                                            \
    const int saved = errno;                                                      \
    if (verdict("stat", path_of(fd, buffer, sizeof buffer)) < 0) return -1;       \
    errno = saved;                                                                \
    return NEXT(name)(fd, status);                                                \
  }
STAT_OF_FD(fstat, stat)
STAT_OF_FD(fstat64, stat64)

DIR* opendir(const char* path) {
  char buffer[4200];
  if (verdict("list", absolute(path, buffer, sizeof buffer)) < 0) return NULL;
  return NEXT(opendir)(path);
}

#define LISTING(name, type)                                                       \
  struct type* name(DIR* folder) {                                                \
    char buffer[4200];                                                            \
    const int saved = errno;                                                      \
    if (verdict("list", path_of(dirfd(folder), buffer, sizeof buffer)) < 0) return NULL; \
    errno = saved;                                                                \
    return NEXT(name)(folder);                                                    \
  }
LISTING(readdir, dirent)
LISTING(readdir64, dirent64)
