// What a machine that loses power forgets: data that was not synced, and names in folders that were not. Part of
// fail_calls.c. One process: what another one wrote is not known here.
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>

enum { kMostFiles = 512, kMostNames = 512 };

// Bytes from `from` on were written since the file was last synced.
struct UnsyncedFile {
  dev_t device;
  ino_t inode;
  off_t from;
};
// A name that came since its folder was last synced.
struct UnsyncedName {
  char from[PATH_MAX];  // empty: a link, which is undone by removing it
  char to[PATH_MAX];
  char replaced[PATH_MAX];  // another name of what stood there before; empty: nothing did
  ino_t folder;
};
static struct UnsyncedFile unsynced_files[kMostFiles];
static int file_count;
static struct UnsyncedName unsynced_names[kMostNames];
static int name_count;
static pthread_mutex_t unsynced = PTHREAD_MUTEX_INITIALIZER;

static int forgetting(void) {
  return wanted.with && (strcmp(wanted.with, "power") == 0 || strcmp(wanted.with, "names") == 0);
}

static int is_below(const char* path) {
  return wanted.below && path && strncmp(path, wanted.below, strlen(wanted.below)) == 0;
}

// offset: -1 where the call writes at the file's own place.
static void note_write(int fd, off_t offset) {
  char buffer[PATH_MAX];
  struct stat status;
  if (!forgetting() || !is_below(path_of(fd, buffer, sizeof buffer)) || fstat(fd, &status) != 0) return;
  const int saved = errno;
  if (offset < 0) offset = fcntl(fd, F_GETFL) & O_APPEND ? status.st_size : lseek(fd, 0, SEEK_CUR);
  pthread_mutex_lock(&unsynced);
  int i = 0;
  while (i < file_count &&
         (unsynced_files[i].inode != status.st_ino || unsynced_files[i].device != status.st_dev)) {
    ++i;
  }
  if (i == file_count && file_count < kMostFiles) {
    unsynced_files[file_count++] = (struct UnsyncedFile){status.st_dev, status.st_ino, offset};
  } else if (i < file_count && offset < unsynced_files[i].from) {
    unsynced_files[i].from = offset;
  }
  pthread_mutex_unlock(&unsynced);
  errno = saved;
}

// Of a file or a folder.
static void note_sync(int fd) {
  struct stat status;
  if (!forgetting() || fstat(fd, &status) != 0) return;
  const int saved = errno;
  pthread_mutex_lock(&unsynced);
  for (int i = file_count - 1; i >= 0; --i) {
    if (unsynced_files[i].inode == status.st_ino && unsynced_files[i].device == status.st_dev) {
      unsynced_files[i] = unsynced_files[--file_count];
    }
  }
  // In their order: what is undone later is undone from behind.
  int kept = 0;
  for (int i = 0; i < name_count; ++i) {
    if (unsynced_names[i].folder == status.st_ino) {
      if (unsynced_names[i].replaced[0]) syscall(SYS_unlinkat, AT_FDCWD, unsynced_names[i].replaced, 0);
    } else {
      unsynced_names[kept++] = unsynced_names[i];
    }
  }
  name_count = kept;
  pthread_mutex_unlock(&unsynced);
  errno = saved;
}

static void note_name(const char* call, const char* from, const char* to) {
  char from_buffer[PATH_MAX];
  char to_buffer[PATH_MAX];
  if (!forgetting() || !is_below(absolute(to, to_buffer, sizeof to_buffer))) return;
  const int saved = errno;
  pthread_mutex_lock(&unsynced);
  if (name_count < kMostNames) {
    struct UnsyncedName* name = &unsynced_names[name_count++];
    memset(name, 0, sizeof *name);
    snprintf(name->to, sizeof name->to, "%s", absolute(to, to_buffer, sizeof to_buffer));
    if (strcmp(call, "rename") == 0) {
      snprintf(name->from, sizeof name->from, "%s", absolute(from, from_buffer, sizeof from_buffer));
    }
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", name->to);
    *strrchr(folder, '/') = 0;
    struct stat status;
    if (stat(folder, &status) == 0) name->folder = status.st_ino;
    // What is replaced is kept under a name beside the folder that is watched.
    snprintf(name->replaced, sizeof name->replaced, "%.2000s.replaced.%d", wanted.below, name_count);
    syscall(SYS_unlinkat, AT_FDCWD, name->replaced, 0);
    if (syscall(SYS_linkat, AT_FDCWD, name->to, AT_FDCWD, name->replaced, 0) != 0) name->replaced[0] = 0;
  }
  pthread_mutex_unlock(&unsynced);
  errno = saved;
}

// All of them, or all but the newest: file systems may write down names in another order.
static void undo_names(void) {
  const int kept = wanted.at % 2 == 0 ? 1 : 0;
  for (int i = name_count - 1 - kept; i >= 0; --i) {
    const struct UnsyncedName* name = &unsynced_names[i];
    if (name->from[0]) {
      syscall(SYS_renameat, AT_FDCWD, name->to, AT_FDCWD, name->from);
    } else {
      syscall(SYS_unlinkat, AT_FDCWD, name->to, 0);
    }
    if (name->replaced[0]) syscall(SYS_renameat, AT_FDCWD, name->replaced, AT_FDCWD, name->to);
  }
}

// Files are known by their inodes: they may have been renamed since they were written.
static void cut_files_below(const char* folder) {
  DIR* entries = opendir(folder);
  if (!entries) return;
  struct dirent* entry;
  while ((entry = readdir(entries))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    struct stat status;
    if (lstat(path, &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) cut_files_below(path);
    for (int i = 0; i < file_count; ++i) {
      if (unsynced_files[i].inode == status.st_ino && unsynced_files[i].from < status.st_size) {
        truncate(path, unsynced_files[i].from);
      }
    }
  }
  closedir(entries);
}

static void lose_power(int names) {
  pthread_mutex_lock(&unsynced);
  if (names) {
    undo_names();
  } else {
    cut_files_below(wanted.below);
  }
  raise(SIGKILL);
}
