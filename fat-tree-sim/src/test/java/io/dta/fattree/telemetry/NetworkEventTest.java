package io.dta.fattree.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.primitives.key.FiveTuple;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NetworkEventTest {
  @Test
  void shouldLieInMemoryAsTheDiagramSays() {
    FiveTuple flow = FiveTuple.parse("10.0.0.2:40001>10.3.1.3:443/tcp");
    UnsafeBuffer entry = new UnsafeBuffer(new byte[NetworkEvent.LENGTH]);
    NetworkEvent.put(
        entry, 0, new UnsafeBuffer(flow.toBytes()), 0, 0x0123, EventType.QUEUE_FULL_DROP, 0x4567);
    assertEquals(
        "0a000002" + "0a030103" + "9c41" + "01bb" + "06" + "0123" + "02" + "4567",
        HexFormat.of().formatHex(entry.byteArray()));
    assertEquals(
        new NetworkEvent(flow, 0x0123, EventType.QUEUE_FULL_DROP, 0x4567),
        NetworkEvent.get(entry, 0));
  }

  @Property(tries = 200)
  void shouldDecodeAnythingOrSayThatItIsNoEvent(@ForAll @Size(18) byte[] bytes) {
    try {
      NetworkEvent event = NetworkEvent.get(new UnsafeBuffer(bytes), 0);
      UnsafeBuffer again = new UnsafeBuffer(new byte[NetworkEvent.LENGTH]);
      UnsafeBuffer flow = new UnsafeBuffer(event.flow().toBytes());
      NetworkEvent.put(again, 0, flow, 0, event.switchId(), event.type(), event.detail());
      assertEquals(new UnsafeBuffer(bytes), again);
    } catch (IllegalArgumentException e) {
      int type = bytes[NetworkEvent.TYPE_OFFSET] & 0xFF;
      assertEquals("event type " + type + ": expected 1 to 5", e.getMessage());
    }
  }
}
