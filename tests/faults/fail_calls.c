// Makes the Nth call fail, for tests: loaded with LD_PRELOAD, it counts the calls that change files below one folder,
// or those that look at them.
// FAIL_BELOW  the folder; other files are left alone
// FAIL_NAME   a part of the path: others do not count; absent: all below the folder
// FAIL_CALL   open, write, fsync, close, rename, link, unlink, reserve, mmap, any: which calls count; or, of those that
//             only look (fail_reads.h), and that `any` does not mean: look (opening for reading), read, stat, list
// FAIL_WITH   an errno's number, "short" (half of a write), "kill" (SIGKILL before the call), "power" (the machine loses
//             power before the call: what was written and not synced is cut off, under whatever name it stands),
//             "names" (the same, and instead of data it is names that are lost: renames and links in folders that were
//             not synced since are undone), "gone" (somebody removes the file before the call), "stop"
//             (the process is stopped before the call, and makes it when it goes on)
// FAIL_AT     which call fails, from 1; 0: none
// FAIL_ON     "once", or "on" (that one and all after it, as a disk that stays full)
// FAIL_RANK   of MPI's ranks, only this one; absent: any
// FAIL_COUNT  a file that gets a line for each call that counts
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long counted;

static void lose_power(int names);

// What the variables say. Read once, before there is a second thread: MPI_Init changes the environment while its threads
// already write, and getenv beside setenv crashes.
static struct {
  const char* below;  // nothing fails without it
  const char* name;
  const char* call;
  const char* with;
  const char* count;
  long at;
  int on;
} wanted;

__attribute__((constructor)) static void read_environment(void) {
  const char* rank = getenv("FAIL_RANK");
  const char* mine = getenv("OMPI_COMM_WORLD_RANK");
  if (!mine) mine = getenv("PMIX_RANK");
  if (rank && mine && strcmp(rank, mine) != 0) return;
  wanted.below = getenv("FAIL_BELOW");
  wanted.name = getenv("FAIL_NAME");
  wanted.call = getenv("FAIL_CALL");
  wanted.with = getenv("FAIL_WITH");
  wanted.count = getenv("FAIL_COUNT");
  wanted.at = getenv("FAIL_AT") ? atol(getenv("FAIL_AT")) : 0;
  wanted.on = getenv("FAIL_ON") && strcmp(getenv("FAIL_ON"), "on") == 0;
}

static void tell(const char* call, const char* path) {
  const char* file = wanted.count;
  if (!file) return;
  char line[4500];
  const int length = snprintf(line, sizeof line, "%s %s\n", call, path);
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (fd < 0) return;
  syscall(SYS_write, fd, line, (size_t)length);
  syscall(SYS_close, fd);
}

static int only_looks(const char* call) {
  return strcmp(call, "look") == 0 || strcmp(call, "read") == 0 || strcmp(call, "stat") == 0 ||
         strcmp(call, "list") == 0;
}

// 0: go on; -1: fail with errno set; 1: do half.
static int verdict(const char* call, const char* path) {
  const char* below = wanted.below;
  const char* which = wanted.call;
  const char* with = wanted.with;
  if (!below || !path || strncmp(path, below, strlen(below)) != 0) return 0;
  if (wanted.name && !strstr(path, wanted.name)) return 0;
  const int changes = !only_looks(call);
  if (which && !(changes && strcmp(which, "any") == 0) && strcmp(which, call) != 0) return 0;
  const long number = atomic_fetch_add(&counted, 1) + 1;
  tell(call, path);
  if (!with || wanted.at == 0 || number < wanted.at || (number > wanted.at && !wanted.on)) return 0;
  if (strcmp(with, "short") == 0) return 1;
  if (strcmp(with, "power") == 0) lose_power(0);
  if (strcmp(with, "names") == 0) lose_power(1);
  if (strcmp(with, "kill") == 0) raise(SIGKILL);
  if (strcmp(with, "stop") == 0) return raise(SIGSTOP) * 0;
  if (strcmp(with, "gone") == 0) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0) * 0;
  errno = atoi(with);
  return -1;
}

static const char* path_of(int fd, char* buffer, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, buffer, size - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  return buffer;
}

