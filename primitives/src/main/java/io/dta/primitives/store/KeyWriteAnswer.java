package io.dta.primitives.store;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a Key-Write store knows of a key. Belongs to the caller, who uses it for one query after
 * another.
 */
public final class KeyWriteAnswer {
  private final byte[] bytes;
  private final UnsafeBuffer value;
  private Outcome outcome = Outcome.EMPTY;
  private int copiesMatched;
  private int copiesAgreed;

  /** An answer that holds the values of a store. */
  public KeyWriteAnswer(KeyWriteStore store) {
    bytes = new byte[store.valueLength()];
    value = new UnsafeBuffer(bytes);
  }

  public Outcome outcome() {
    return outcome;
  }

  /**
   * How many slots hold the key, as far as the policy had to look: first-match looks no further
   * than the first.
   */
  public int copiesMatched() {
    return copiesMatched;
  }

  /**
   * How many of them hold the value of the answer; where there is no value, the most that hold the
   * same one.
   */
  public int copiesAgreed() {
    return copiesAgreed;
  }

  /**
   * The value, V bytes; zeros where the outcome is not {@link Outcome#VALUE}. Changes with the next
   * query.
   */
  public DirectBuffer value() {
    return value;
  }

  void setValue(int matched, int agreed, byte[] from, int index) {
    outcome = Outcome.VALUE;
    copiesMatched = matched;
    copiesAgreed = agreed;
    ShortBytes.copy(from, index, bytes);
  }

  void setNoValue(Outcome noValue, int matched, int agreed) {
    if (outcome == Outcome.VALUE) {
      Arrays.fill(bytes, (byte) 0);
    }
    outcome = noValue;
    copiesMatched = matched;
    copiesAgreed = agreed;
  }
}
