package io.dta.rdma.memory;

import io.dta.rdma.memory.Posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the file of a region: the right length, all disk space allocated, and nobody else's. */
final class RegionFile {
  private RegionFile() {}

  /**
   * Opens a region file, and creates it where it does not exist or is empty.
   *
   * @return a file descriptor that holds the file's lock until it is closed
   * @throws IOException with a sentence for the operator; a file that was created for nothing is
   *     deleted
   */
  static int open(Path file, long length) throws IOException {
    requireOrdinary(file);
    boolean existed = Files.exists(file);
    int descriptor;
    try {
      descriptor = Posix.open(file);
    } catch (PosixException e) {
      throw new IOException(
          "region file %s could not be opened: %s".formatted(file, e.getMessage()), e);
    }
    try {
      lock(file, descriptor);
      prepare(file, descriptor, length);
      return descriptor;
    } catch (IOException e) {
      Posix.close(descriptor);
      if (!existed) {
        Files.deleteIfExists(file);
      }
      throw e;
    }
  }

  /** A file of hugetlbfs has a length in huge pages, of which a region is rarely a multiple. */
  private static void requireOrdinary(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(directory) && Files.getFileStore(directory).type().equals("hugetlbfs")) {
      throw new IOException(
          ("region file %s is on hugetlbfs: choose another directory; for memory of reserved huge"
                  + " pages, 'backing: hugetlb' needs no file")
              .formatted(file));
    }
  }

  private static void lock(Path file, int descriptor) throws IOException {
    try {
      Posix.lock(descriptor);
    } catch (PosixException e) {
      if (e.errno() == Posix.EWOULDBLOCK) {
        throw new IOException(
            "region file %s is in use by another collector: stop it, or choose another directory"
                .formatted(file),
            e);
      }
      throw new IOException(
          "region file %s could not be locked: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void prepare(Path file, int descriptor, long length) throws IOException {
    long existing = Posix.length(descriptor);
    if (existing != 0 && existing != length) {
      throw new IOException(
          ("region file %s has %,d bytes, but its store needs %,d: give the store the configuration"
                  + " that the file was made with, or remove the file")
              .formatted(file, existing, length));
    }
    if (existing == 0 && Files.getFileStore(file).getUsableSpace() < length) {
      throw noSpace(file, length, null);
    }
    try {
      // Without this a full disk would show as SIGBUS at the first write to a hole.
      Posix.allocate(descriptor, length);
    } catch (PosixException e) {
      if (existing == 0) {
        Posix.truncate(descriptor, 0);
      }
      if (e.errno() == Posix.ENOSPC || e.errno() == Posix.EDQUOT) {
        throw noSpace(file, length, e);
      }
      throw new IOException(
          "region file %s could not be extended to %,d bytes: %s"
              .formatted(file, length, e.getMessage()),
          e);
    }
  }

  private static IOException noSpace(Path file, long length, IOException cause) throws IOException {
    return new IOException(
        ("no space for region file %s: it needs %,d bytes and %,d are free; free some, choose"
                + " another directory, or make the store smaller")
            .formatted(file, length, Files.getFileStore(file).getUsableSpace()),
        cause);
  }
}
