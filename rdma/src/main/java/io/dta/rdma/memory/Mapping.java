package io.dta.rdma.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.dta.rdma.memory.Posix.PosixException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Native memory mapped for one region, with what must be released with it. */
final class Mapping {
  static final long HUGE_PAGE = 2 << 20;

  /** The least and the greatest base page of the processors that Linux and a JDK run on. */
  private static final long SMALLEST_PAGE = 4 << 10;

  private static final long LARGEST_PAGE = 64 << 10;
  private static final int NO_FILE = -1;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final HugePages hugePages;

  @SuppressWarnings("restricted") // The memory was mapped for just this segment.
  private Mapping(
      long address,
      long length,
      long reservation,
      long reservationLength,
      int fileDescriptor,
      HugePages hugePages) {
    this.segment =
        MemorySegment.ofAddress(address)
            .reinterpret(
                length, arena, memory -> release(reservation, reservationLength, fileDescriptor));
    this.hugePages = hugePages;
  }

  MemorySegment segment() {
    return segment;
  }

  HugePages hugePages() {
    return hugePages;
  }

  void close() {
    arena.close();
  }

  /**
   * Zeroed memory at a multiple of 2 MiB.
   *
   * <p>The body is the writable part of a larger reservation, so that a guard follows it and no
   * other mapping merges with it:
   *
   * <pre>
   * |  no access  |  body, rounded up to pages  |  no access  |
   *               ^ multiple of 2 MiB            ^ at least one page
   * </pre>
   */
  static Mapping anonymous(long length, boolean hugePages, boolean touch) throws IOException {
    if (touch) {
      requireMemory(length);
    }
    boolean huge = hugePages && length >= HUGE_PAGE;
    long body = roundUp(length, huge ? HUGE_PAGE : LARGEST_PAGE);
    long reservationLength = body + HUGE_PAGE + LARGEST_PAGE;
    long reservation = 0;
    try {
      reservation =
          Posix.mmap(
              reservationLength,
              Posix.PROT_NONE,
              Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS | Posix.MAP_NORESERVE,
              NO_FILE);
      long address = roundUp(reservation, HUGE_PAGE);
      Posix.mprotect(address, body, Posix.PROT_READ_WRITE);
      boolean advised = advise(address, body, huge);
      long touched = touch ? body : advised ? HUGE_PAGE : 0;
      touch(address, touched);
      HugePages granted = HugePages.NOT_REQUESTED;
      if (huge) {
        long bytes = ProcessMemory.hugePageBytes(address, body);
        granted = advised && bytes >= touched / 10 * 9 ? HugePages.GRANTED : HugePages.REFUSED;
      }
      return new Mapping(address, length, reservation, reservationLength, NO_FILE, granted);
    } catch (IOException e) {
      if (reservation != 0) {
        release(reservation, reservationLength, NO_FILE);
      }
      throw new IOException(
          "a memory region of %,d bytes could not be mapped: %s; make the stores smaller"
              .formatted(length, e.getMessage()),
          e);
    }
  }

  /** Zeroed memory of huge pages that the operator reserved, all of them present. */
  static Mapping reservedHuge(long length) throws IOException {
    ReservedHugePages huge = ReservedHugePages.ofThisHost();
    long body = 0;
    long address = 0;
    try {
      String lacking = huge.lacking(huge.pageBytes() == 0 ? 0 : huge.pages(length));
      if (lacking != null) {
        throw new IOException(lacking);
      }
      body = roundUp(length, huge.pageBytes());
      int flags = Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS | Posix.MAP_HUGETLB;
      address = Posix.mmap(body, Posix.PROT_READ_WRITE, flags, NO_FILE);
      // A limit of the control group shows here instead of as SIGBUS at the first write.
      touch(address, body);
      return new Mapping(address, length, address, body, NO_FILE, HugePages.RESERVED);
    } catch (IOException e) {
      release(address, body, NO_FILE);
      throw new IOException(
          "a memory region of %,d bytes could not be mapped in reserved huge pages: %s"
              .formatted(length, e.getMessage()),
          e);
    }
  }

  /** A file of exactly a length, shared with whoever maps it too. */
  static Mapping file(Path file, long length, boolean touch) throws IOException {
    int descriptor = RegionFile.open(file, length);
    long address = 0;
    try {
      address = Posix.mmap(length, Posix.PROT_READ_WRITE, Posix.MAP_SHARED, descriptor);
      if (touch) {
        touch(address, length);
      }
      return new Mapping(address, length, address, length, descriptor, HugePages.NOT_REQUESTED);
    } catch (IOException e) {
      release(address, address == 0 ? 0 : length, descriptor);
      throw new IOException(
          "region file %s of %,d bytes could not be mapped: %s"
              .formatted(file, length, e.getMessage()),
          e);
    }
  }

  private static void requireMemory(long length) throws IOException {
    long available = ProcessMemory.availableBytes();
    if (length > available) {
      throw new IOException(
          ("a memory region of %,d bytes does not fit: %,d bytes of memory are available; make the"
                  + " stores smaller, or put them in files")
              .formatted(length, available));
    }
  }

  private static boolean advise(long address, long length, boolean huge) throws PosixException {
    try {
      Posix.madvise(address, length, huge ? Posix.MADV_HUGEPAGE : Posix.MADV_NOHUGEPAGE);
      return huge;
    } catch (PosixException e) {
      if (e.errno() == Posix.EINVAL) {
        return false; // A kernel without transparent huge pages.
      }
      throw e;
    }
  }

  /** Makes pages present and writable; what is in them stays. */
  private static void touch(long address, long length) throws PosixException {
    try {
      Posix.madvise(address, length, Posix.MADV_POPULATE_WRITE);
    } catch (PosixException e) {
      if (e.errno() != Posix.EINVAL) {
        throw e;
      }
      touchEachPage(address, length);
    }
  }

  /** For kernels before Linux 5.14. */
  @SuppressWarnings("restricted") // The memory was mapped a moment ago.
  private static void touchEachPage(long address, long length) {
    MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(length);
    for (long offset = 0; offset < length; offset += SMALLEST_PAGE) {
      memory.set(JAVA_BYTE, offset, memory.get(JAVA_BYTE, offset));
    }
  }

  private static void release(long address, long length, int fileDescriptor) {
    try {
      if (address != 0) {
        Posix.munmap(address, length);
      }
      if (fileDescriptor != NO_FILE) {
        Posix.close(fileDescriptor);
      }
    } catch (PosixException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long roundUp(long value, long multiple) {
    return Math.addExact(value, multiple - 1) / multiple * multiple;
  }
}
