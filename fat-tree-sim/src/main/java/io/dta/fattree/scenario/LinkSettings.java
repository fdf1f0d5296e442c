package io.dta.fattree.scenario;

import io.dta.fattree.network.LinkProfile;
import io.dta.node.ByteSize;
import java.time.Duration;

/**
 * The section {@code links}: all of them alike, or layer by layer.
 *
 * @param gigabits Gb/s of every link, 1 to 800; 10 where left out
 * @param delay of every link; 1 µs where left out
 * @param buffer of a switch port; 256 KiB or four times {@code mark}, whichever is more, where left
 *     out
 * @param mark what must wait at a port for packets to be marked; DCTCP's 65 packets at 10 Gb/s, in
 *     proportion to the rate, where left out
 * @param hosts what is different between hosts and edge switches
 * @param pods what is different between edge and aggregation switches
 * @param cores what is different between aggregation and core switches
 */
record LinkSettings(
    Integer gigabits,
    Duration delay,
    ByteSize buffer,
    ByteSize mark,
    Layer hosts,
    Layer pods,
    Layer cores) {
  private static final int MAX_GIGABITS = 800;
  private static final int DEFAULT_GIGABITS = 10;

  /** What is different in a layer; the rest is as for all links. */
  record Layer(Integer gigabits, Duration delay, ByteSize buffer, ByteSize mark) {
    static final Layer SAME = new Layer(null, null, null, null);

    Layer {
      checkGigabits(gigabits);
    }
  }

  LinkSettings {
    checkGigabits(gigabits);
    gigabits = gigabits == null ? DEFAULT_GIGABITS : gigabits;
    hosts = hosts == null ? Layer.SAME : hosts;
    pods = pods == null ? Layer.SAME : pods;
    cores = cores == null ? Layer.SAME : cores;
    for (Layer layer : new Layer[] {hosts, pods, cores}) {
      profile(gigabits, delay, buffer, mark, layer);
    }
  }

  private static void checkGigabits(Integer gigabits) {
    if (gigabits != null) {
      Checks.range("gigabits", gigabits, 1, MAX_GIGABITS);
    }
  }

  LinkProfile profile(Layer layer) {
    return profile(gigabits, delay, buffer, mark, layer);
  }

  private static LinkProfile profile(
      int gigabits, Duration delay, ByteSize buffer, ByteSize mark, Layer layer) {
    LinkProfile link = LinkProfile.ofGigabits(layer.gigabits == null ? gigabits : layer.gigabits);
    Duration wait = layer.delay == null ? delay : layer.delay;
    if (wait != null) {
      link = link.withDelay(Checks.picos(wait));
    }
    ByteSize marks = layer.mark == null ? mark : layer.mark;
    int markBytes = marks == null ? link.markBytes() : bytes("mark", marks);
    ByteSize room = layer.buffer == null ? buffer : layer.buffer;
    int bufferBytes = room == null ? Math.max(1 << 18, 4 * markBytes) : bytes("buffer", room);
    return link.withBuffer(bufferBytes, markBytes);
  }

  private static int bytes(String key, ByteSize size) {
    Checks.range(key, size.bytes(), 0, 1 << 28);
    return (int) size.bytes();
  }
}
