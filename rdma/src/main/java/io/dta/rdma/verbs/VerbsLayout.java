package io.dta.rdma.verbs;

/**
 * Where libibverbs and librdmacm keep what we read and write, and the values of their constants;
 * byte offsets, host byte order unless said.
 *
 * <p>The ABI of both is stable: symbol versions IBVERBS_1.1 (libibverbs 1.1, 2007) and RDMACM_1.0;
 * structures have grown at their ends alone since. {@code rdma_init_qp_attr} and {@code
 * rdma_establish} (RDMACM_1.2) came in 2018, so that rdma-core 28 of 2020 and newer do. The same on
 * x86-64 and AArch64, whose C compilers lay structures out alike. A test holds these numbers
 * against what a C program printed with the headers of rdma-core 44.
 *
 * <p>A class a structure; a constant has the name of its field. Send work requests are in {@link
 * io.dta.rdma.provider.WorkRequestLayout}.
 */
final class VerbsLayout {
  private VerbsLayout() {}

  /**
   * {@code ibv_context}; its {@code ops} are the functions that the headers call inline:
   *
   * <pre>
   *    0 +----------+
   *      |  device  |
   *    8 +----------+ 96       104            168               208         216         224
   *      |   ops    | poll_cq | req_notify_cq | ..post_srq_recv | post_send | post_recv | ..
   *  264 +----------+----------+
   *      |  cmd_fd  | async_fd |
   *      +----------+----------+
   * </pre>
   */
  static final class Context {
    static final String STRUCT = "ibv_context";
    static final int OPS = 8;
    static final int ASYNC_FD = 268;

    private Context() {}
  }

  /** {@code ibv_context_ops}. */
  static final class ContextOps {
    static final String STRUCT = "ibv_context_ops";
    static final int POLL_CQ = 88;
    static final int REQ_NOTIFY_CQ = 96;
    static final int POST_SEND = 200;
    static final int POST_RECV = 208;

    private ContextOps() {}
  }

  /** {@code ibv_comp_channel}. */
  static final class CompChannel {
    static final String STRUCT = "ibv_comp_channel";
    static final int FD = 8;

    private CompChannel() {}
  }

  /** {@code ibv_qp}. */
  static final class Qp {
    static final String STRUCT = "ibv_qp";
    static final int QP_NUM = 52;

    private Qp() {}
  }

  /** {@code ibv_mr}. */
  static final class Mr {
    static final String STRUCT = "ibv_mr";
    static final int LKEY = 36;
    static final int RKEY = 40;

    private Mr() {}
  }

  /** {@code ibv_device_attr}. */
  static final class DeviceAttr {
    static final String STRUCT = "ibv_device_attr";
    static final int SIZE = 232;
    static final int FW_VER = 0;
    static final int MAX_MR_SIZE = 80;
    static final int MAX_QP = 108;
    static final int MAX_QP_WR = 112;
    static final int MAX_CQE = 132;
    static final int MAX_QP_RD_ATOM = 144;
    static final int MAX_QP_INIT_RD_ATOM = 156;
    static final int ATOMIC_CAP = 164;

    private DeviceAttr() {}
  }

  /** {@code ibv_port_attr}. */
  static final class PortAttr {
    static final String STRUCT = "ibv_port_attr";
    static final int SIZE = 52;
    static final int STATE = 0;
    static final int ACTIVE_MTU = 8;

    private PortAttr() {}
  }

  /** {@code ibv_recv_wr}. */
  static final class RecvWr {
    static final String STRUCT = "ibv_recv_wr";
    static final int SIZE = 32;
    static final int WR_ID = 0;
    static final int NEXT = 8;
    static final int SG_LIST = 16;
    static final int NUM_SGE = 24;

    private RecvWr() {}
  }

