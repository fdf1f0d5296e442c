package io.dta.fattree.traffic;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.topology.FatTree;
import io.dta.primitives.key.KeyFormat;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The flows of a run: distinct IPv4 5-tuples between different hosts, with sizes of a heavy tail.
 *
 * <p>Hosts are drawn uniformly, four flows in five are TCP. Packets a flow follow a bounded Pareto
 * distribution (shape 1.1, 1 to 10,000), so that few flows carry most bytes, as in measured data
 * centres (Benson, Akella and Maltz, IMC 2010); a flow's packets are all of one size, 64 to 1500
 * bytes. Everything derives from the seed by {@link SplittableRandom} and {@link StrictMath} and is
 * therefore the same on every machine. Flows are numbered in the order in which they begin; each
 * lives in one epoch, and all epochs have the same number of flows, give or take one.
 */
public final class FlowTable {
  public static final int MAX_FLOWS = 1 << 24;
  public static final int MAX_EPOCHS = 1 << 12;
  public static final int TCP = 6;
  public static final int UDP = 17;

  private static final double SHAPE = 1.1;
  private static final int MAX_PACKETS = 10_000;
  private static final int MIN_PACKET_LENGTH = 64;
  private static final int MAX_PACKET_LENGTH = 1500;
  private static final int TCP_PERCENT = 80;
  private static final int FIRST_EPHEMERAL_PORT = 32_768;
  private static final int LAST_EPHEMERAL_PORT = 60_999;
  private static final int[] SERVICES = {22, 53, 80, 443, 2049, 3306, 5432, 6379, 8080, 9092};

  private static final int KEY_LENGTH = KeyFormat.IPV4_5_TUPLE.length();

  private final FatTree tree;
  private final int epochs;
  private final int[] sources;
  private final int[] destinations;
  private final int[] packets;
  private final int[] packetLengths;
  private final UnsafeBuffer keys;

  private FlowTable(FatTree tree, int flows, int epochs) {
    this.tree = tree;
    this.epochs = epochs;
    sources = new int[flows];
    destinations = new int[flows];
    packets = new int[flows];
    packetLengths = new int[flows];
    keys = new UnsafeBuffer(new byte[flows * KEY_LENGTH]);
  }

  /**
   * Draws flows.
   *
   * @param flows 1 to 2^24
   * @param epochs 1 to 4096
   */
  public static FlowTable generate(FatTree tree, int flows, int epochs, long seed) {
    if (flows < 1 || flows > MAX_FLOWS) {
      throw new IllegalArgumentException("flows " + flows + ": expected 1 to " + MAX_FLOWS);
    }
    if (epochs < 1 || epochs > MAX_EPOCHS) {
      throw new IllegalArgumentException("epochs " + epochs + ": expected 1 to " + MAX_EPOCHS);
    }
    FlowTable table = new FlowTable(tree, flows, epochs);
    SplittableRandom random = new SplittableRandom(seed);
    LongHashSet known = new LongHashSet(2 * flows, 0.55f, false);
    for (int flow = 0; flow < flows; flow++) {
      while (!known.add(table.draw(flow, random))) {
        // An equal 5-tuple was drawn before: draw again.
      }
      table.drawSize(flow, random);
    }
    return table;
  }

  /**
   * Draws a 5-tuple and returns it as 62 bits: 15 for each host, 16 for each port less one for the
   * protocol.
   */
  private long draw(int flow, SplittableRandom random) {
    int source = random.nextInt(tree.hosts());
    int destination = (source + 1 + random.nextInt(tree.hosts() - 1)) % tree.hosts();
    int protocol = random.nextInt(100) < TCP_PERCENT ? TCP : UDP;
    int sourcePort = random.nextInt(FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT + 1);
    int destinationPort = SERVICES[random.nextInt(SERVICES.length)];
    sources[flow] = source;
    destinations[flow] = destination;
    int at = keyIndex(flow);
    keys.putInt(at, tree.hostAddress(source), BIG_ENDIAN);
    keys.putInt(at + 4, tree.hostAddress(destination), BIG_ENDIAN);
    keys.putShort(at + 8, (short) sourcePort, BIG_ENDIAN);
    keys.putShort(at + 10, (short) destinationPort, BIG_ENDIAN);
    keys.putByte(at + 12, (byte) protocol);
    return (long) source << 48
        | (long) destination << 33
        | (long) sourcePort << 17
        | (long) destinationPort << 1
        | (protocol == TCP ? 1 : 0);
  }

  private void drawSize(int flow, SplittableRandom random) {
    double pareto = StrictMath.pow(1 - random.nextDouble(), -1 / SHAPE);
    packets[flow] = (int) Math.min(MAX_PACKETS, pareto);
    packetLengths[flow] = random.nextInt(MIN_PACKET_LENGTH, MAX_PACKET_LENGTH + 1);
  }

  public int size() {
    return sources.length;
  }

  public int epochs() {
    return epochs;
  }

  /** The first flow of an epoch; {@link #size()} where {@code epoch} is the number of epochs. */
  public int firstFlow(int epoch) {
    return (int) (((long) epoch * size() + epochs - 1) / epochs);
  }

  /** The epoch in which a flow lives. */
  public int epoch(int flow) {
    return (int) ((long) flow * epochs / size());
  }

  /** The number of the sending host. */
  public int source(int flow) {
    return sources[flow];
  }

  /** The number of the receiving host. */
  public int destination(int flow) {
    return destinations[flow];
  }

  public int packets(int flow) {
    return packets[flow];
  }

  public long bytes(int flow) {
    return (long) packets[flow] * packetLengths[flow];
  }

  /** All 5-tuples, 13 bytes each, one after another. */
  public DirectBuffer keys() {
    return keys;
  }

  /** Where a flow's 5-tuple begins in {@link #keys()}. */
  public int keyIndex(int flow) {
    return flow * KEY_LENGTH;
  }

  /** A copy of a flow's 5-tuple. */
  public byte[] key(int flow) {
    byte[] key = new byte[KEY_LENGTH];
    keys.getBytes(keyIndex(flow), key);
    return key;
  }
}
