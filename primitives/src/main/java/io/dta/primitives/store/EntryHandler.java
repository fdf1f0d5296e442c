package io.dta.primitives.store;

import org.agrona.DirectBuffer;

/** Takes the entries of an Append list in their order. */
@FunctionalInterface
public interface EntryHandler {
  /**
   * One entry. The buffer is the reader's and is valid during the call only.
   *
   * @param sequence the sequence of the frame that holds it, an unsigned 32-bit number
   * @param position its position in the frame, from 0
   * @param buffer holds the entry
   * @param index where the entry starts
   * @param length E, the entry's length in bytes
   */
  void onEntry(long sequence, int position, DirectBuffer buffer, int index, int length);
}
