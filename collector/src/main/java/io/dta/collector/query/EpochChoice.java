package io.dta.collector.query;

/**
 * Which epoch of a sketch a question is about.
 *
 * @param number an unsigned 32-bit number; −1 for the newest
 * @param unfinished whether an epoch that is still being written will do
 */
public record EpochChoice(long number, boolean unfinished) {
  private static final String LATEST = "latest";
  private static final long MAX_EPOCH = 0xFFFF_FFFFL;

  /**
   * Parses what a question says.
   *
   * @param text a number, or {@code latest}; the latter where null
   * @throws QueryException where it is neither
   */
  public static EpochChoice parse(String text, boolean unfinished) {
    if (text == null || text.equals(LATEST)) {
      return new EpochChoice(-1, unfinished);
    }
    long number = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1;
    if (number < 0 || number > MAX_EPOCH) {
      throw QueryException.malformed(
          "epoch '%s': expected a number from 0 to %d, or latest".formatted(text, MAX_EPOCH));
    }
    return new EpochChoice(number, unfinished);
  }

  boolean isLatest() {
    return number < 0;
  }
}
