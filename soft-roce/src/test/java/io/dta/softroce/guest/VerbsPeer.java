package io.dta.softroce.guest;

import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A program in the guest that owns memory regions and speaks verbs and rdma_cm with the kernel's
 * driver; {@code guest/peer.c} lists its commands. One thread uses it at a time.
 */
public final class VerbsPeer implements AutoCloseable {
  private final GuestProcess process;
  private int seen;

  /** A memory region of the peer. */
  public record Region(String name, long address, int rkey, long length) {}

  VerbsPeer(GuestProcess process) throws IOException {
    this.process = process;
    try {
      awaitEvent("ready");
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }

  /**
   * Gives a command and returns its answer by name.
   *
   * @throws IOException where the answer is an error
   */
  public Map<String, String> ask(String command) throws IOException {
    String answer = answer(command);
    if (!answer.startsWith("ok")) {
      throw new IOException("the peer answered '" + command + "' with: " + answer);
    }
    return fields(answer);
  }

  /** Gives a command and returns its answer as it is: "ok …" or "error …". */
  public String answer(String command) throws IOException {
    int from = process.lines(0).size();
    process.writeLine(command);
    return process.awaitLine(
        from,
        line -> line.startsWith("ok") || line.startsWith("error"),
        "an answer to '" + command + "'");
  }

  /** The {@code name=value} words of a line. */
  public static Map<String, String> fields(String line) {
    Map<String, String> fields = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int at = word.indexOf('=');
      if (at > 0) {
        fields.put(word.substring(0, at), word.substring(at + 1));
      }
    }
    return fields;
  }

  /** Registers memory of zeros that a peer may read, write and do atomics on. */
  public Region region(String name, long length) throws IOException {
    Map<String, String> answer = ask("region " + name + " " + length);
    return new Region(
        name,
        Long.decode(answer.get("address")),
        Long.decode(answer.get("rkey")).intValue(),
        length);
  }

  /** Memory, as the peer's CPU reads it. */
  public byte[] get(Region region, long offset, int length) throws IOException {
    String bytes = ask("get %s %d %d".formatted(region.name(), offset, length)).get("bytes");
    return bytes.equals("-") ? new byte[0] : HexFormat.of().parseHex(bytes);
  }

  /** The CRC-32 of memory, as {@link java.util.zip.CRC32}. */
  public int crc(Region region, long offset, long length) throws IOException {
    String crc = ask("crc %s %d %d".formatted(region.name(), offset, length)).get("crc");
    return Long.decode(crc).intValue();
  }

  /**
   * Waits for an event whose text begins so, among those that no other call returned, and returns
   * it; others before it are passed over.
   */
  public String awaitEvent(String beginning) throws IOException {
    String prefix = "event " + beginning;
    return awaitEvent(line -> line.startsWith(prefix), "the event '" + beginning + "'");
  }

  private String awaitEvent(Predicate<String> wanted, String what) throws IOException {
    String line = process.awaitLine(seen, wanted, what);
    seen += process.lines(seen).indexOf(line) + 1;
    return line;
  }

  /** All that it said. */
  public String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}
