package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;

final class ZlibCrcTest {
  @Property(tries = 500)
  void shouldEqualTheRuntimesCrc(
      @ForAll @Size(max = 100) byte[] input, @ForAll @IntRange(max = 100) int cut) {
    int first = Math.min(cut, input.length);
    CRC32 expected = new CRC32();
    expected.update(input);
    ByteBuffer direct = ByteBuffer.allocateDirect(input.length + 3).put(3, input);
    UnsafeBuffer buffer = new UnsafeBuffer(direct);
    int crc = ZlibCrc.update(0, buffer, 3, first);
    crc = ZlibCrc.update(crc, buffer, 3 + first, input.length - first);
    assertEquals((int) expected.getValue(), crc);
  }
}
