package io.dta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.OperatorException;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatientStartTest {
  private final List<String> remarks = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  @TempDir Path directory;

  private TranslatorContext context(int collector, String more) throws IOException {
    String yaml =
        """
        translator:
          listen: {host: 127.0.0.1, port: 0}
          collectors: ["http://127.0.0.1:%d"]
          rdma: {address: 127.0.0.4, port: 0, reconnectFirst: 1ms, reconnectLongest: 2ms%s}
          http: {host: 127.0.0.1, port: 0}
        """
            .formatted(collector, more);
    return NodeConfiguration.translator(Files.writeString(directory.resolve("t.yaml"), yaml));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void shouldWaitForACollectorThatIsNotThereYet() throws Exception {
    try (RunningNodes nodes = new RunningNodes(100, 1)) {
      int nobody = freePort();
      int somebody = URI.create(nodes.uri().toString()).getPort();
      List<TranslatorContext> contexts =
          List.of(context(nobody, ""), context(nobody, ""), context(somebody, ""));
      int[] attempts = {0};

      try (Translator translator =
          new PatientStart(contexts.getFirst().rdma(), remarks::add)
              .start(() -> new Translator(contexts.get(attempts[0]++)), stopped)) {
        assertNotNull(translator);
        assertTrue(translator.problems().isEmpty(), () -> translator.problems().toString());
      }
      assertEquals(3, attempts[0]);
      assertEquals(1, remarks.size(), remarks::toString);
      assertTrue(
          remarks.getFirst().startsWith("no collector answers at http://127.0.0.1:" + nobody),
          remarks::toString);
      assertTrue(remarks.getFirst().contains("tried again for ever"), remarks::toString);
    }
  }

  @Test
  void shouldEndItsWaitingWhenItIsStopped() throws Exception {
    TranslatorContext context = context(freePort(), "");
    PatientStart start =
        new PatientStart(
            context.rdma(),
            remark -> {
              remarks.add(remark);
              stopped.countDown();
            });

    assertNull(start.start(() -> new Translator(context), stopped));
    assertEquals(1, remarks.size());
  }

  @Test
  void shouldNotWaitForWhatStaysWrong() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerWithSomethingElse(other));
      TranslatorContext context = context(other.getLocalPort(), "");

      OperatorException e =
          assertThrows(
              OperatorException.class,
              () ->
                  new PatientStart(context.rdma(), remarks::add)
                      .start(() -> new Translator(context), stopped));
      assertTrue(e.getMessage().contains("HTTP 404"), e::getMessage);
      assertTrue(remarks.isEmpty(), remarks::toString);
    }
  }

  private static void answerWithSomethingElse(ServerSocket server) {
    try (Socket socket = server.accept()) {
      byte[] answer =
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII);
      if (socket.getInputStream().read(new byte[4096]) < 0) {
        return;
      }
      socket.getOutputStream().write(answer);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
