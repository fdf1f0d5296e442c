package io.dta.translator.engine;

/**
 * Work request identifiers: they hold all that the completion needs, so that nothing has to be
 * looked up.
 *
 * <pre>
 *  63                                             30 29 28    26 25                         0
 * +-------------------------------------------------+--+--------+----------------------------+
 * |           arrived, in units of 256 ns           |P | opcode |          reports           |
 * +-------------------------------------------------+--+--------+----------------------------+
 * </pre>
 *
 * <p>{@code reports} end with the operation, 0 for one that only accompanies others. P: they are
 * one part of several atomics, and if this one fails, others may have taken effect. {@code arrived}
 * is when the oldest of the reports was read, modulo 73 minutes. As an opcode is never 0, neither
 * is an identifier, which would mean unsignaled.
 */
final class WorkRequest {
  /** The most reports that one operation can end. */
  static final int MAX_REPORTS = (1 << 26) - 1;

  private static final int OPCODE_SHIFT = 26;
  private static final int OPCODE_MASK = 0x7;
  private static final long PARTIAL = 1L << 29;
  private static final int ARRIVED_SHIFT = 30;
  private static final int UNIT_SHIFT = 8;

  private WorkRequest() {}

  /**
   * @param arrivedNs when the oldest of the reports was read
   */
  static long id(int opcode, int reports, long arrivedNs) {
    return arrivedNs >>> UNIT_SHIFT << ARRIVED_SHIFT | (long) opcode << OPCODE_SHIFT | reports;
  }

  static long partialId(int opcode, int reports, long arrivedNs) {
    return PARTIAL | id(opcode, reports, arrivedNs);
  }

  static int reports(long id) {
    return (int) id & MAX_REPORTS;
  }

  static int opcode(long id) {
    return (int) (id >>> OPCODE_SHIFT) & OPCODE_MASK;
  }

  static boolean isPartial(long id) {
    return (id & PARTIAL) != 0;
  }

  /** The part of an identifier that says when its reports arrived; for {@link #ageNs}. */
  static long arrived(long id) {
    return id >>> ARRIVED_SHIFT;
  }

  /** How long ago that was, in ns; 0 where the clock has not moved by a unit since. */
  static long ageNs(long arrived, long nowNs) {
    long units = ((nowNs >>> UNIT_SHIFT) - arrived) << ARRIVED_SHIFT >> ARRIVED_SHIFT;
    return Math.max(0, units << UNIT_SHIFT);
  }
}
