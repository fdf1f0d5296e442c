package io.dta.rdma.cm;

import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What this side proposes, accepts and answers in requests and replies. */
final class Negotiation {
  /** As many outstanding atomics as current RNICs accept. */
  static final int MAX_INITIATOR_DEPTH = 16;

  /** 4.096 µs · 2^14, 67 ms: what a thread without a core of its own may take to acknowledge. */
  private static final int ACK_DELAY = 14;

  /** How often a peer should send its requests again, which no user of ours has it send. */
  private static final int RETRY_COUNT = 7;

  private Negotiation() {}

  /** This side: its address, its identifier of the connection, its adapter's GUID. */
  record Local(InetAddress address, int id, long adapterGuid) {}

  static ConnectionRequest request(
      Local local,
      InetAddress peer,
      long serviceId,
      QueuePairRequest end,
      int initiatorDepth,
      PrivateData privateData,
      CmSettings settings) {
    ByteBuffer data = ByteBuffer.allocate(ConnectionRequest.PRIVATE_DATA_LENGTH);
    new IpAddressing(end.queuePairNumber() & 0xFFFF, local.address(), peer).put(data, 0);
    privateData.put(data, IpAddressing.LENGTH, PrivateData.MAX_REQUEST);
    return new ConnectionRequest(
        local.id(),
        serviceId,
        local.adapterGuid(),
        end.queuePairNumber(),
        0,
        initiatorDepth,
        settings.responseTimeout(),
        end.service() == TransportService.UC
            ? ConnectionRequest.SERVICE_UC
            : ConnectionRequest.SERVICE_RC,
        false,
        end.startingPsn(),
        settings.responseTimeout(),
        RETRY_COUNT,
        RoceHeaders.DEFAULT_PARTITION_KEY,
        ConnectionRequest.pathMtuCode(end.pathMtu()),
        RetransmissionPolicy.UNLIMITED_RNR_RETRIES,
        settings.maxRetries(),
        false,
        0,
        Path.between(Gid.of(local.address()), Gid.of(peer), ACK_DELAY),
        Path.NONE,
        PrivateData.of(data.array()));
  }

  /** Why a request cannot be met, whoever listens; null where it can. */
  static RejectReason whyInvalid(ConnectionRequest request, InetAddress local) {
    if (request.service() != ConnectionRequest.SERVICE_RC
        && request.service() != ConnectionRequest.SERVICE_UC) {
      return RejectReason.INVALID_TRANSPORT_SERVICE;
    }
    if (ConnectionRequest.pathMtuBytes(request.pathMtu()) == 0) {
      return RejectReason.INVALID_PATH_MTU;
    }
    IpAddressing addressing = IpAddressing.get(ByteBuffer.wrap(request.privateData().bytes()), 0);
    if (addressing == null) {
      return RejectReason.UNSUPPORTED_REQUEST;
    }
    return request.primary().remoteGid().equals(Gid.of(local))
            && addressing.destination().equals(local)
        ? null
        : RejectReason.PRIMARY_GID;
  }

  /**
   * The queue pair that a valid request asks for.
   *
   * @param startingPsn of the peer's first packet: this side chooses
   */
  static QueuePairRequest endOf(
      ConnectionRequest request, InetSocketAddress peer, int startingPsn) {
    return new QueuePairRequest(
        request.service() == ConnectionRequest.SERVICE_UC
            ? TransportService.UC
            : TransportService.RC,
        peer.getAddress().getHostAddress(),
        peer.getPort(),
        request.queuePair(),
        startingPsn,
        ConnectionRequest.pathMtuBytes(request.pathMtu()));
  }

  static ConnectionReply reply(
      Local local,
      ConnectionRequest request,
      ConnectionListener.Accepted accepted,
      int startingPsn) {
    return new ConnectionReply(
        local.id(),
        request.localId(),
        accepted.reply().queuePairNumber(),
        startingPsn,
        Math.min(accepted.reply().maxDestinationAtomics(), request.initiatorDepth()),
        0,
        ACK_DELAY,
        ConnectionReply.FAILOVER_NOT_SUPPORTED,
        false,
        RetransmissionPolicy.UNLIMITED_RNR_RETRIES,
        false,
        local.adapterGuid(),
        accepted.privateData());
  }

  /** What goes with {@link RejectReason#PRIMARY_GID}: the right one. */
  static PrivateData gidInformation(InetAddress local) {
    ByteBuffer gid = ByteBuffer.allocate(Gid.LENGTH);
    Gid.of(local).put(gid, 0);
    return PrivateData.of(gid.array());
  }

  /**
   * What goes with {@link RejectReason#INVALID_PATH_MTU}: the code of the one that would be
   * accepted, in the place that it has in a request's byte, its upper half.
   */
  static PrivateData pathMtuInformation(int bytes) {
    return PrivateData.of((byte) (ConnectionRequest.pathMtuCode(bytes) << 4));
  }

  /** The path MTU in bytes, from whichever half of the byte it is in; 0 where there is none. */
  static int pathMtuOf(PrivateData information) {
    if (information.length() == 0) {
      return 0;
    }
    int code = information.bytes()[0] & 0xFF;
    return ConnectionRequest.pathMtuBytes(code > 0xF ? code >>> 4 : code);
  }
}
