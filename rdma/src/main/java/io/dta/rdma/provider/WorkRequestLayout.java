package io.dta.rdma.provider;

/**
 * A send work request as libibverbs reads it from memory: {@code struct ibv_send_wr} and {@code
 * struct ibv_sge} of {@code <infiniband/verbs.h>} on 64-bit hosts. Integers are in the host's byte
 * order, but for the immediate, which is big-endian.
 *
 * <pre>
 *   offset  0       4       8              16              24      28      32      36      40
 *          +-------+-------+---------------+---------------+-------+-------+-------+-------+
 *          |    wr_id      |  next          | sg_list       |num_sge|opcode | flags | imm   |
 *          +---------------+---------------+---------------+-------+-------+-------+-------+
 *  WRITE   | remote_addr   | rkey  |                                          40, 48
 *          +---------------+-------+-------+---------------+-------+
 *  atomic  | remote_addr   | compare_add   | swap          | rkey  |          40, 48, 56, 64
 *          +---------------+---------------+---------------+-------+
 * </pre>
 */
public final class WorkRequestLayout {
  public static final int WORK_REQUEST_ID = 0;
  public static final int NEXT = 8;
  public static final int SCATTER_GATHER_LIST = 16;
  public static final int SCATTER_GATHER_COUNT = 24;
  public static final int OPCODE = 28;
  public static final int FLAGS = 32;
  public static final int IMMEDIATE = 36;
  public static final int REMOTE_ADDRESS = 40;
  public static final int WRITE_KEY = 48;
  public static final int ATOMIC_ADDEND = 48;
  public static final int ATOMIC_SWAP = 56;
  public static final int ATOMIC_KEY = 64;

  /** {@code sizeof(struct ibv_send_wr)} of rdma-core; older libraries had 72. */
  public static final int WORK_REQUEST_LENGTH = 128;

  /** {@code struct ibv_sge}: address, then these. */
  public static final int ELEMENT_LENGTH_FIELD = 8;

  public static final int ELEMENT_KEY = 12;
  public static final int ELEMENT_LENGTH = 16;

  /** {@code enum ibv_wr_opcode}. */
  public static final int OPCODE_WRITE = 0;

  public static final int OPCODE_WRITE_IMMEDIATE = 1;
  public static final int OPCODE_FETCH_ADD = 6;

  /** {@code enum ibv_send_flags}. */
  public static final int FLAG_SIGNALED = 1 << 1;

  public static final int FLAG_SOLICITED = 1 << 2;
  public static final int FLAG_INLINE = 1 << 3;

  private WorkRequestLayout() {}
}