static const char* absolute(const char* path, char* buffer, size_t size) {
  if (path[0] == '/') return path;
  char folder[2048];
  if (!getcwd(folder, sizeof folder)) return path;
  snprintf(buffer, size, "%s/%s", folder, path);
  return buffer;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#include "lost_power.h"
// Not above: what it replaces, the machine that loses power calls.
#include "fail_reads.h"

static int opening(const char* path, int flags, mode_t mode) {
  char buffer[4200];
  const int saved = errno;
  const char* call = flags & (O_WRONLY | O_RDWR) ? "open" : "look";
  if (verdict(call, absolute(path, buffer, sizeof buffer)) < 0) return -1;
  errno = saved;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define OPEN(name)                                \
  int name(const char* path, int flags, ...) {    \
    va_list rest;                                 \
    va_start(rest, flags);                        \
    const mode_t mode = va_arg(rest, mode_t);     \
    va_end(rest);                                 \
    return opening(path, flags, mode);            \
  }
OPEN(open)
OPEN(open64)

static int write_verdict(int fd, size_t* count) {
  char buffer[4200];
  const int saved = errno;
  const int what = verdict("write", path_of(fd, buffer, sizeof buffer));
  if (what < 0) return -1;
  if (what > 0 && *count > 1) *count /= 2;
  errno = saved;
  return 0;
}

ssize_t write(int fd, const void* bytes, size_t count) {
  if (write_verdict(fd, &count) < 0) return -1;
  note_write(fd, -1);
  return NEXT(write)(fd, bytes, count);
}
ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  if (write_verdict(fd, &count) < 0) return -1;
  note_write(fd, offset);
  return NEXT(pwrite)(fd, bytes, count, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  if (write_verdict(fd, &count) < 0) return -1;
  note_write(fd, offset);
  return NEXT(pwrite64)(fd, bytes, count, offset);
}

#define ON_FD(name, call)                                                   \
  int name(int fd) {                                                        \
    char buffer[4200];                                                      \
    if (verdict(call, path_of(fd, buffer, sizeof buffer)) < 0) return -1;   \
    note_sync(fd);                                                          \
    return NEXT(name)(fd);                                                  \
  }
ON_FD(fsync, "fsync")
ON_FD(fdatasync, "fsync")

// Of what was opened for writing: on file systems over a network a quota or a lost disk is told here at last. The
// descriptor is closed all the same.
int close(int fd) {
  char buffer[4200];
  const int flags = wanted.below ? fcntl(fd, F_GETFL) : -1;
  const int written = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
  const int failed = written && verdict("close", path_of(fd, buffer, sizeof buffer)) < 0;
  const int cause = errno;
  const int result = (int)syscall(SYS_close, fd);
  if (!failed) return result;
  errno = cause;
  return -1;
}

static int removing(const char* path, int flags) {
  char buffer[4200];
  if (verdict("unlink", absolute(path, buffer, sizeof buffer)) < 0) return -1;
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, flags);
}
int unlink(const char* path) { return removing(path, 0); }
int remove(const char* path) {
  struct stat status;
  return removing(path, lstat(path, &status) == 0 && S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

#define ON_TWO_PATHS(name)                                                        \
  int name(const char* from, const char* to) {                                    \
    char buffer[4200];                                                            \
    if (verdict(#name, absolute(from, buffer, sizeof buffer)) < 0) return -1;     \
    note_name(#name, from, to);                                                   \
    return NEXT(name)(from, to);                                                  \
  }
ON_TWO_PATHS(rename)
ON_TWO_PATHS(link)

int fallocate(int fd, int mode, off_t offset, off_t length) {
  char buffer[4200];
  if (verdict("reserve", path_of(fd, buffer, sizeof buffer)) < 0) return -1;
  return NEXT(fallocate)(fd, mode, offset, length);
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  char buffer[4200];
  if (verdict("reserve", path_of(fd, buffer, sizeof buffer)) < 0) return -1;
  return NEXT(fallocate64)(fd, mode, offset, length);
}

void* mmap(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
  char buffer[4200];
  if (fd >= 0 && verdict("mmap", path_of(fd, buffer, sizeof buffer)) < 0) return (void*)-1;
  return (void*)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}
void* mmap64(void* address, size_t length, int protection, int flags, int fd, off64_t offset) {
  return mmap(address, length, protection, flags, fd, offset);
}
