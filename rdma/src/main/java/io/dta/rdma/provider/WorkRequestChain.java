package io.dta.rdma.provider;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A chain of send work requests in native memory, serialized by hand (see {@link
 * WorkRequestLayout}) and posted with one call. The library copies it while it posts, so the chain
 * is written anew each time, from its first request on. Its requests are unsignaled but for the
 * last one.
 *
 * <pre>
 *  +-----------+-----------+-- … --+-----------+-------+-------+-- … --+-------+
 *  | request 0 | request 1 |       | request n | sge 0 | sge 1 |       | sge n |
 *  +-----------+-----------+-- … --+-----------+-------+-------+-- … --+-------+
 * </pre>
 */
public final class WorkRequestChain {
  private final UnsafeBuffer memory = new UnsafeBuffer(0, 0);
  private final long address;
  private final int capacity;
  private final int requestLength;
  private int size;

  /**
   * @param address of native memory that stays where it is, aligned to 8 bytes, of {@link
   *     #memoryLength} bytes
   * @param capacity the most requests of a chain
   * @param requestLength the library's {@code sizeof(struct ibv_send_wr)}
   */
  public WorkRequestChain(long address, int capacity, int requestLength) {
    this.address = address;
    this.capacity = capacity;
    this.requestLength = requestLength;
    memory.wrap(address, memoryLength(capacity, requestLength));
    memory.setMemory(0, memory.capacity(), (byte) 0);
    for (int i = 0; i < capacity; i++) {
      int request = i * requestLength;
      memory.putLong(request + WorkRequestLayout.SCATTER_GATHER_LIST, address + element(i));
      memory.putInt(request + WorkRequestLayout.SCATTER_GATHER_COUNT, 1);
    }
  }

  /** The bytes that a chain takes. */
  public static int memoryLength(int capacity, int requestLength) {
    return capacity * (requestLength + WorkRequestLayout.ELEMENT_LENGTH);
  }

  private int element(int index) {
    return capacity * requestLength + index * WorkRequestLayout.ELEMENT_LENGTH;
  }

  /** Where the first request lies. */
  public long address() {
    return address;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return capacity;
  }

  boolean isFull() {
    return size == capacity;
  }

  void clear() {
    size = 0;
  }

  /** Appends an RDMA WRITE of bytes that lie in registered memory, or are taken in posting. */
  void write(long id, long remote, int rkey, long local, int length, int localKey, boolean inline) {
    int request =
        append(
            id,
            WorkRequestLayout.OPCODE_WRITE,
            inline ? WorkRequestLayout.FLAG_INLINE : 0,
            remote,
            local,
            length,
            localKey);
    memory.putInt(request + WorkRequestLayout.WRITE_KEY, rkey);
  }

  /** As {@link #write}, with immediate data; the responder's completion is a solicited one. */
  void writeImmediate(
      long id,
      long remote,
      int rkey,
      long local,
      int length,
      int localKey,
      boolean inline,
      int immediate) {
    int request =
        append(
            id,
            WorkRequestLayout.OPCODE_WRITE_IMMEDIATE,
            WorkRequestLayout.FLAG_SOLICITED | (inline ? WorkRequestLayout.FLAG_INLINE : 0),
            remote,
            local,
            length,
            localKey);
    memory.putInt(request + WorkRequestLayout.IMMEDIATE, immediate, ByteOrder.BIG_ENDIAN);
    memory.putInt(request + WorkRequestLayout.WRITE_KEY, rkey);
  }

  /** Appends a FETCH_ADD whose old value goes to 8 bytes of registered memory. */
  void fetchAdd(long id, long remote, int rkey, long addend, long local, int localKey) {
    int request =
        append(id, WorkRequestLayout.OPCODE_FETCH_ADD, 0, remote, local, Long.BYTES, localKey);
    memory.putLong(request + WorkRequestLayout.ATOMIC_ADDEND, addend);
    memory.putLong(request + WorkRequestLayout.ATOMIC_SWAP, 0);
    memory.putInt(request + WorkRequestLayout.ATOMIC_KEY, rkey);
  }

  private int append(
      long id, int opcode, int flags, long remote, long local, int length, int localKey) {
    int request = size * requestLength;
    int element = element(size);
    size++;
    memory.putLong(request + WorkRequestLayout.WORK_REQUEST_ID, id);
    memory.putLong(request + WorkRequestLayout.NEXT, address + (long) size * requestLength);
    memory.putInt(request + WorkRequestLayout.OPCODE, opcode);
    memory.putInt(request + WorkRequestLayout.FLAGS, flags);
    memory.putLong(request + WorkRequestLayout.REMOTE_ADDRESS, remote);
    memory.putLong(element, local);
    memory.putInt(element + WorkRequestLayout.ELEMENT_LENGTH_FIELD, length);
    memory.putInt(element + WorkRequestLayout.ELEMENT_KEY, localKey);
    return request;
  }

  /** Ends the chain and asks for a completion of its last request; not for an empty chain. */
  void seal() {
    int last = (size - 1) * requestLength;
    memory.putLong(last + WorkRequestLayout.NEXT, 0);
    int flags = memory.getInt(last + WorkRequestLayout.FLAGS);
    memory.putInt(last + WorkRequestLayout.FLAGS, flags | WorkRequestLayout.FLAG_SIGNALED);
  }
}
