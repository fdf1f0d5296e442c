package io.dta.p4.thrift;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dta.node.OperatorException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever answers at a switch's port is an error that is told, or an answer. */
class ThriftFuzzTest {
  private static final int REPLY = 0x80010002;
  private static final int EXCEPTION = 0x80010003;
  private static final int THRIFT_STRUCT = 12;
  private static final int THRIFT_I32 = 8;

  /** Answers one call with some bytes, and closes the connection. */
  private static void answer(byte[] bytes, ThrowingConsumer test) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread peer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket socket = server.accept()) {
                      socket.getOutputStream().write(bytes);
                      socket.shutdownOutput();
                      socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                      // The client hung up, as it may.
                    }
                  });
      try (SimpleSwitch device = SimpleSwitch.connect("127.0.0.1", server.getLocalPort())) {
        test.accept(device);
      }
      peer.join();
    }
  }

  @FunctionalInterface
  private interface ThrowingConsumer {
    void accept(SimpleSwitch device) throws Exception;
  }

  private static byte[] message(int type, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    byte[] name = "any".getBytes(StandardCharsets.UTF_8);
    out.writeInt(type);
    out.writeInt(name.length);
    out.write(name);
    out.writeInt(1);
    out.write(body);
    return bytes.toByteArray();
  }

  @Property(tries = 150)
  void shouldTellWhatIsNoAnswer(@ForAll @Size(max = 64) byte[] bytes) throws Exception {
    answer(
        bytes, device -> assertThrows(SwitchGoneException.class, () -> device.register("any", 0)));
  }

  @Property(tries = 150)
  void shouldReadOrRefuseAnyBodyOfAnAnswer(@ForAll @Size(max = 64) byte[] body) throws Exception {
    answer(
        message(REPLY, body),
        device -> {
          try {
            device.entries("any");
          } catch (OperatorException e) {
            // One that says what is wrong.
          }
        });
  }

  @Property(tries = 50)
  void shouldReadOrRefuseAnyBodyOfAnException(@ForAll @Size(max = 64) byte[] body)
      throws Exception {
    answer(
        message(EXCEPTION, body),
        device -> assertThrows(SwitchGoneException.class, () -> device.register("any", 0)));
  }

  @Property(tries = 50)
  void shouldNameTheErrorsOfASwitch(@ForAll int code) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(THRIFT_STRUCT);
    out.writeShort(1);
    out.writeByte(THRIFT_I32);
    out.writeShort(1);
    out.writeInt(code);
    out.writeByte(0);
    out.writeByte(0);
    answer(
        message(REPLY, bytes.toByteArray()),
        device -> assertThrows(SwitchRefusedException.class, () -> device.register("any", 0)));
  }
}
