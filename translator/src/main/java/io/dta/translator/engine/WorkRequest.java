package io.dta.translator.engine;

/**
 * Work request identifiers: they hold all that the completion needs, so that nothing has to be
 * looked up.
 *
 * <pre>
 *  63                              41  40 39           32 31                               0
 * +----------------------------------+---+---------------+---------------------------------+
 * |                0                 | P |    opcode     |             reports             |
 * +----------------------------------+---+---------------+---------------------------------+
 * </pre>
 *
 * <p>{@code reports} end with the operation, 0 for one that only accompanies others. P: they are
 * one part of several atomics, and if this one fails, others may have taken effect. As an opcode is
 * never 0, neither is an identifier, which would mean unsignaled.
 */
final class WorkRequest {
  private static final int OPCODE_SHIFT = 32;
  private static final int OPCODE_MASK = 0xFF;
  private static final long PARTIAL = 1L << 40;

  private WorkRequest() {}

  static long id(int opcode, int reports) {
    return ((long) opcode << OPCODE_SHIFT) | reports;
  }

  static long partialId(int opcode, int reports) {
    return PARTIAL | id(opcode, reports);
  }

  static int reports(long id) {
    return (int) id;
  }

  static int opcode(long id) {
    return (int) (id >>> OPCODE_SHIFT) & OPCODE_MASK;
  }

  static boolean isPartial(long id) {
    return (id & PARTIAL) != 0;
  }
}
