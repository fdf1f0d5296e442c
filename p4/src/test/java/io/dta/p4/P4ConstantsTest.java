package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.Primitive;
import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.DtaPorts;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.translator.engine.DropReason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What {@code include} says is what the Java constants say, constant by constant. */
class P4ConstantsTest {
  private static final P4Source SOURCE = P4Source.include();

  private final Map<String, Long> expected = new LinkedHashMap<>();

  private void expect(String name, long value) {
    expected.put(name, value);
  }

  private void expectUnsigned(String name, int value) {
    expect(name, Integer.toUnsignedLong(value));
  }

  P4ConstantsTest() {
    network();
    reports();
    memory();
    polynomials();
    roce();
    List<DropReason> reasons = List.of(DropReason.values());
    for (int number = 0; number <= reasons.indexOf(DropReason.REMOTE_ACCESS); number++) {
      expect("DROP_" + reasons.get(number), number);
    }
    expect("NOT_DROPPED", 0xFF);
    inbandTelemetry();
    reporter();
  }

  private void inbandTelemetry() {
    // INT data plane specification 2.1: no Java code of ours speaks it outside of tests.
    expect("INT_TYPE_MD", 1);
    expect("INT_NEXT_ORIGINAL", 0);
    expect("INT_VERSION", 2);
    expect("INT_INSTRUCTION_NODE_ID", 0x8000);
    expect("INT_HOP_WORDS", 1);
    expect("INT_MD_WORDS", 3);
    expect("INT_HEADERS_LENGTH", 16);
    expect("INT_HOP_LENGTH", 4);
    expect("INT_MAX_HOPS", 8);
  }

  private void reporter() {
    for (EventType type : EventType.values()) {
      expect("EVENT_" + type, type.code());
    }
    expect("EVENT_LENGTH", NetworkEvent.LENGTH);
    expect("UDP_PORT_COMMANDS", ReporterCommand.PORT);
    for (ReporterCommand.Kind kind : ReporterCommand.Kind.values()) {
      expect("COMMAND_" + kind, kind.code());
    }
    expect("PATH_HOPS", FatTree.MAX_HOPS);
    expect("PATH_LENGTH", IntPath.VALUE_LENGTH);
  }

  private void network() {
    // RFC 894, RFC 790, RFC 791: these have no Java constants of ours that could differ.
    expect("ETHER_TYPE_IPV4", 0x0800);
    expect("IP_PROTOCOL_TCP", 6);
    expect("IP_PROTOCOL_UDP", 17);
    expect("IPV4_VERSION", 4);
    expect("IPV4_HEADER_WORDS", 5);
    expect("IPV4_DONT_FRAGMENT", 2);
    expect("IPV4_TIME_TO_LIVE", 64);
    expect("ETHERNET_LENGTH", 14);
    expect("IPV4_LENGTH", 20);
    expect("UDP_LENGTH", 8);
    expect("UDP_PORT_REPORTS", DtaPorts.REPORTS);
    expect("UDP_PORT_ACKNOWLEDGEMENTS", DtaPorts.ACKNOWLEDGEMENTS);
    expect("UDP_PORT_ROCE", RoceHeaders.UDP_PORT);
  }

  private void reports() {
    for (Primitive primitive : Primitive.values()) {
      expect("OPCODE_" + primitive, primitive.opcode());
    }
    expect("BASE_HEADER_LENGTH", BaseHeader.FLAGS_OFFSET + 1);
    expect("STORES", BaseHeader.STORES);
  }

