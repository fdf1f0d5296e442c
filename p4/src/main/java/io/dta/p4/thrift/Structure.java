package io.dta.p4.thrift;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolException;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TType;

/**
 * A structure that was received: its fields by their numbers. A field that is missing, or of
 * another type than expected, is a {@link TProtocolException}.
 */
final class Structure {
  /** The interface's own structures are four deep. */
  private static final int MAX_DEPTH = 8;

  /** A list's elements beyond these are not thought to be a list of a switch. */
  private static final int MAX_ELEMENTS = 1 << 20;

  private final Map<Integer, Object> fields = new HashMap<>();

  private Structure() {}

  static Structure read(TProtocol protocol) throws TException {
    return read(protocol, 0);
  }

  private static Structure read(TProtocol protocol, int depth) throws TException {
    if (depth > MAX_DEPTH) {
      throw new TProtocolException("structures more than " + MAX_DEPTH + " deep");
    }
    Structure structure = new Structure();
    protocol.readStructBegin();
    for (TField field = protocol.readFieldBegin();
        field.type != TType.STOP;
        field = protocol.readFieldBegin()) {
      structure.fields.put((int) field.id, value(protocol, field.type, depth));
      protocol.readFieldEnd();
    }
    protocol.readStructEnd();
    return structure;
  }

  private static Object value(TProtocol protocol, byte type, int depth) throws TException {
    return switch (type) {
      case TType.BOOL -> protocol.readBool();
      case TType.I32 -> (long) protocol.readI32();
      case TType.I64 -> protocol.readI64();
      case TType.DOUBLE -> protocol.readDouble();
      case TType.STRING -> bytes(protocol.readBinary());
      case TType.STRUCT -> read(protocol, depth + 1);
      case TType.LIST -> list(protocol, depth);
      default -> {
        TProtocolUtil.skip(protocol, type, MAX_DEPTH);
        yield Void.class;
      }
    };
  }

  private static List<Object> list(TProtocol protocol, int depth) throws TException {
    TList header = protocol.readListBegin();
    if (header.size > MAX_ELEMENTS) {
      throw new TProtocolException("a list of " + header.size + " elements");
    }
    // The size is the peer's word: no memory is taken for what has not come.
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < header.size; i++) {
      list.add(value(protocol, header.elemType, depth + 1));
    }
    protocol.readListEnd();
    return list;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  boolean has(int id) {
    return fields.containsKey(id);
  }

  /** The numbers of its fields. */
  Iterable<Integer> numbers() {
    return fields.keySet();
  }

  long integer(int id) throws TException {
    return field(id, Long.class);
  }

  double real(int id) throws TException {
    return field(id, Double.class);
  }

  byte[] bytes(int id) throws TException {
    return field(id, byte[].class);
  }

  String text(int id) throws TException {
    return new String(bytes(id), StandardCharsets.UTF_8);
  }

  Structure structure(int id) throws TException {
    return field(id, Structure.class);
  }

  /** A list, whose elements are all of one type. */
  <T> List<T> list(int id, Class<T> type) throws TException {
    List<T> list = new ArrayList<>();
    for (Object element : field(id, List.class)) {
      list.add(cast(element, id, type));
    }
    return list;
  }

  private <T> T field(int id, Class<T> type) throws TException {
    return cast(fields.get(id), id, type);
  }

  private static <T> T cast(Object value, int id, Class<T> type) throws TException {
    if (!type.isInstance(value)) {
      throw new TProtocolException(
          "field %d is %s, expected %s"
              .formatted(
                  id,
                  value == null ? "missing" : value.getClass().getSimpleName(),
                  type.getSimpleName()));
    }
    return type.cast(value);
  }
}
