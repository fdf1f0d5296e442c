package io.dta.softroce.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

@SoftRoce
class GuestTest {
  @Test
  void shouldHaveTheKernelsDriver(SoftRoceGuest guest) throws IOException {
    String devices = guest.run("rdma link show; ibv_devinfo -d rxe0");

    assertTrue(devices.contains("state ACTIVE"), devices);
    assertTrue(devices.contains("active_mtu:\t\t1024"), devices);
  }

  @Test
  void shouldTellExitCodesAndOutput(SoftRoceGuest guest) throws IOException {
    try (GuestProcess process = guest.start("echo one; echo two >&2; exit 3")) {
      assertEquals(3, process.awaitEnd());
      assertTrue(process.output().contains("one") && process.output().contains("two"));
      assertEquals("one\n", new String(process.standardOutput(), StandardCharsets.UTF_8));
    }
    IOException e = assertThrows(IOException.class, () -> guest.run("echo why; false"));
    assertTrue(e.getMessage().contains("why"), e.getMessage());
  }

  @Test
  void shouldCarryBytesBothWays(SoftRoceGuest guest) throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    guest.write("/run/bytes", bytes);
    try (GuestProcess process = guest.start("cat /run/bytes")) {
      assertEquals(0, process.awaitEnd());
      assertArrayEquals(bytes, process.standardOutput());
    }
  }

  @Test
  void shouldKillWhatIsClosed(SoftRoceGuest guest) throws IOException {
    GuestProcess sleeper = guest.start("echo $$; exec sleep 1000");
    String pid = sleeper.awaitLine("");
    sleeper.close();
    guest.run("while [ -d /proc/" + pid + " ]; do sleep 0.05; done");
  }
}