  private void memory() {
    expect("MAX_REDUNDANCY", KeyWriteStore.MAX_REDUNDANCY);
    expect("MAX_HOPS", PostcardingStore.MAX_HOPS);
    expectUnsigned("BLANK", PostcardingStore.BLANK);
    expect("CHECKSUM_LENGTH", KeyWriteStore.CHECKSUM_LENGTH);
    expect("COUNTER_LENGTH", KeyIncrementStore.COUNTER_LENGTH);
    expect("APPEND_TRAILER_LENGTH", AppendStore.TRAILER_LENGTH);
    expect("APPEND_FLUSHED_FLAG", AppendStore.FLUSHED_FLAG);
    expect("PATH_TAIL_LENGTH", PostcardingStore.CHECKSUM_LENGTH + PostcardingStore.HOPS_LENGTH);
    expect("SKETCH_TRAILER_LENGTH", SketchStore.TRAILER_LENGTH);
    expect("SKETCH_OPEN", SketchStore.OPEN);
    expect("SKETCH_COMPLETE", SketchStore.COMPLETE);
    expect("SKETCH_INCOMPLETE", SketchStore.INCOMPLETE);
  }

  private void polynomials() {
    expectUnsigned("POLYNOMIAL_CHECKSUM", Crc32Polynomials.CHECKSUM);
    expectUnsigned("POLYNOMIAL_COLLECTOR", Crc32Polynomials.COLLECTOR);
    for (int copy = 0; copy < Crc32Polynomials.MAX_COPIES; copy++) {
      expectUnsigned("POLYNOMIAL_SLOT_" + copy, Crc32Polynomials.slot(copy));
    }
    for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
      expectUnsigned("POLYNOMIAL_WORD_" + hop, Crc32Polynomials.hopWord(hop));
    }
  }

  private void roce() {
    expect("BTH_LENGTH", RoceHeaders.BTH_LENGTH);
    expect("RETH_LENGTH", RoceHeaders.RETH_LENGTH);
    expect("ATOMIC_LENGTH", RoceHeaders.ATOMIC_LENGTH);
    expect("IMMEDIATE_LENGTH", RoceHeaders.IMMEDIATE_LENGTH);
    expect("AETH_LENGTH", RoceHeaders.AETH_LENGTH);
    expect("ICRC_LENGTH", RoceHeaders.ICRC_LENGTH);
    expect("RC_WRITE_ONLY", RoceHeaders.RC_WRITE_ONLY);
    expect("RC_WRITE_ONLY_WITH_IMMEDIATE", RoceHeaders.RC_WRITE_ONLY_WITH_IMMEDIATE);
    expect("RC_ACKNOWLEDGE", RoceHeaders.RC_ACKNOWLEDGE);
    expect("RC_ATOMIC_ACKNOWLEDGE", RoceHeaders.RC_ATOMIC_ACKNOWLEDGE);
    expect("RC_FETCH_ADD", RoceHeaders.RC_FETCH_ADD);
    expect("CONGESTION_NOTIFICATION", RoceHeaders.CONGESTION_NOTIFICATION);
    expect("DEFAULT_PARTITION_KEY", RoceHeaders.DEFAULT_PARTITION_KEY);
    expect("ACK", RoceHeaders.ACK);
    expect("RNR_NAK", RoceHeaders.RNR_NAK);
    expect("NAK_SEQUENCE_ERROR", RoceHeaders.NAK_SEQUENCE_ERROR);
    expect("NAK_INVALID_REQUEST", RoceHeaders.NAK_INVALID_REQUEST);
    expect("NAK_REMOTE_ACCESS_ERROR", RoceHeaders.NAK_REMOTE_ACCESS_ERROR);
    expect("NAK_REMOTE_OPERATIONAL_ERROR", RoceHeaders.NAK_REMOTE_OPERATIONAL_ERROR);
  }

  @Test
  void shouldHaveTheValuesOfTheJavaConstants() {
    Map<String, Long> values = new LinkedHashMap<>();
    SOURCE.constants().forEach((name, constant) -> values.put(name, constant.value()));
    assertEquals(new TreeMap<>(expected), new TreeMap<>(values));
  }

  @Test
  void shouldReadEveryConstantAndFitItsWidth() {
    assertEquals(SOURCE.constantLines(), SOURCE.constants().size());
    SOURCE
        .constants()
        .forEach((name, constant) -> assertEquals(0, constant.value() >>> constant.width(), name));
  }
}
