package io.dta.fattree.verify;

import io.dta.fattree.DemoStores;
import io.dta.fattree.Truth;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads all events lists from their beginnings and compares them with what was sent, entry by
 * entry.
 */
final class EventCheck {
  private final Truth truth;
  private final DemoStores stores;
  private final CollectorAnswers answers;
  private final List<String> findings;
  private long sent;
  private long read;
  private long outOfOrder;
  private long unexpected;
  private long lostFrames;

  EventCheck(Truth truth, DemoStores stores, CollectorAnswers answers, List<String> findings) {
    this.truth = truth;
    this.stores = stores;
    this.answers = answers;
    this.findings = findings;
  }

  /**
   * Compares.
   *
   * @param retransmitted entries that were sent again, each of which may be late
   */
  VerificationReport.Lists run(Verification.Listener listener, long retransmitted)
      throws IOException {
    for (int list = 0; list < truth.lists(); list++) {
      compare(list);
      listener.onProgress(Primitive.APPEND, read);
    }
    if (read < sent) {
      findings.add(
          "append: %d of %d entries were sent and not found in their lists; %d frames were overwritten before they were read"
              .formatted(sent - read, sent, lostFrames));
    }
    if (unexpected > 0) {
      findings.add(
          "append: %d entries were found that were not sent, or found twice".formatted(unexpected));
    }
    if (outOfOrder > retransmitted) {
      findings.add(
          "append: %d entries are out of order, but only %d were sent again"
              .formatted(outOfOrder, retransmitted));
    }
    return new VerificationReport.Lists(
        sent, read, sent - read, outOfOrder, unexpected, retransmitted);
  }

  private void compare(int list) throws IOException {
    Truth.EventList expected = truth.events(list);
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < expected.size(); i++) {
      places.put(HexFormat.of().formatHex(expected.entry(i)), i);
    }
    sent += expected.size();
    int[] lastOfSwitch = new int[truth.tree().switches() + 1];
    for (String entry : entries(list)) {
      Integer place = places.remove(entry);
      if (place == null) {
        unexpected++;
        continue;
      }
      read++;
      int switchId = expected.event(place).switchId();
      if (place < lastOfSwitch[switchId]) {
        outOfOrder++;
      }
      lastOfSwitch[switchId] = Math.max(lastOfSwitch[switchId], place);
    }
  }

  private List<String> entries(int list) throws IOException {
    List<String> entries = new ArrayList<>();
    long from = AppendStore.FIRST_SEQUENCE;
    while (true) {
      CollectorAnswers.Page page = answers.entries(stores.events().name(), list, from);
      lostFrames += page.lostFrames();
      entries.addAll(page.entries());
      if (page.entries().isEmpty()) {
        return entries;
      }
      from = page.next();
    }
  }
}
