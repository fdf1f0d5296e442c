package io.dta.primitives.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FiveTupleTest {
  @Property(tries = 500)
  void shouldReadWhatItPrintsOfAnyIpv4Key(@ForAll @Size(FiveTuple.IPV4_LENGTH) byte[] key) {
    roundTrip(key);
  }

  @Property(tries = 500)
  void shouldReadWhatItPrintsOfAnyIpv6Key(@ForAll("ipv6Keys") byte[] key) {
    roundTrip(key);
  }

  /** Zeros in runs, so that shortened addresses and IPv4-mapped ones come up. */
  @Provide
  Arbitrary<byte[]> ipv6Keys() {
    return Arbitraries.oneOf(
            Arbitraries.bytes(), Arbitraries.of((byte) 0), Arbitraries.of((byte) 0, (byte) -1))
        .array(byte[].class)
        .ofSize(FiveTuple.IPV6_LENGTH);
  }

  private static void roundTrip(byte[] key) {
    FiveTuple flow = FiveTuple.fromBytes(key);
    assertArrayEquals(key, flow.toBytes());
    FiveTuple parsed = FiveTuple.parse(flow.print());
    assertArrayEquals(key, parsed.toBytes(), flow.print());
    assertEquals(flow, parsed);
    assertEquals(flow.print(), flow.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:1234>10.0.2.3:80/tcp, 0a0000010a00020304d2005006",
    "255.255.255.255:65535>0.0.0.0:0/255, ffffffff00000000ffff0000ff",
    "10.0.0.1:0>10.0.0.2:0/icmp, 0a0000010a0000020000000001",
    "10.0.0.1:5000>10.0.0.2:5001/sctp, 0a0000010a0000021388138984",
    "10.0.0.1:53>10.0.0.2:53/udp, 0a0000010a0000020035003511",
  })
  void shouldPrintIpv4(String text, String key) {
    assertEquals(text, FiveTuple.parse(text).print());
    assertEquals(key, HexFormat.of().formatHex(FiveTuple.parse(text).toBytes()));
  }

  /** RFC 5952: lower case, the longest run of zeros shortened, the first of equal ones, no lone. */
  @ParameterizedTest
  @CsvSource({
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "::1, ::1",
    "fe80::, fe80::",
    "::ffff:192.0.2.1, ::ffff:c000:201",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
  })
  void shouldPrintIpv6Canonically(String written, String canonical) {
    FiveTuple flow = FiveTuple.parse("[" + written + "]:1>[2001:db8::2]:2/udp");
    assertEquals("[" + canonical + "]:1>[2001:db8::2]:2/udp", flow.print());
    assertEquals(FiveTuple.IPV6_LENGTH, flow.toBytes().length);
  }

  @Test
  void shouldReadProtocolsByNameAndNumber() {
    assertEquals(6, FiveTuple.parse("10.0.0.1:1>10.0.0.2:2/TCP").protocol());
    assertEquals(6, FiveTuple.parse("10.0.0.1:1>10.0.0.2:2/6").protocol());
    assertEquals("10.0.0.1:1>10.0.0.2:2/200", FiveTuple.parse("10.0.0.1:1>10.0.0.2:2/200").print());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        "10.0.0.1>10.0.0.2",
        "10.0.0.1:1>10.0.0.2:2",
        "10.0.0.1:1>10.0.0.2:2/",
        "10.0.0.1:1-10.0.0.2:2/tcp",
        " 10.0.0.1:1>10.0.0.2:2/tcp",
        "10.0.0.1:>10.0.0.2:2/tcp",
        "10.0.0.1:-1>10.0.0.2:2/tcp",
        "10.0.0.1:65536>10.0.0.2:2/tcp",
        "10.0.0.1:99999999999>10.0.0.2:2/tcp",
        "10.0.0.256:1>10.0.0.2:2/tcp",
        "10.0.1:1>10.0.0.2:2/tcp",
        "10.0.0.01:1>10.0.0.2:2/tcp",
        "10.0.0.1.:1>10.0.0.2:2/tcp",
        "localhost:1>10.0.0.2:2/tcp",
        "2001:db8::1:1>2001:db8::2:2/tcp",
        "[10.0.0.1]:1>[10.0.0.2]:2/tcp",
        "[2001:db8::1]:1>10.0.0.2:2/tcp",
        "[2001:db8::1%eth0]:1>[2001:db8::2]:2/tcp",
        "[2001:db8:::1]:1>[2001:db8::2]:2/tcp",
        "[]:1>[]:2/tcp",
        "10.0.0.1:1>10.0.0.2:2/256",
        "10.0.0.1:1>10.0.0.2:2/tpc",
        "10.0.0.1:1>10.0.0.2:2/tcp/tcp",
      })
  void shouldSayWhatIsWrong(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FiveTuple.parse(text)).getMessage();
    assertTrue(message.startsWith("5-tuple '" + text + "': "), message);
    assertTrue(message.contains("10.0.0.1:1234>10.0.2.3:80/tcp"), message);
  }

  @Test
  void shouldNameThePartThatIsWrong() {
    assertTrue(reason("10.0.0.1:70000>10.0.0.2:2/tcp").contains("port 70000: expected 0 to 65535"));
    assertTrue(reason("10.0.0.300:1>10.0.0.2:2/tcp").contains("'10.0.0.300' is no IPv4 address"));
    assertTrue(reason("[::g]:1>[::1]:2/tcp").contains("'::g' is no IPv6 address"));
    assertTrue(reason("10.0.0.1:1>10.0.0.2:2/tpc").contains("protocol 'tpc': expected icmp, "));
    assertTrue(reason("[::1]:1>10.0.0.2:2/tcp").contains("two IPv4 or two IPv6 addresses"));
  }

  private static String reason(String text) {
    return assertThrows(IllegalArgumentException.class, () -> FiveTuple.parse(text)).getMessage();
  }

  @Property(tries = 1000)
  void shouldEitherReadOrRefuseAnyText(@ForAll String text) {
    try {
      FiveTuple.parse(text);
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().startsWith("5-tuple '"), e.getMessage());
    }
  }

  @Test
  void shouldRefuseValuesOutOfRange() {
    InetAddress a = InetAddress.ofLiteral("10.0.0.1");
    refused("source port -1", () -> new FiveTuple(a, a, -1, 0, 6));
    refused("destination port 65536", () -> new FiveTuple(a, a, 0, 65536, 6));
    refused("protocol 256", () -> new FiveTuple(a, a, 0, 0, 256));
    refused("a 5-tuple of 12 bytes", () -> FiveTuple.fromBytes(new byte[12]));
  }

  private static void refused(String what, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.startsWith(what), message);
  }
}
