package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.wire.HeaderFormat;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Whatever arrives: nothing is thrown, nothing is written beside a region, everything is accounted
 * for.
 */
class DatagramFuzzTest {
  @Property(tries = 500)
  void shouldTakeArbitraryBytes(@ForAll @Size(max = 200) byte[] bytes) {
    for (HeaderFormat header : HeaderFormat.values()) {
      try (EngineFixture fixture = fixture(header)) {
        take(fixture, bytes, bytes.length);
      }
    }
  }

  @Property(tries = 500)
  void shouldTakeBytesBehindAnyHeader(
      @ForAll byte opcode, @ForAll byte flags, @ForAll @Size(max = 100) byte[] body) {
    try (EngineFixture fixture = fixture(HeaderFormat.FULL)) {
      byte[] bytes = new byte[3 + body.length];
      bytes[0] = (byte) (opcode & 7);
      bytes[2] = flags;
      System.arraycopy(body, 0, bytes, 3, body.length);
      take(fixture, bytes, bytes.length);
    }
  }

  @Property(tries = 500)
  void shouldTakeMutatedDatagrams(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (EngineFixture fixture = fixture(HeaderFormat.FULL)) {
      RandomReports reports = new RandomReports(random);
      for (int round = 0; round < 10; round++) {
        for (int i = random.nextInt(20); i >= 0; i--) {
          reports.add(fixture.reports);
        }
        byte[] bytes = new byte[fixture.reports.length()];
        fixture.datagram.getBytes(0, bytes);
        for (int i = random.nextInt(10); i > 0; i--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        take(fixture, bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length);
        fixture.begin();
        fixture.after(random.nextLong(100 * EngineFixture.MILLISECOND));
      }
      fixture.engine.flush();
    }
  }

  private static EngineFixture fixture(HeaderFormat header) {
    if (header == HeaderFormat.FULL) {
      return RandomReports.fixture().header(header).build();
    }
    return EngineFixture.with(RandomReports.APPEND).header(header).build();
  }

  /** Hands over bytes that end where their buffer ends, so that one byte too far is an error. */
  private static void take(EngineFixture fixture, byte[] bytes, int length) {
    byte[] exact = new byte[length];
    System.arraycopy(bytes, 0, exact, 0, length);
    fixture.engine.onDatagram(new UnsafeBuffer(exact), 0, length, EngineFixture.REPORTER);
    fixture.check("after the datagram");
    assertTrue(fixture.engine.published().received() > 0 || length == 0);
  }
}
