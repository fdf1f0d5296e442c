package io.dta.translator.source;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.ByteSize;
import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.datagram.DecodeStatus;
import io.dta.primitives.datagram.ReportDecoder;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.HeaderFormat;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DisruptorHandOffTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final KeyWriteStore VALUES =
      new KeyWriteStore(0, "values", KeyFormat.IPV4_5_TUPLE, 4, 16, 1, null, null);
  private static final KeyIncrementStore COUNTS =
      new KeyIncrementStore(5, "counts", KeyFormat.U32, 16, 1);
  private static final AppendStore EVENTS = new AppendStore(0, "events", 8, 4, 4, 2);
  private static final StoreTable STORES = new StoreTable(List.of(VALUES, COUNTS, EVENTS));

  private ReceiveMemory memory;
  private DisruptorHandOff handOff;
  private UdpSource source;
  private DatagramSocket reporter;

  @AfterEach
  void close() {
    reporter.close();
    source.close();
    memory.close();
  }

  private void open(int slots, int shards, int ringSize) throws IOException {
    memory = new ReceiveMemory(slots, UdpSource.MESSAGES_PER_READ);
    handOff = new DisruptorHandOff(HeaderFormat.FULL, STORES, memory, shards, ringSize);
    source =
        new UdpSource(new SourceSettings("127.0.0.1", 0, 1, ByteSize.of(1 << 20)), memory, handOff);
    source.open();
    reporter = new DatagramSocket(0, LOOPBACK);
  }

  private void send(byte[] datagram) throws IOException {
    reporter.send(new DatagramPacket(datagram, datagram.length, LOOPBACK, source.port()));
  }

  @Test
  void shouldHandWholeDatagramsToOneShard() throws IOException {
    open(512, 1, 512);
    List<byte[]> sent = UdpSourceTest.randomDatagrams(300, 500, new Random(4));
    for (byte[] datagram : sent) {
      send(datagram);
    }
    receiveAll();
    Shard shard = handOff.shards().getFirst();
    assertEquals(300, shard.occupancy());
    shard.wake();
    assertEquals(300, shard.backlog().sum());

    List<byte[]> received = new ArrayList<>();
    while (shard.poll(collect(received), 7) > 0) {}

    assertEquals(300, received.size());
    for (int i = 0; i < 300; i++) {
      assertArrayEquals(sent.get(i), received.get(i), "datagram " + i);
    }
    assertTrue(shard.isEmpty());
    shard.wake();
    assertEquals(300, shard.backlog().sum(), "nothing waits any more");
  }

  @Test
  void shouldGoOnAfterAnEventThatTheEngineFailsAt() throws IOException {
    open(64, 1, 64);
    for (byte[] datagram : UdpSourceTest.randomDatagrams(3, 100, new Random(6))) {
      send(datagram);
    }
    receiveAll();
    Shard shard = handOff.shards().getFirst();
    List<byte[]> received = new ArrayList<>();
    DatagramSink failing =
        (buffer, offset, length, address) -> {
          throw new IllegalStateException("cannot");
        };

    assertThrows(IllegalStateException.class, () -> shard.poll(failing, 10));
    assertEquals(2, shard.poll(collect(received), 10));
    assertTrue(shard.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void shouldGiveEachShardTheReportsThatItOwnsInOrder(int shards) throws IOException {
    open(512, shards, 4096);
    long seed = 5;
    Random random = new Random(seed);
    int reports = 0;
    for (int i = 0; i < 200; i++) {
      reports += sendReports(random, 1 + random.nextInt(20), i % 10 == 0);
    }
    receiveAll();

    Map<String, Integer> owners = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    int[] seen = new int[2];
    for (int i = 0; i < shards; i++) {
      int shard = i;
      DatagramSink sink =
          (buffer, offset, length, address) -> {
            assertEquals(0, address);
            ReportDecoder decoder = new ReportDecoder(HeaderFormat.FULL, STORES);
            decoder.wrap(buffer, offset, length);
            while (decoder.next()) {
              if (decoder.status() != DecodeStatus.OK) {
                seen[1]++;
                continue;
              }
              seen[0]++;
              int keyOffset = decoder.primitive() == Primitive.APPEND ? 0 : 1;
              int keyLength = decoder.primitive() == Primitive.KEY_WRITE ? 13 : 4;
              byte[] key = new byte[keyLength];
              buffer.getBytes(decoder.body() + keyOffset, key);
              String name = decoder.primitive() + Arrays.toString(key);
              assertEquals(shard, owners.computeIfAbsent(name, each -> shard), name);
              int serial = decoder.reportOffset() + decoder.reportLength() - Integer.BYTES;
              int number = buffer.getInt(serial, BIG_ENDIAN);
              Integer before = last.put(name, number);
              assertTrue(before == null || before < number, name + " came out of order");
            }
          };
      while (handOff.shards().get(i).poll(sink, 100) > 0) {}
    }
    assertEquals(reports, seen[0], "seed " + seed);
    assertEquals(20, seen[1], "undecodable rests");
    assertEquals(shards, owners.values().stream().distinct().count());
  }

  private int serial;

  /** Every report ends with a number that grows from report to report. */
  private int sendReports(Random random, int count, boolean broken) throws IOException {
    UnsafeBuffer datagram = new UnsafeBuffer(ByteBuffer.allocate(1400));
    UnsafeBuffer key = new UnsafeBuffer(new byte[13]);
    UnsafeBuffer value = new UnsafeBuffer(new byte[4]);
    DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
    builder.wrap(datagram, 0, 1000);
    for (int i = 0; i < count; i++) {
      serial++;
      value.putInt(0, serial, BIG_ENDIAN);
      key.putInt(0, random.nextInt(40));
      key.putInt(9, key.getInt(0));
      boolean fits =
          switch (random.nextInt(3)) {
            case 0 -> builder.keyWrite(VALUES, 0, 0, 1, key, 0, value, 0);
            case 1 -> builder.append(EVENTS, 0, 0, random.nextInt(8), value, 0);
            default -> builder.keyIncrement(COUNTS, 0, 0, 1, key, 0, serial);
          };
      assertTrue(fits);
    }
    int length = builder.length();
    if (broken) {
      datagram.setMemory(length, 10, (byte) 0xEE);
      length += 10;
    }
    send(Arrays.copyOf(datagram.byteBuffer().array(), length));
    return count;
  }

  @Test
  void shouldCountByPrimitiveWhatARingHasNoRoomFor() throws IOException {
    open(512, 1, 16);
    int reports = 0;
    Random random = new Random(6);
    for (int i = 0; i < 100; i++) {
      reports += sendReports(random, 1 + random.nextInt(9), i % 2 == 0);
    }
    receiveAll();

    int[] handedOver = new int[1];
    Shard shard = handOff.shards().getFirst();
    assertEquals(16, shard.occupancy());
    shard.poll(counting(handedOver), 100);
    long dropped = 0;
    for (Primitive primitive : Primitive.values()) {
      dropped += handOff.dropped(primitive);
    }
    assertEquals(reports, handedOver[0] + dropped);
    assertEquals(
        42, handOff.dropped((Primitive) null), "50 undecodable rests, 8 of them handed over");
    assertTrue(handOff.dropped(Primitive.KEY_WRITE) > 0);

    // There is room again.
    assertEquals(5, sendReports(random, 5, false));
    receiveAll();
    handedOver[0] = 0;
    shard.poll(counting(handedOver), 100);
    assertEquals(5, handedOver[0]);
  }

  @Test
  void shouldHaveRoomForAllSlotsWhereverTheFirstIs() throws IOException {
    open(64, 1, 1024);
    Shard shard = handOff.shards().getFirst();
    for (int round = 1; round <= 48; round++) {
      for (int i = 0; i < round; i++) {
        send(new byte[] {(byte) i});
        source.doWork();
      }
      List<byte[]> received = new ArrayList<>();
      while (shard.poll(collect(received), 5) > 0) {}
      assertEquals(round, received.size());
      assertEquals(0, handOff.dropped((Primitive) null));
    }
  }

  @Test
  void shouldNeverReuseMemoryThatAShardStillNeeds() throws IOException {
    open(64, 1, 1024);
    List<byte[]> sent = new ArrayList<>();
    List<byte[]> received = new ArrayList<>();
    Random random = new Random(7);
    Shard shard = handOff.shards().getFirst();
    for (int round = 0; round < 200; round++) {
      int burst = random.nextInt(90);
      for (int i = 0; i < burst; i++) {
        byte[] datagram = new byte[4 + random.nextInt(100)];
        random.nextBytes(datagram);
        datagram[0] = (byte) 0xFF; // no opcode: it counts as one report if it is dropped
        sent.add(datagram);
        send(datagram);
      }
      receiveAll();
      shard.poll(collect(received), random.nextInt(90));
    }
    while (shard.poll(collect(received), 100) > 0) {}

    // What arrived is a subsequence of what was sent, undamaged.
    int next = 0;
    for (byte[] datagram : received) {
      while (!Arrays.equals(sent.get(next), datagram)) {
        next++;
        assertTrue(next < sent.size(), "a datagram was damaged");
      }
      next++;
    }
    long dropped = handOff.dropped((Primitive) null);
    assertEquals(sent.size(), received.size() + dropped);
    assertTrue(dropped > 0, "nothing was dropped");
    assertTrue(received.size() > 2000, "received " + received.size());
  }

  private void receiveAll() {
    while (source.doWork() > 0) {}
  }

  private static DatagramSink collect(List<byte[]> received) {
    return (buffer, offset, length, address) -> {
      byte[] bytes = new byte[length];
      buffer.getBytes(offset, bytes);
      received.add(bytes);
    };
  }

  private static DatagramSink counting(int[] reports) {
    ReportDecoder decoder = new ReportDecoder(HeaderFormat.FULL, STORES);
    return (buffer, offset, length, address) -> {
      decoder.wrap(buffer, offset, length);
      while (decoder.next()) {
        reports[0] += decoder.status() == DecodeStatus.OK ? 1 : 0;
      }
    };
  }
}
