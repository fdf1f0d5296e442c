package io.dta.softroce.guest;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Ethernet frames in a file that tshark reads (the classic pcap format, big-endian). */
public final class PcapFile implements AutoCloseable {
  private static final int MAGIC = 0xA1B2C3D4;
  private static final int MAX_LENGTH = 65535;
  private static final int ETHERNET = 1;

  private final DataOutputStream out;

  PcapFile(Path path) throws IOException {
    out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path)));
    out.writeInt(MAGIC);
    out.writeShort(2);
    out.writeShort(4);
    out.writeInt(0);
    out.writeInt(0);
    out.writeInt(MAX_LENGTH);
    out.writeInt(ETHERNET);
  }

  synchronized void write(byte[] frame) throws IOException {
    Instant now = Instant.now();
    out.writeInt((int) now.getEpochSecond());
    out.writeInt(now.getNano() / 1000);
    out.writeInt(frame.length);
    out.writeInt(frame.length);
    out.write(frame);
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
