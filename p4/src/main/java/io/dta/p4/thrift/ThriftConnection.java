package io.dta.p4.thrift;

import org.apache.thrift.TApplicationException;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransportException;

/**
 * A TCP connection to a switch, and calls over it, one after the other. For one thread. What is not
 * an answer ends the connection, as nothing after it can be trusted to begin where it should.
 */
final class ThriftConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** The longest answer is a program as JSON: a translator's has 1.5 MB. */
  private static final int MAX_STRING = 64 << 20;

  private static final int MAX_LIST = 1 << 20;

  private final String name;
  private final TSocket socket;
  private final TProtocol protocol;
  private int sequence;
  private boolean broken;

  /** Makes something of a call's result. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Structure result) throws TException;
  }

  private ThriftConnection(String name, TSocket socket, TProtocol protocol) {
    this.name = name;
    this.socket = socket;
    this.protocol = protocol;
  }

  /**
   * Connects.
   *
   * @throws SwitchGoneException where nothing answers
   */
  static ThriftConnection open(String host, int port) {
    String name = host + ":" + port;
    try {
      TSocket socket = new TSocket(TConfiguration.DEFAULT, host, port, TIMEOUT_MILLIS);
      socket.open();
      return new ThriftConnection(name, socket, new TBinaryProtocol(socket, MAX_STRING, MAX_LIST));
    } catch (TTransportException e) {
      throw new SwitchGoneException(
          "no switch answers at %s (%s): start simple_switch with '--thrift-port %d', or correct the address"
              .formatted(name, e.getMessage(), port),
          e);
    }
  }

  /** Calls what returns nothing. */
  void run(Service service, String method, Object subject, Arguments.Writer writer) {
    call(service, method, subject, writer, result -> null);
  }

  /**
   * Calls a method.
   *
   * @param subject what it is about, for errors
   * @param reader given the result, whose field 0 is what the method returns
   * @throws SwitchRefusedException where the switch throws one of its exceptions
   * @throws SwitchGoneException where it does not answer as it should
   */
  <T> T call(
      Service service, String method, Object subject, Arguments.Writer writer, Reader<T> reader) {
    if (broken) {
      throw new SwitchGoneException("the connection to switch %s is broken".formatted(name));
    }
    broken = true;
    try {
      protocol.writeMessageBegin(
          new TMessage(service.qualified(method), TMessageType.CALL, ++sequence));
      new Arguments(protocol).whole(writer);
      protocol.writeMessageEnd();
      socket.flush();
      Structure result = result(service, method);
      // All of the answer was read.
      broken = false;
      for (int number : result.numbers()) {
        if (number != 0) {
          throw refused(service, method, subject, result.structure(number).integer(1));
        }
      }
      return reader.read(result);
    } catch (TException e) {
      broken = true;
      throw new SwitchGoneException(
          "switch %s: %s of %s failed: %s".formatted(name, method, subject, e.getMessage()), e);
    } finally {
      if (broken) {
        socket.close();
      }
    }
  }

  private Structure result(Service service, String method) throws TException {
    TMessage message = protocol.readMessageBegin();
    if (message.type == TMessageType.EXCEPTION) {
      TApplicationException exception = TApplicationException.readFrom(protocol);
      throw new SwitchGoneException(
          "switch %s does not know %s (%s): is it BMv2's simple_switch?"
              .formatted(name, service.qualified(method), exception.getMessage()));
    }
    if (message.type != TMessageType.REPLY || message.seqid != sequence) {
      throw new TException(
          "message of type %d and number %d, expected type %d and number %d"
              .formatted(message.type, message.seqid, TMessageType.REPLY, sequence));
    }
    Structure result = Structure.read(protocol);
    protocol.readMessageEnd();
    return result;
  }

  private SwitchRefusedException refused(
      Service service, String method, Object subject, long code) {
    String reason = service.error(code);
    return new SwitchRefusedException(
        "switch %s refuses %s of %s: %s; does it run the program of this version?"
            .formatted(name, method, subject, reason),
        reason);
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    broken = true;
    socket.close();
  }
}
