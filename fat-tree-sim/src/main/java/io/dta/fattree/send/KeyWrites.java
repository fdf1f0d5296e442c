package io.dta.fattree.send;

import io.dta.primitives.store.KeyWriteStore;
import java.io.IOException;
import org.agrona.DirectBuffer;

/**
 * Where switches report values by key: to a translator ({@link Reporters}), or, as DART does it,
 * straight into memory.
 */
public interface KeyWrites {
  /**
   * Reports a value under a key.
   *
   * @param switchId who reports, from 1
   * @return false where the report certainly does not arrive
   */
  boolean keyWrite(
      int switchId,
      KeyWriteStore store,
      DirectBuffer key,
      int keyIndex,
      DirectBuffer value,
      int valueIndex)
      throws IOException;
}
