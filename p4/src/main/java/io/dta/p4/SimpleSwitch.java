package io.dta.p4;

import io.dta.node.OperatorException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransportException;

/**
 * A running {@code simple_switch}, by its Thrift interface: the few calls that the control plane
 * needs, written by hand after BMv2's interface definitions. For one thread.
 */
public final class SimpleSwitch implements AutoCloseable {
  private static final String STANDARD = "standard:";
  private static final String MULTICAST = "simple_pre_lag:";
  private static final String SWITCH = "simple_switch:";
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int CONTEXT = 0;
  private static final int EXACT = 0;
  private static final int LONGEST_PREFIX = 1;
  private static final double MICROS_PER_SECOND = 1e6;

  private final String name;
  private final TSocket socket;
  private final TProtocol protocol;
  private int sequence;

  private SimpleSwitch(String name, TSocket socket, TProtocol protocol) {
    this.name = name;
    this.socket = socket;
    this.protocol = protocol;
  }

  /**
   * Connects to a switch.
   *
   * @throws OperatorException where none answers
   */
  public static SimpleSwitch connect(String host, int port) {
    String name = host + ":" + port;
    try {
      TSocket socket = new TSocket(host, port, TIMEOUT_MILLIS);
      socket.open();
      return new SimpleSwitch(name, socket, new TBinaryProtocol(socket));
    } catch (TTransportException e) {
      throw new OperatorException(
          "no switch answers at %s: start simple_switch with '--thrift-port %d'"
              .formatted(name, port),
          e);
    }
  }

  /** Sets everything, in order. */
  public void apply(CompiledProgram program, List<Setting> settings) {
    for (Setting setting : settings) {
      apply(program, setting);
    }
  }

  private void apply(CompiledProgram program, Setting setting) {
    switch (setting) {
      case Setting.TableEntry each -> addEntry(each);
      case Setting.DefaultAction each ->
          call(
              STANDARD,
              "bm_mt_set_default_action",
              setting,
              arguments -> {
                arguments.integer(1, CONTEXT);
                arguments.string(2, each.table());
                arguments.string(3, each.action());
                arguments.binaries(4, each.parameters());
              });
      case Setting.ValueSetMember each ->
          call(
              STANDARD,
              "bm_parse_vset_add",
              setting,
              arguments -> {
                arguments.integer(1, CONTEXT);
                arguments.string(2, each.valueSet());
                arguments.binary(3, each.value().bytes());
              });
      case Setting.MulticastGroup each -> addGroup(each);
      case Setting.MirrorSession each ->
          call(
              SWITCH,
              "mirroring_session_add",
              setting,
              arguments -> {
                arguments.integer(1, each.session());
                arguments.begin(2);
                arguments.integer(1, each.port());
                arguments.end();
              });
      case Setting.RegisterValue each ->
          call(
              STANDARD,
              "bm_register_write",
              setting,
              arguments -> {
                arguments.integer(1, CONTEXT);
                arguments.string(2, each.register());
                arguments.integer(3, each.index());
                arguments.longInteger(4, each.value());
              });
      case Setting.MeterRate each ->
          call(
              STANDARD,
              "bm_meter_set_rates",
              setting,
              arguments -> {
                arguments.integer(1, CONTEXT);
                arguments.string(2, each.meter());
                arguments.integer(3, each.index());
                arguments.rates(4, each.perSecond() / MICROS_PER_SECOND, each.burst());
              });
      case Setting.Polynomial each -> {
        for (String calculation : program.calculations(each.action())) {
          setPolynomial(each, calculation);
        }
      }
    }
  }

