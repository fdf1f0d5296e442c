package io.dta.primitives.wire;

import io.dta.primitives.Primitive;

/**
 * The 32 bits of an RDMA WRITE with immediate, by which a translator tells the collector's CPU of a
 * report with the immediate flag: what was written, so that the collector need not look for it.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |    opcode     |     store     |            detail             |
 * +---------------+---------------+-------------------------------+
 * </pre>
 *
 * <p>{@code detail} is the low 16 bits of: the slot (Key-Write) or chunk (Postcarding) of the last
 * copy, the list (Append), the epoch (Sketch-Merge). The operation that carries it is the last one
 * of the report: whatever else belongs to it is in memory by then. Key-Increment has no immediate,
 * as FETCH_ADD cannot carry one.
 */
public final class ImmediateData {
  private static final int OPCODE_SHIFT = 24;
  private static final int STORE_SHIFT = 16;
  private static final int BYTE_MASK = 0xFF;
  private static final int DETAIL_MASK = 0xFFFF;

  private ImmediateData() {}

  /**
   * The 32 bits.
   *
   * @param store 0 to 63
   * @param detail its low 16 bits are taken
   */
  public static int of(Primitive primitive, int store, long detail) {
    return (primitive.opcode() << OPCODE_SHIFT)
        | (store << STORE_SHIFT)
        | (int) (detail & DETAIL_MASK);
  }

  /** What was written, null where the opcode is none of ours. */
  public static Primitive primitive(int immediate) {
    return Primitive.ofOpcode(immediate >>> OPCODE_SHIFT);
  }

  /**
   * The store's number among the stores of its primitive; 0 to 63 from a translator, up to 255 from
   * anyone.
   */
  public static int store(int immediate) {
    return (immediate >>> STORE_SHIFT) & BYTE_MASK;
  }

  /** The slot, chunk, list or epoch modulo 2^16. */
  public static int detail(int immediate) {
    return immediate & DETAIL_MASK;
  }
}
