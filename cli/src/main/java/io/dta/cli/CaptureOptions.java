package io.dta.cli;

import io.dta.node.ByteSize;
import io.dta.node.OperatorException;
import io.dta.rdma.capture.PacketCapture;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --capture} and what goes with it. */
public final class CaptureOptions {
  @Option(
      names = "--capture",
      paramLabel = "FILE",
      description =
          "Write what is sent and received to FILE as pcapng, for tshark and Wireshark;"
              + " docs/wireshark has a dissector.")
  private Path file;

  @Option(
      names = "--capture-limit",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "How long FILE may become (default ${DEFAULT-VALUE}).",
      defaultValue = "1GiB")
  private ByteSize limit;

  /** Reads {@code 64MiB}. */
  static final class SizeConverter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        ByteSize size = ByteSize.parse(text);
        if (size.bytes() < 1) {
          throw new IllegalArgumentException("'" + text + "': expected at least one byte");
        }
        return size;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /**
   * Begins a capture where one is wanted.
   *
   * @return null where none is
   * @throws OperatorException where the file cannot be written
   */
  public PacketCapture open() {
    if (file == null) {
      return null;
    }
    try {
      return PacketCapture.open(file, limit.bytes());
    } catch (IOException e) {
      throw new OperatorException(e.getMessage(), e);
    }
  }

  /** What to tell of a capture that has been closed; nothing of none. */
  public static void remark(PacketCapture capture, Output output) {
    if (capture != null) {
      output.remark(
          "captured %d packets in %s, missed %d"
              .formatted(capture.captured(), capture.file(), capture.missed()));
    }
  }
}