  /**
   * {@code ibv_wc}, a completion; {@code imm_data} is big-endian.
   *
   * <pre>
   *  0        8        12       16           20         24         28       32       36         48
   *  +--------+--------+--------+------------+----------+----------+--------+--------+----------+
   *  | wr_id  | status | opcode | vendor_err | byte_len | imm_data | qp_num | src_qp | wc_flags |
   *  +--------+--------+--------+------------+----------+----------+--------+--------+----------+
   * </pre>
   */
  static final class Wc {
    static final String STRUCT = "ibv_wc";
    static final int SIZE = 48;
    static final int WR_ID = 0;
    static final int STATUS = 8;
    static final int OPCODE = 12;
    static final int VENDOR_ERR = 16;
    static final int BYTE_LEN = 20;
    static final int IMM_DATA = 24;
    static final int QP_NUM = 28;

    private Wc() {}
  }

  /** {@code ibv_qp_init_attr}. */
  static final class QpInitAttr {
    static final String STRUCT = "ibv_qp_init_attr";
    static final int SIZE = 64;
    static final int SEND_CQ = 8;
    static final int RECV_CQ = 16;
    static final int CAP_MAX_SEND_WR = 32;
    static final int CAP_MAX_RECV_WR = 36;
    static final int CAP_MAX_SEND_SGE = 40;
    static final int CAP_MAX_RECV_SGE = 44;
    static final int CAP_MAX_INLINE_DATA = 48;
    static final int QP_TYPE = 52;

    private QpInitAttr() {}
  }

  /** {@code ibv_qp_attr}. */
  static final class QpAttr {
    static final String STRUCT = "ibv_qp_attr";
    static final int SIZE = 144;
    static final int QP_STATE = 0;
    static final int PATH_MTU = 8;
    static final int RQ_PSN = 20;
    static final int SQ_PSN = 24;
    static final int DEST_QP_NUM = 28;
    static final int QP_ACCESS_FLAGS = 32;
    static final int AH_ATTR_GRH_DGID = 56;
    static final int AH_ATTR_GRH_SGID_INDEX = 76;
    static final int AH_ATTR_GRH_HOP_LIMIT = 77;
    static final int AH_ATTR_IS_GLOBAL = 85;
    static final int AH_ATTR_PORT_NUM = 86;
    static final int MAX_RD_ATOMIC = 126;
    static final int MAX_DEST_RD_ATOMIC = 127;
    static final int MIN_RNR_TIMER = 128;
    static final int PORT_NUM = 129;
    static final int TIMEOUT = 130;
    static final int RETRY_CNT = 131;
    static final int RNR_RETRY = 132;

    private QpAttr() {}
  }

  /** {@code ibv_async_event}. */
  static final class AsyncEvent {
    static final String STRUCT = "ibv_async_event";
    static final int SIZE = 16;
    static final int ELEMENT = 0;
    static final int EVENT_TYPE = 8;

    private AsyncEvent() {}
  }

  /** {@code rdma_event_channel}. */
  static final class EventChannel {
    static final String STRUCT = "rdma_event_channel";
    static final int FD = 0;

    private EventChannel() {}
  }

  /** {@code rdma_cm_id}. */
  static final class CmId {
    static final String STRUCT = "rdma_cm_id";
    static final int ROUTE_ADDR_SRC_ADDR = 32;
    static final int ROUTE_ADDR_DST_ADDR = 160;
    static final int PORT_NUM = 348;

    private CmId() {}
  }

  /**
   * {@code rdma_conn_param}.
   *
   * <pre>
   *  0              8       9        10       11      12      13      14    16       20
   *  +--------------+-------+--------+--------+-------+-------+-------+-----+--------+
   *  | private_data | its   | resp.  | init.  | flow  | retry | rnr   | srq | qp_num |
   *  |              | len   | resour.| depth  | contr.| count | retry |     |        |
   *  +--------------+-------+--------+--------+-------+-------+-------+-----+--------+
   * </pre>
   */
  static final class ConnParam {
    static final String STRUCT = "rdma_conn_param";
    static final int SIZE = 24;
    static final int PRIVATE_DATA = 0;
    static final int PRIVATE_DATA_LEN = 8;
    static final int RESPONDER_RESOURCES = 9;
    static final int INITIATOR_DEPTH = 10;
    static final int FLOW_CONTROL = 11;
    static final int RETRY_COUNT = 12;
    static final int RNR_RETRY_COUNT = 13;
    static final int QP_NUM = 16;

