package io.dta.rdma.roce;

import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.Ecn;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * A port on a bad network: loses, duplicates and delays, by a seeded generator, what is sent and
 * what arrives. Delayed datagrams come back after some later ones, so they arrive in another order,
 * or when nothing else is under way. The port below must not batch: what is sent late has no place
 * in a batch.
 */
public final class FaultyUdpPort implements UdpPort {
  private final UdpPort port;
  private final RandomGenerator random;
  private final Faults faults;
  private final Deque<Held> heldSends = new ArrayDeque<>();
  private final Deque<Held> heldArrivals = new ArrayDeque<>();

  /**
   * Fractions of datagrams, 0 to 1, each way.
   *
   * @param loss not delivered
   * @param duplication delivered a second time, at once or later
   * @param delay delivered after up to eight later ones
   */
  public record Faults(double loss, double duplication, double delay) {
    /** A perfect network. */
    public static final Faults NONE = new Faults(0, 0, 0);
  }

  private static final class Held {
    final ByteBuffer bytes;
    final InetSocketAddress peer;
    final int ecn;
    int wait;

    Held(ByteBuffer buffer, int offset, int length, InetSocketAddress peer, int ecn, int wait) {
      bytes = ByteBuffer.allocateDirect(length).put(0, buffer, offset, length);
      this.peer = peer;
      this.ecn = ecn;
      this.wait = wait;
    }
  }

  public FaultyUdpPort(UdpPort port, RandomGenerator random, Faults faults) {
    this.port = port;
    this.random = random;
    this.faults = faults;
  }

  @Override
  public InetSocketAddress localAddress() {
    return port.localAddress();
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    releaseSends(false);
    if (random.nextDouble() < faults.loss()) {
      return true;
    }
    if (random.nextDouble() < faults.duplication()) {
      heldSends.add(
          new Held(buffer, offset, length, destination, Ecn.NOT_CAPABLE, random.nextInt(8)));
    }
    if (random.nextDouble() < faults.delay()) {
      heldSends.add(
          new Held(buffer, offset, length, destination, Ecn.NOT_CAPABLE, 1 + random.nextInt(8)));
      return true;
    }
    return port.send(buffer, offset, length, destination);
  }

  private void releaseSends(boolean all) {
    for (int i = heldSends.size(); i > 0; i--) {
      Held held = heldSends.remove();
      if (all || --held.wait < 0) {
        port.send(held.bytes, 0, held.bytes.capacity(), held.peer);
      } else {
        heldSends.add(held);
      }
    }
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return 0; // Delayed datagrams leave one by one.
  }

  @Override
  public void flush() {
    port.flush();
  }

  @Override
  public int receive(DatagramHandler handler, int limit) {
    int delivered = 0;
    while (delivered < limit) {
      int[] accepted = {0};
      int arrived =
          port.receive(
              (buffer, offset, length, source, ecn) -> {
                if (random.nextDouble() < faults.loss()) {
                  return;
                }
                if (random.nextDouble() < faults.duplication()) {
                  heldArrivals.add(
                      new Held(buffer, offset, length, source, ecn, random.nextInt(8)));
                }
                if (random.nextDouble() < faults.delay()) {
                  heldArrivals.add(
                      new Held(buffer, offset, length, source, ecn, 1 + random.nextInt(8)));
                  return;
                }
                accepted[0]++;
                handler.onDatagram(buffer, offset, length, source, ecn);
              },
              1);
      delivered += accepted[0];
      delivered += releaseArrivals(handler, limit - delivered, arrived == 0);
      if (arrived == 0) {
        break;
      }
    }
    if (delivered == 0) {
      releaseSends(true);
    }
    return delivered;
  }

  private int releaseArrivals(DatagramHandler handler, int limit, boolean all) {
    int released = 0;
    for (int i = heldArrivals.size(); i > 0; i--) {
      Held held = heldArrivals.remove();
      if (released < limit && (all || --held.wait < 0)) {
        handler.onDatagram(held.bytes, 0, held.bytes.capacity(), held.peer, held.ecn);
        released++;
      } else {
        heldArrivals.add(held);
      }
    }
    return released;
  }

  @Override
  public long errors() {
    return port.errors();
  }

  @Override
  public void close() {
    port.close();
  }
}
