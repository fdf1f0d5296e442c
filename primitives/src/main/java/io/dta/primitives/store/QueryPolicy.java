package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How the copies that match a key become one answer (DART, section 3).
 *
 * @param kind the rule
 * @param threshold T of consensus, 1 to 8; 1 for the others
 */
public record QueryPolicy(Kind kind, int threshold) {
  /** The rules. */
  public enum Kind {
    /** The first copy that matches. */
    FIRST_MATCH,
    /** The value that most matching copies agree on; a tie is ambiguous. */
    PLURALITY,
    /**
     * The value that at least T matching copies agree on; fewer is empty, two such values are
     * ambiguous.
     */
    CONSENSUS
  }

  public static final QueryPolicy FIRST_MATCH = new QueryPolicy(Kind.FIRST_MATCH, 1);
  public static final QueryPolicy PLURALITY = new QueryPolicy(Kind.PLURALITY, 1);

  private static final String CONSENSUS_PREFIX = "consensus:";

  public QueryPolicy {
    StoreChecks.present("kind", kind);
    StoreChecks.range("threshold", threshold, 1, kind == Kind.CONSENSUS ? 8 : 1);
  }

  /** At least {@code threshold} equal matches. */
  public static QueryPolicy consensus(int threshold) {
    return new QueryPolicy(Kind.CONSENSUS, threshold);
  }

  /**
   * Parses {@code first-match}, {@code plurality} or {@code consensus:T}.
   *
   * @throws IllegalArgumentException naming the three forms
   */
  @JsonCreator
  public static QueryPolicy parse(String text) {
    if (text.equals("first-match")) {
      return FIRST_MATCH;
    }
    if (text.equals("plurality")) {
      return PLURALITY;
    }
    if (text.matches(CONSENSUS_PREFIX + "[1-8]")) {
      return consensus(text.charAt(CONSENSUS_PREFIX.length()) - '0');
    }
    throw new IllegalArgumentException(
        "policy '"
            + text
            + "': expected first-match, plurality, or consensus:T with T from 1 to 8");
  }

  /** The form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    return switch (kind) {
      case FIRST_MATCH -> "first-match";
      case PLURALITY -> "plurality";
      case CONSENSUS -> CONSENSUS_PREFIX + threshold;
    };
  }
}