  private void addEntry(Setting.TableEntry entry) {
    call(
        STANDARD,
        "bm_mt_add_entry",
        entry,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.string(2, entry.table());
          arguments.matches(3, entry);
          arguments.string(4, entry.action());
          arguments.binaries(5, entry.parameters());
          arguments.begin(6);
          arguments.end();
        });
  }

  private void addGroup(Setting.MulticastGroup group) {
    int handle =
        call(
                MULTICAST,
                "bm_mc_mgrp_create",
                group,
                arguments -> {
                  arguments.integer(1, CONTEXT);
                  arguments.integer(2, group.group());
                })
            .integer();
    // Port 0 is the last character.
    String ports = "1" + "0".repeat(group.port());
    for (int copy = 0; copy < group.copies(); copy++) {
      int identifier = copy;
      int node =
          call(
                  MULTICAST,
                  "bm_mc_node_create",
                  group,
                  arguments -> {
                    arguments.integer(1, CONTEXT);
                    arguments.integer(2, identifier);
                    arguments.string(3, ports);
                    arguments.string(4, "");
                  })
              .integer();
      call(
          MULTICAST,
          "bm_mc_node_associate",
          group,
          arguments -> {
            arguments.integer(1, CONTEXT);
            arguments.integer(2, handle);
            arguments.integer(3, node);
          });
    }
  }

  private void setPolynomial(Setting.Polynomial polynomial, String calculation) {
    call(
        STANDARD,
        "bm_set_crc32_custom_parameters",
        polynomial,
        arguments -> {
          arguments.integer(1, CONTEXT);
          arguments.string(2, calculation);
          arguments.begin(3);
          arguments.integer(1, polynomial.polynomial());
          arguments.integer(2, -1);
          arguments.integer(3, -1);
          arguments.flag(4, true);
          arguments.flag(5, true);
          arguments.end();
        });
  }

  /** A counter's packets. */
  public long packets(String counter, int index) {
    return call(
            STANDARD,
            "bm_counter_read",
            counter,
            arguments -> {
              arguments.integer(1, CONTEXT);
              arguments.string(2, counter);
              arguments.integer(3, index);
            })
        .packets();
  }

  /** A register's value. */
  public long register(String register, int index) {
    return call(
            STANDARD,
            "bm_register_read",
            register,
            arguments -> {
              arguments.integer(1, CONTEXT);
              arguments.string(2, register);
              arguments.integer(3, index);
            })
        .longInteger();
  }

  /**
   * How many packets may wait at each port before more are dropped; a switch begins with 64, fewer
   * than the copies of a few reports.
   */
  public void setQueueDepth(int packets) {
    call(
        SWITCH, "set_all_egress_queue_depths", packets, arguments -> arguments.integer(1, packets));
  }

  private interface ArgumentWriter {
    void write(Arguments arguments) throws TException;
  }

  private Result call(String service, String method, Object subject, ArgumentWriter writer) {
    try {
      protocol.writeMessageBegin(new TMessage(service + method, TMessageType.CALL, ++sequence));
      protocol.writeStructBegin(new TStruct(method));
      writer.write(new Arguments());
      protocol.writeFieldStop();
      protocol.writeStructEnd();
      protocol.writeMessageEnd();
      socket.flush();
      return readResult(method, subject);
    } catch (TException e) {
      throw new OperatorException(
          "switch %s: %s of %s failed: %s".formatted(name, method, subject, e.getMessage()), e);
    }
  }

  /** Field 0 of the result is the value, any other one an exception of the interface. */
  private Result readResult(String method, Object subject) throws TException {
    TMessage message = protocol.readMessageBegin();
    if (message.type != TMessageType.REPLY) {
      throw new OperatorException(
          "switch %s does not know %s: is it simple_switch?".formatted(name, method));
    }
    Result result = new Result();
    Result exception = new Result();
    protocol.readStructBegin();
    for (TField field = protocol.readFieldBegin();
        field.type != TType.STOP;
        field = protocol.readFieldBegin()) {
      (field.id == 0 ? result : exception).read(field);
      protocol.readFieldEnd();
    }
    protocol.readStructEnd();
    protocol.readMessageEnd();
    if (!exception.values.isEmpty()) {
      throw new OperatorException(
          "switch %s refuses %s of %s with code %d: it runs another version of the program, or is configured already; start it again with the program of this version"
              .formatted(name, method, subject, exception.longInteger()));
    }
    return result;
  }

  @Override
  public void close() {
    socket.close();
  }

  /** Writes arguments by their numbers. */
  private final class Arguments {
    void integer(int id, int value) throws TException {
      begin(id, TType.I32);
      protocol.writeI32(value);
      protocol.writeFieldEnd();
    }

    void longInteger(int id, long value) throws TException {
      begin(id, TType.I64);
      protocol.writeI64(value);
      protocol.writeFieldEnd();
    }

    void flag(int id, boolean value) throws TException {
      begin(id, TType.BOOL);
      protocol.writeBool(value);
      protocol.writeFieldEnd();
    }

    void string(int id, String value) throws TException {
      begin(id, TType.STRING);
      protocol.writeString(value);
      protocol.writeFieldEnd();
    }

    void binary(int id, byte[] value) throws TException {
      begin(id, TType.STRING);
      protocol.writeBinary(ByteBuffer.wrap(value));
      protocol.writeFieldEnd();
    }

    void binaries(int id, List<Field> values) throws TException {
      begin(id, TType.LIST);
      protocol.writeListBegin(new TList(TType.STRING, values.size()));
      for (Field value : values) {
        protocol.writeBinary(ByteBuffer.wrap(value.bytes()));
      }
      protocol.writeListEnd();
      protocol.writeFieldEnd();
    }

    /** A list of {@code BmMatchParam}. */
    void matches(int id, Setting.TableEntry entry) throws TException {
      begin(id, TType.LIST);
      protocol.writeListBegin(new TList(TType.STRUCT, entry.keys().size()));
      boolean exact = entry.prefixLength() == Setting.TableEntry.EXACT;
      for (Field key : entry.keys()) {
        protocol.writeStructBegin(new TStruct("BmMatchParam"));
        integer(1, exact ? EXACT : LONGEST_PREFIX);
        begin(exact ? 2 : 3);
        binary(1, key.bytes());
        if (!exact) {
          integer(2, entry.prefixLength());
        }
        end();
        protocol.writeFieldStop();
        protocol.writeStructEnd();
      }
      protocol.writeListEnd();
      protocol.writeFieldEnd();
    }

    /** Two equal rates: what is beyond is red at once. */
    void rates(int id, double unitsPerMicro, int burst) throws TException {
      begin(id, TType.LIST);
      protocol.writeListBegin(new TList(TType.STRUCT, 2));
      for (int i = 0; i < 2; i++) {
        protocol.writeStructBegin(new TStruct("BmMeterRateConfig"));
        begin(1, TType.DOUBLE);
        protocol.writeDouble(unitsPerMicro);
        protocol.writeFieldEnd();
        integer(2, burst);
        protocol.writeFieldStop();
        protocol.writeStructEnd();
      }
      protocol.writeListEnd();
      protocol.writeFieldEnd();
    }

    /** Begins a structure. */
    void begin(int id) throws TException {
      begin(id, TType.STRUCT);
      protocol.writeStructBegin(new TStruct(""));
    }

    /** Ends a structure. */
    void end() throws TException {
      protocol.writeFieldStop();
      protocol.writeStructEnd();
      protocol.writeFieldEnd();
    }

    private void begin(int id, byte type) throws TException {
      protocol.writeFieldBegin(new TField("", type, (short) id));
    }
  }

  /** The value that a call returns: an integer, or a structure of integers. */
  private final class Result {
    private final List<Long> values = new ArrayList<>();

    void read(TField field) throws TException {
      switch (field.type) {
        case TType.I32 -> values.add((long) protocol.readI32());
        case TType.I64 -> values.add(protocol.readI64());
        case TType.STRUCT -> {
          protocol.readStructBegin();
          for (TField each = protocol.readFieldBegin();
              each.type != TType.STOP;
              each = protocol.readFieldBegin()) {
            read(each);
            protocol.readFieldEnd();
          }
          protocol.readStructEnd();
        }
        default -> TProtocolUtil.skip(protocol, field.type);
      }
    }

    int integer() {
      return Math.toIntExact(values.getFirst());
    }

    long longInteger() {
      return values.getFirst();
    }

    /** Of a {@code BmCounterValue}: bytes, packets. */
    long packets() {
      return values.getLast();
    }
  }
}
