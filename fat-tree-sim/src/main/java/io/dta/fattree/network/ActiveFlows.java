package io.dta.fattree.network;

import io.dta.fattree.workload.FlowDescription;
import java.util.Arrays;

/**
 * The flows that have begun and of which something is left: a packet in flight, a timer, something
 * to send. A flow is an index, which is used again when nothing refers to it any more.
 */
final class ActiveFlows {
  private static final int NONE = -1;
  private static final int INITIAL_CAPACITY = 256;

  long[] number = new long[INITIAL_CAPACITY];
  int[] source = new int[INITIAL_CAPACITY];
  int[] destination = new int[INITIAL_CAPACITY];
  long[] bytes = new long[INITIAL_CAPACITY];
  int[] packets = new int[INITIAL_CAPACITY];
  long[] addresses = new long[INITIAL_CAPACITY];
  long[] ports = new long[INITIAL_CAPACITY];
  long[] startTime = new long[INITIAL_CAPACITY];

  /** Packets in flight, a timer, a place in a host's ring. */
  private int[] references = new int[INITIAL_CAPACITY];

  private boolean[] finished = new boolean[INITIAL_CAPACITY];
  private int[] nextFree = new int[INITIAL_CAPACITY];
  private int free = NONE;
  private int used;
  private int active;

  /** How many there are. */
  int active() {
    return active;
  }

  /** Indices are below this. */
  int capacity() {
    return number.length;
  }

  int add(FlowDescription description) {
    int flow = free;
    if (flow == NONE) {
      if (used == number.length) {
        grow();
      }
      flow = used++;
    } else {
      free = nextFree[flow];
    }
    active++;
    number[flow] = description.number();
    source[flow] = description.source();
    destination[flow] = description.destination();
    bytes[flow] = description.bytes();
    packets[flow] = Framing.packets(description.bytes());
    addresses[flow] = description.addresses();
    ports[flow] = description.ports();
    startTime[flow] = description.startTime();
    references[flow] = 0;
    finished[flow] = false;
    return flow;
  }

  void hold(int flow) {
    references[flow]++;
  }

  void letGo(int flow) {
    if (--references[flow] == 0 && finished[flow]) {
      recycle(flow);
    }
  }

  boolean isFinished(int flow) {
    return finished[flow];
  }

  /** Nothing more will be sent of it; somebody must still hold it. */
  void finish(int flow) {
    finished[flow] = true;
  }

  private void recycle(int flow) {
    nextFree[flow] = free;
    free = flow;
    active--;
  }

  private void grow() {
    int capacity = Math.multiplyExact(2, number.length);
    number = Arrays.copyOf(number, capacity);
    source = Arrays.copyOf(source, capacity);
    destination = Arrays.copyOf(destination, capacity);
    bytes = Arrays.copyOf(bytes, capacity);
    packets = Arrays.copyOf(packets, capacity);
    addresses = Arrays.copyOf(addresses, capacity);
    ports = Arrays.copyOf(ports, capacity);
    startTime = Arrays.copyOf(startTime, capacity);
    references = Arrays.copyOf(references, capacity);
    finished = Arrays.copyOf(finished, capacity);
    nextFree = Arrays.copyOf(nextFree, capacity);
  }
}
