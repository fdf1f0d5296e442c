package io.dta.translator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.ByteSize;
import io.dta.translator.source.ReceiveMemory;
import io.dta.translator.source.SourceSettings;
import io.dta.translator.source.UdpSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

final class SourceAgentTest {
  private static final int MANY_CYCLES = 10_000;

  @Test
  void shouldStopAlthoughReportsKeepArriving() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    byte[] datagram = new byte[1000];
    UdpSource[] self = new UdpSource[1];
    try (ReceiveMemory memory =
            new ReceiveMemory(UdpSource.MESSAGES_PER_READ, UdpSource.MESSAGES_PER_READ);
        DatagramSocket reporter = new DatagramSocket(0, loopback)) {
      // Each datagram that is received brings the next one.
      Runnable report =
          () -> {
            try {
              reporter.send(
                  new DatagramPacket(datagram, datagram.length, loopback, self[0].port()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      self[0] =
          new UdpSource(
              new SourceSettings("127.0.0.1", 0, 1, ByteSize.of(64 << 10)),
              memory,
              (buffer, offset, length, address) -> report.run());
      SourceAgent agent =
          new SourceAgent(
              self[0],
              (buffer, offset, length, source) -> {},
              List.of(),
              List.of(),
              SystemNanoClock.INSTANCE,
              new Sleep(TranslatorContext.Idle.YIELD));
      agent.onStart();
      agent.opened().join();
      report.run();
      CompletableFuture<Void> quiet = agent.stopReceiving();
      for (int i = 0; i < MANY_CYCLES && !quiet.isDone(); i++) {
        agent.doWork();
      }

      assertTrue(quiet.isDone());
      long received = self[0].counters().datagrams();
      assertTrue(received > 10, "what had arrived was not received");
      agent.doWork();
      assertEquals(received, self[0].counters().datagrams(), "it receives on");
      agent.onClose();
    }
  }
}
