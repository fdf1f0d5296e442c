package io.dta.fattree.statistics;

import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import java.util.ArrayList;
import java.util.List;

/**
 * The depth of the switches' queues over time, by layer: the mean over all ports of a layer, the
 * deepest of them and which it was, at every tick. When there are as many samples as it may keep,
 * pairs become one, which keeps the deeper, and from then on every sample spans twice as many
 * ticks: the memory is fixed, and no peak is lost that a tick saw.
 */
public final class QueueSeries implements NetworkObserver {
  private final int capacity;
  private final long[] times;
  private final long[][] sums;
  private final int[][] deepest;
  private final int[][] deepestPorts;
  private final int[] counts;
  private Network network;
  private byte[] layers = {};
  private int[] portsOfLayer = {};
  private int size;
  private int ticksOfSample;
  private int ticksPerSample = 1;

  /**
   * A layer's queues over some time.
   *
   * @param time the last tick that it covers, in picoseconds
   * @param meanBytes over all ports and ticks
   * @param deepestBytes of the deepest queue
   * @param deepestPort whose that was, as {@link Wiring} numbers them
   */
  public record Sample(long time, double meanBytes, int deepestBytes, int deepestPort) {}

  /**
   * An empty series.
   *
   * @param capacity the most samples to keep, an even number from 2
   */
  public QueueSeries(int capacity) {
    if (capacity < 2 || capacity % 2 != 0) {
      throw new IllegalArgumentException(
          "capacity " + capacity + ": expected an even number from 2");
    }
    this.capacity = capacity;
    int roles = SwitchRole.values().length;
    times = new long[capacity];
    counts = new int[capacity];
    sums = new long[roles][capacity];
    deepest = new int[roles][capacity];
    deepestPorts = new int[roles][capacity];
  }

  /** Says whose queues; before the run. */
  public void attach(Network observed) {
    network = observed;
    Wiring wiring = observed.wiring();
    layers = new byte[wiring.switchPorts()];
    portsOfLayer = new int[SwitchRole.values().length];
    for (int port = 0; port < layers.length; port++) {
      layers[port] = (byte) layer(wiring.tree().role(wiring.switchOf(port)));
      portsOfLayer[layers[port]]++;
    }
  }

  private static int layer(SwitchRole role) {
    return switch (role) {
      case CORE -> 0;
      case AGGREGATION -> 1;
      case EDGE -> 2;
    };
  }

  @Override
  public void onTick(long now) {
    if (ticksOfSample == 0) {
      if (size == capacity) {
        halve();
      }
      clear(size++);
    }
    int sample = size - 1;
    times[sample] = now;
    counts[sample]++;
    for (int port = 0; port < layers.length; port++) {
      int queued = network.queuedBytes(port);
      if (queued > 0) {
        int layer = layers[port];
        sums[layer][sample] += queued;
        if (queued > deepest[layer][sample]) {
          deepest[layer][sample] = queued;
          deepestPorts[layer][sample] = port;
        }
      }
    }
    ticksOfSample = (ticksOfSample + 1) % ticksPerSample;
  }

  private void clear(int sample) {
    counts[sample] = 0;
    for (int layer = 0; layer < sums.length; layer++) {
      sums[layer][sample] = 0;
      deepest[layer][sample] = 0;
      deepestPorts[layer][sample] = 0;
    }
  }

  private void halve() {
    for (int i = 0; i < capacity / 2; i++) {
      int one = 2 * i;
      int other = one + 1;
      times[i] = times[other];
      counts[i] = counts[one] + counts[other];
      for (int layer = 0; layer < sums.length; layer++) {
        sums[layer][i] = sums[layer][one] + sums[layer][other];
        int deeper = deepest[layer][one] >= deepest[layer][other] ? one : other;
        deepestPorts[layer][i] = deepestPorts[layer][deeper];
        deepest[layer][i] = deepest[layer][deeper];
      }
    }
    size = capacity / 2;
    ticksPerSample *= 2;
  }

  /** What was sampled of a layer. */
  public List<Sample> samples(SwitchRole role) {
    int layer = layer(role);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double mean = (double) sums[layer][i] / ((double) counts[i] * portsOfLayer[layer]);
      samples.add(new Sample(times[i], mean, deepest[layer][i], deepestPorts[layer][i]));
    }
    return samples;
  }
}
