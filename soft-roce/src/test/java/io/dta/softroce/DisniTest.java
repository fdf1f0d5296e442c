package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.softroce.guest.VerbsPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Both sides of DiSNI in the guest, over its {@code rxe0}: towards each other, and towards verbs
 * that are not DiSNI's. Skipped where DiSNI's native library is not, which no package carries.
 */
@EnabledIf(value = "hasLibrary", disabledReason = DisniTest.WITHOUT_LIBRARY)
@SoftRoce
class DisniTest {
  static final String WITHOUT_LIBRARY =
      "libdisni.so not found: set DISNI_LIBRARY to where it is; docs/rdma.md says how to build it";

  private static final String LIBRARY = "libdisni.so";
  private static final String VARIABLE = "DISNI_LIBRARY";
  private static final int LENGTH = 1 << 21;
  private static final int WRONG = 0x40;

  private static VerbsPeer program;
  private static String address;
  private static String rkey;
  private static String port;

  @BeforeAll
  static void start(SoftRoceGuest guest) throws IOException {
    program = guest.peer(GuestNode.command(guest, DisniProgram.class));
    port = program.ask("open " + SoftRoceGuest.GUEST).get("port");
    Map<String, String> region = program.ask("region memory " + LENGTH);
    address = region.get("address");
    rkey = region.get("rkey");
    program.ask("listen");
  }

  @AfterAll
  static void stop() {
    if (program != null) {
      program.close();
    }
  }

  /** The folder of DiSNI's native library, which the guest sees at the same path. */
  static Path libraryFolder() {
    Path named = Path.of(System.getenv().getOrDefault(VARIABLE, "/nowhere"));
    return (Files.isDirectory(named) ? named : named.getParent()).toAbsolutePath();
  }

  /** Whether there is one. */
  static boolean hasLibrary() {
    return Files.isRegularFile(libraryFolder().resolve(LIBRARY));
  }

  private static String at(int offset) {
    return "0x%x %s".formatted(Long.decode(address) + offset, rkey);
  }

  private static String connect() throws IOException {
    return program.ask("connect " + SoftRoceGuest.GUEST + " " + port).get("queue-pair");
  }

  private static String bytes(int offset, int length) throws IOException {
    return program.ask("get memory " + offset + " " + length).get("bytes");
  }

  private static void assertSucceeded(int operations, Map<String, String> finished) {
    assertEquals("READY_TO_SEND", finished.get("state"), finished::toString);
    assertEquals(Integer.toString(operations), finished.get("SUCCESS"), finished::toString);
  }

  @Test
  void shouldWriteAndAdd() throws IOException {
    String queuePair = connect();
    String longer = "5a".repeat(3000);
    program.ask("write " + queuePair + " " + at(3) + " 0102030405");
    program.ask("write " + queuePair + " " + at(4096) + " " + longer);
    for (int i = 1; i <= 10; i++) {
      program.ask("fadd " + queuePair + " " + at(64) + " " + i);
    }
    assertSucceeded(12, program.ask("finish " + queuePair));
    assertEquals("0102030405", bytes(3, 5));
    assertEquals(longer, bytes(4096, 3000));
    assertEquals("3700000000000000", bytes(64, 8));
    program.ask("close " + queuePair);
  }

  @Test
  void shouldTellOfImmediates() throws IOException {
    String queuePair = connect();
    int more = 600; // More than there are receives: the requester waits for those to come.
    for (int i = 0; i < more; i++) {
      program.ask("write " + queuePair + " " + at(128) + " cafe 0x%x".formatted(0x01020300 + i));
    }
    assertSucceeded(more, program.ask("finish " + queuePair));
    for (int i = 0; i < more; i++) {
      Map<String, String> event = VerbsPeer.fields(program.awaitEvent("immediate"));
      assertEquals("0x%08x".formatted(0x01020300 + i), event.get("value"));
      assertEquals("2", event.get("length"));
    }
    assertEquals("cafe", bytes(128, 2));
    program.ask("close " + queuePair);
  }

