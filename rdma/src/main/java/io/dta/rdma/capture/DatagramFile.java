package io.dta.rdma.capture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * UDP datagrams as whole IPv4 packets in a pcapng file, written by those who hand them over, at
 * times that they say: for what is simulated, where nothing may be missing. For one thread.
 */
public final class DatagramFile implements AutoCloseable {
  private static final int MAX_PAYLOAD = 65_507;

  private final PcapngWriter writer;
  private final IpUdpHeaders.Flow flow = new IpUdpHeaders.Flow();
  private final ByteBuffer packet =
      ByteBuffer.allocateDirect(IpUdpHeaders.MAX_LENGTH + MAX_PAYLOAD);
  private long packets;

  private DatagramFile(FileChannel channel) {
    writer = new PcapngWriter(channel, "dta");
  }

  /**
   * Makes the file, or empties the one that is there.
   *
   * @throws IOException with a sentence for the operator
   */
  public static DatagramFile create(Path file) throws IOException {
    try {
      return new DatagramFile(
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING));
    } catch (IOException e) {
      throw new IOException(
          "packets cannot be written to '%s' (%s): name a file in a directory that can be written"
              .formatted(file, e),
          e);
    }
  }

  /**
   * Writes a datagram.
   *
   * @param timeNs since the epoch
   * @param source an IPv4 address, as is the destination
   * @param outbound false where it was received
   * @param payload from its position to its limit; both are left alone
   */
  public void write(
      long timeNs,
      InetSocketAddress source,
      InetSocketAddress destination,
      boolean outbound,
      ByteBuffer payload)
      throws IOException {
    int header = IpUdpHeaders.length(false);
    int length = payload.remaining();
    copyAddress(source, flow.source);
    copyAddress(destination, flow.destination);
    flow.sourcePort = source.getPort();
    flow.destinationPort = destination.getPort();
    packet.clear();
    packet.put(header, payload, payload.position(), length);
    packet.limit(header + length);
    IpUdpHeaders.write(packet, flow);
    writer.packet(timeNs, outbound, packet);
    packets++;
  }

  private static void copyAddress(InetSocketAddress from, byte[] to) {
    byte[] address = from.getAddress().getAddress();
    if (address.length != Integer.BYTES) {
      throw new IllegalArgumentException(from + ": expected an IPv4 address");
    }
    System.arraycopy(address, 0, to, 0, address.length);
  }

  /** How many were written. */
  public long packets() {
    return packets;
  }

  /** Writes what is left, and closes the file. */
  @Override
  public void close() throws IOException {
    try (writer) {
      writer.flush();
    }
  }
}
