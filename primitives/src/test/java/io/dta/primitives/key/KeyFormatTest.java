package io.dta.primitives.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyFormatTest {
  @Property(tries = 500)
  void shouldReadWhatItPrintsOfAnyBytes(@ForAll @Size(min = 1, max = 64) byte[] key) {
    roundTrip(KeyFormat.raw(key.length), key);
  }

  @Property(tries = 500)
  void shouldReadWhatItPrintsOfAnyNumber(@ForAll @Size(4) byte[] key) {
    roundTrip(KeyFormat.U32, key);
  }

  @Property(tries = 200)
  void shouldReadWhatItPrintsOfAnyFlow(@ForAll @Size(37) byte[] key) {
    roundTrip(KeyFormat.IPV6_5_TUPLE, key);
    roundTrip(KeyFormat.IPV4_5_TUPLE, Arrays.copyOf(key, 13));
  }

  private static void roundTrip(KeyFormat format, byte[] key) {
    assertArrayEquals(key, format.parseKey(format.printKey(key)));
    assertArrayEquals(key, format.parseKey("0x" + HexFormat.of().formatHex(key)));
    assertEquals(format, KeyFormat.parse(format.toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "u32, 0, 00000000",
    "u32, 4294967295, ffffffff",
    "u32, 10.0.0.1, 0a000001",
    "u32, 0x0A000001, 0a000001",
    "ipv4-5-tuple, 10.0.0.1:1234>10.0.2.3:80/tcp, 0a0000010a00020304d2005006",
    "ipv4-5-tuple, 0x0a0000010a00020304d2005006, 0a0000010a00020304d2005006",
    "raw:3, 0x01ff00, 01ff00",
  })
  void shouldReadKeys(String format, String text, String key) {
    assertEquals(key, HexFormat.of().formatHex(KeyFormat.parse(format).parseKey(text)));
  }

  @Test
  void shouldPrintNumbersInDecimal() {
    assertEquals("167772161", KeyFormat.U32.printKey(new byte[] {10, 0, 0, 1}));
  }

  @ParameterizedTest
  @CsvSource({
    "u32, -1, 42 or 10.0.0.1",
    "u32, 4294967296, 42 or 10.0.0.1",
    "u32, 99999999999999999999, 42 or 10.0.0.1",
    "u32, 10.0.0, 42 or 10.0.0.1",
    "u32, 10.0.0.256, 42 or 10.0.0.1",
    "u32, 0x1, 8 hexadecimal digits for 4 bytes",
    "u32, '', 42 or 10.0.0.1",
    "ipv4-5-tuple, 42, 10.0.0.1:1234>10.0.2.3:80/tcp",
    "ipv4-5-tuple, '[::1]:1>[::2]:2/tcp', expected IPv4 addresses",
    "ipv6-5-tuple, 10.0.0.1:1>10.0.0.2:2/tcp, expected IPv6 addresses",
    "ipv6-5-tuple, 0x00, 74 hexadecimal digits for 37 bytes",
    "raw:2, abcd, example: 0x002a",
    "raw:2, 0xabc, example: 0x002a",
    "raw:2, 0xabcdef, example: 0x002a",
    "raw:2, 0xabcg, example: 0x002a",
  })
  void shouldSayWhatIsWrongWithAKey(String format, String text, String hint) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> KeyFormat.parse(format).parseKey(text))
            .getMessage();
    assertTrue(message.contains("'" + text + "'") && message.contains(hint), message);
  }

  @Property(tries = 500)
  void shouldEitherReadOrRefuseAnyText(@ForAll String text) {
    for (KeyFormat format :
        new KeyFormat[] {KeyFormat.U32, KeyFormat.IPV4_5_TUPLE, KeyFormat.raw(2)}) {
      try {
        assertEquals(format.length(), format.parseKey(text).length);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("example"), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "U32", "raw", "raw:", "raw:0", "raw:65", "raw:064", "ipv4", "raw:-1"})
  void shouldSayWhatIsWrongWithAFormat(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> KeyFormat.parse(text)).getMessage();
    assertTrue(message.contains("'" + text + "'") && message.contains("raw:LENGTH"), message);
  }

  @Test
  void shouldRefuseKeysOfAnotherLength() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> KeyFormat.U32.printKey(new byte[3]))
            .getMessage();
    assertEquals("a key of 3 bytes: a u32 key has 4", message);
  }
}
