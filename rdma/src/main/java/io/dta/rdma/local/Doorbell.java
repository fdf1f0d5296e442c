package io.dta.rdma.local;

import io.dta.rdma.ImmediateListener;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells the owner of shared memory, in another process, of WRITEs with immediate: the writer's
 * side. Never waits. Any number of queue pairs and processes may use the same file; where they are
 * faster than the owner by more than 4096 immediates, the oldest are lost and the owner counts
 * them.
 */
public final class Doorbell implements ImmediateListener, AutoCloseable {
  /** The file's name in the directory of the regions' files. */
  public static final String FILE_NAME = "doorbell";

  private final DoorbellMemory memory;

  private Doorbell(DoorbellMemory memory) {
    this.memory = memory;
  }

  /**
   * Maps the owner's file.
   *
   * @throws IOException with a sentence for the operator: it is not there, not ours to write, or
   *     not a doorbell
   */
  public static Doorbell open(Path file) throws IOException {
    return new Doorbell(DoorbellMemory.open(file));
  }

  /** One system call where the owner sleeps, none where it is awake. */
  @Override
  public void onImmediate(int queuePairNumber, int immediate, int length) {
    memory.put(immediate, length);
  }

  /** Unmaps the file; after the queue pairs that use it. */
  @Override
  public void close() {
    memory.close();
  }
}