    private ConnParam() {}
  }

  /** {@code rdma_cm_event}. */
  static final class CmEvent {
    static final String STRUCT = "rdma_cm_event";
    static final int SIZE = 80;
    static final int ID = 0;
    static final int LISTEN_ID = 8;
    static final int EVENT = 16;
    static final int STATUS = 20;
    static final int PARAM_CONN = 24;

    private CmEvent() {}
  }

  /** Constants under the names that the headers give them. */
  static final class Value {
    static final String STRUCT = "";
    static final int IBV_QP_STATE = 1;
    static final int IBV_QP_ACCESS_FLAGS = 1 << 3;
    static final int IBV_QP_PKEY_INDEX = 1 << 4;
    static final int IBV_QP_PORT = 1 << 5;
    static final int IBV_QP_AV = 1 << 7;
    static final int IBV_QP_PATH_MTU = 1 << 8;
    static final int IBV_QP_TIMEOUT = 1 << 9;
    static final int IBV_QP_RETRY_CNT = 1 << 10;
    static final int IBV_QP_RNR_RETRY = 1 << 11;
    static final int IBV_QP_RQ_PSN = 1 << 12;
    static final int IBV_QP_MAX_QP_RD_ATOMIC = 1 << 13;
    static final int IBV_QP_MIN_RNR_TIMER = 1 << 15;
    static final int IBV_QP_SQ_PSN = 1 << 16;
    static final int IBV_QP_MAX_DEST_RD_ATOMIC = 1 << 17;
    static final int IBV_QP_DEST_QPN = 1 << 20;
    static final int IBV_QPS_RESET = 0;
    static final int IBV_QPS_INIT = 1;
    static final int IBV_QPS_RTR = 2;
    static final int IBV_QPS_RTS = 3;
    static final int IBV_QPS_ERR = 6;
    static final int IBV_QPT_RC = 2;
    static final int IBV_QPT_UC = 3;
    static final int IBV_ACCESS_LOCAL_WRITE = 1;
    static final int IBV_ACCESS_REMOTE_WRITE = 1 << 1;
    static final int IBV_ACCESS_REMOTE_READ = 1 << 2;
    static final int IBV_ACCESS_REMOTE_ATOMIC = 1 << 3;
    static final int IBV_WC_RECV_RDMA_WITH_IMM = 129;
    static final int IBV_WC_SUCCESS = 0;
    static final int IBV_WC_WR_FLUSH_ERR = 5;
    static final int IBV_PORT_ACTIVE = 4;
    static final int IBV_ATOMIC_NONE = 0;
    static final int IBV_EVENT_QP_FATAL = 1;
    static final int IBV_EVENT_QP_REQ_ERR = 2;
    static final int IBV_EVENT_QP_ACCESS_ERR = 3;
    static final int IBV_EVENT_COMM_EST = 4;
    static final int IBV_EVENT_DEVICE_FATAL = 8;
    static final int IBV_EVENT_PORT_ACTIVE = 9;
    static final int IBV_EVENT_PORT_ERR = 10;
    static final int IBV_EVENT_GID_CHANGE = 18;
    static final int RDMA_PS_TCP = 0x106;
    static final int RDMA_CM_EVENT_ADDR_RESOLVED = 0;
    static final int RDMA_CM_EVENT_ROUTE_RESOLVED = 2;
    static final int RDMA_CM_EVENT_CONNECT_REQUEST = 4;
    static final int RDMA_CM_EVENT_CONNECT_RESPONSE = 5;
    static final int RDMA_CM_EVENT_UNREACHABLE = 7;
    static final int RDMA_CM_EVENT_REJECTED = 8;
    static final int RDMA_CM_EVENT_ESTABLISHED = 9;
    static final int RDMA_CM_EVENT_DISCONNECTED = 10;
    static final int RDMA_CM_EVENT_DEVICE_REMOVAL = 11;
    static final int RDMA_CM_EVENT_TIMEWAIT_EXIT = 15;

    private Value() {}
  }
}