  @Test
  void shouldNotAllocateForAPost() throws IOException {
    String queuePair = connect();
    int count = 20_000;
    program.ask("burst " + queuePair + " " + at(0) + " 24 " + count); // Loads and links.
    Map<String, String> burst = program.ask("burst " + queuePair + " " + at(0) + " 24 " + count);
    assertEquals(Integer.toString(count), burst.get("SUCCESS"));
    // RDMA CM is asked once in 256 polls; an object a post would be 320,000 bytes.
    long allocated = Long.parseLong(burst.get("allocated"));
    assertTrue(allocated < 16_000, allocated + " bytes for " + count + " posts");
    program.ask("close " + queuePair);
  }

  @Test
  void shouldReplayAfterARefusal() throws IOException {
    String queuePair = connect();
    String before = bytes(1024, 8);
    int wrong = Integer.decode(rkey) ^ WRONG;
    program.ask("write " + queuePair + " " + at(1000) + " 01");
    program.ask("write %s 0x%x 0x%x 02".formatted(queuePair, Long.decode(address) + 1001, wrong));
    program.ask("fadd " + queuePair + " " + at(1024) + " 1");
    program.ask("write " + queuePair + " " + at(1002) + " 03");
    Map<String, String> finished = program.ask("finish " + queuePair);
    assertEquals("ERROR", finished.get("state"), finished::toString);
    assertEquals("REMOTE_ACCESS_ERROR", finished.get("failure"), finished::toString);
    assertEquals("3", finished.get("outstanding"), finished::toString);
    assertEquals("1", finished.get("SUCCESS"), finished::toString);

    String successor = connect();
    Map<String, String> replayed =
        program.ask("replay %s %s 0x%x %s".formatted(queuePair, successor, wrong, rkey));
    assertEquals("true", replayed.get("done"), replayed::toString);
    assertSucceeded(3, program.ask("finish " + successor));
    assertEquals("010203", bytes(1000, 3));
    assertEquals(
        Integer.parseInt(before.substring(0, 2), 16) + 1, Integer.parseInt(bytes(1024, 1), 16));
    program.ask("close " + queuePair);
    program.ask("close " + successor);
  }

  @Test
  void shouldNoticeThatTheResponderEnds() throws IOException {
    String queuePair = connect();
    program.ask("end");
    program.ask("write " + queuePair + " " + at(0) + " 00");
    program.ask("fadd " + queuePair + " " + at(64) + " 0");
    Map<String, String> finished = program.ask("finish " + queuePair);
    assertEquals("ERROR", finished.get("state"), finished::toString);
    // RDMA CM's event, or the device's retries: whichever is seen first.
    assertTrue(
        Set.of("FLUSHED", "RETRY_EXCEEDED").contains(finished.get("failure")), finished::toString);
    Map<String, String> closed = program.ask("close " + queuePair);
    assertEquals("1", closed.get("UNCERTAIN"), closed::toString);
  }

  @Test
  void shouldSayWhyItDoesNotConnect() throws IOException {
    int nobody = Integer.parseInt(port) == 1 ? 2 : 1;
    String rejected = program.answer("connect " + SoftRoceGuest.GUEST + " " + nobody);
    assertTrue(
        rejected.startsWith(
            "error no connection to RDMA CM port 1 of 10.77.0.2: the peer rejected it;"),
        rejected);
    String silent = program.answer("connect 10.77.0.77 " + nobody);
    assertTrue(silent.contains("of 10.77.0.77: "), silent);
    assertTrue(
        silent.contains("gave up after 3000 ms") || silent.contains("no RDMA device"), silent);
    String away = program.answer("connect 192.0.2.1 1");
    assertTrue(away.contains("no RDMA device leads there (Network is unreachable)"), away);
  }

  @Test
  void shouldServeVerbsThatAreNotDisnis(SoftRoceGuest guest) throws IOException {
    try (VerbsPeer verbs = guest.peer()) {
      String number = verbs.ask("dial " + SoftRoceGuest.GUEST + " " + port).get("qpn");
      assertEquals("0", verbs.ask("write " + number + " " + at(2048) + " 616263").get("status"));
      verbs.ask("fadd " + number + " " + at(2056) + " 258");
      verbs.ask("write " + number + " " + at(2064) + " 64 0x77");
      assertEquals("0x00000077", VerbsPeer.fields(program.awaitEvent("immediate")).get("value"));
      assertEquals("6162630000000000" + "0201000000000000" + "64", bytes(2048, 17));
      verbs.ask("hang-up " + number);
    }
  }
}
