package io.dta.rdma.local;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.RemoteRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The translator's view of a collector's file-backed regions on the same host: maps the files that
 * the collector's directory names.
 *
 * <p>Map all regions before queue pairs resolve them; close the queue pairs first. Not thread-safe
 * while mapping.
 */
public final class LocalMemory implements RegionResolver, AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Map<Integer, MemorySegment> segments = new HashMap<>();
  private Doorbell doorbell;

  /**
   * Maps a region's file.
   *
   * @param region as the directory gives it
   * @param file as the directory names it
   * @throws IOException with a sentence for the operator: the file is not there, too short, or not
   *     ours to write
   */
  public void map(RemoteRegion region, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // Mapping beyond the end would extend the file, or meet SIGBUS at a report.
      if (channel.size() != region.length()) {
        throw new IOException(
            ("region file %s has %,d bytes, but the collector's directory says %,d: is it the file"
                    + " of the collector that runs now?")
                .formatted(file, channel.size(), region.length()));
      }
      segments.put(region.rkey(), channel.map(MapMode.READ_WRITE, 0, region.length(), arena));
      if (doorbell == null && Files.exists(file.resolveSibling(Doorbell.FILE_NAME))) {
        doorbell = Doorbell.open(file.resolveSibling(Doorbell.FILE_NAME));
      }
    } catch (NoSuchFileException e) {
      throw new IOException(
          "region file %s does not exist here: transport 'local' needs the collector on the same host"
              .formatted(file),
          e);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "region file %s is not ours to read and write: run the translator as the collector's user"
              .formatted(file),
          e);
    }
  }

  /** The doorbell beside the files; nobody where there is none. */
  @Override
  public ImmediateListener immediates() {
    return doorbell == null ? RegionResolver.super.immediates() : doorbell;
  }

  @Override
  public MemorySegment resolve(RemoteRegion region) {
    MemorySegment segment = segments.get(region.rkey());
    return segment != null && segment.byteSize() == region.length() ? segment : null;
  }

  /** Unmaps all files. Does nothing the second time. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      if (doorbell != null) {
        doorbell.close();
      }
    }
  }
}
