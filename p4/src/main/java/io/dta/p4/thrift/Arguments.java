package io.dta.p4.thrift;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;

/** Writes the fields of a structure, such as the arguments of a call, by their numbers. */
final class Arguments {
  private static final TStruct NAMELESS = new TStruct("");

  private final TProtocol protocol;

  Arguments(TProtocol protocol) {
    this.protocol = protocol;
  }

  /** Writes the fields of a structure. */
  @FunctionalInterface
  interface Writer {
    void write(Arguments arguments) throws TException;
  }

  /** A structure. */
  void whole(Writer writer) throws TException {
    protocol.writeStructBegin(NAMELESS);
    writer.write(this);
    protocol.writeFieldStop();
    protocol.writeStructEnd();
  }

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

  void real(int id, double value) throws TException {
    begin(id, TType.DOUBLE);
    protocol.writeDouble(value);
    protocol.writeFieldEnd();
  }

  void flag(int id, boolean value) throws TException {
    begin(id, TType.BOOL);
    protocol.writeBool(value);
    protocol.writeFieldEnd();
  }

  void text(int id, String value) throws TException {
    begin(id, TType.STRING);
    protocol.writeString(value);
    protocol.writeFieldEnd();
  }

  void bytes(int id, byte[] value) throws TException {
    begin(id, TType.STRING);
    protocol.writeBinary(ByteBuffer.wrap(value));
    protocol.writeFieldEnd();
  }

  void listOfBytes(int id, List<byte[]> values) throws TException {
    begin(id, TType.LIST);
    protocol.writeListBegin(new TList(TType.STRING, values.size()));
    for (byte[] value : values) {
      protocol.writeBinary(ByteBuffer.wrap(value));
    }
    protocol.writeListEnd();
    protocol.writeFieldEnd();
  }

  void structure(int id, Writer writer) throws TException {
    begin(id, TType.STRUCT);
    whole(writer);
    protocol.writeFieldEnd();
  }

  void listOfStructures(int id, List<Writer> writers) throws TException {
    begin(id, TType.LIST);
    protocol.writeListBegin(new TList(TType.STRUCT, writers.size()));
    for (Writer writer : writers) {
      whole(writer);
    }
    protocol.writeListEnd();
    protocol.writeFieldEnd();
  }

  private void begin(int id, byte type) throws TException {
    protocol.writeFieldBegin(new TField("", type, (short) id));
  }
}
