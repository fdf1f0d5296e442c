package io.dta.rdma.disni;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostSend;
import com.ibm.disni.verbs.impl.NatIbvSendWR;
import io.dta.rdma.provider.WorkQueue;
import io.dta.rdma.provider.WorkRequestChain;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;

/**
 * A queue pair of DiSNI's with what belongs to it, made on a connection manager's identifier before
 * it connects. Posting and polling reuse one stateful verb call each.
 */
final class DisniWorkQueue implements WorkQueue {
  private static final int DEPTH = 1024;
  private static final int CHAIN = 32;
  private static final int INLINE = 64;
  private static final int BATCH = 32;
  private static final int PAYLOAD_BYTES = 1 << 20;
  private static final int ALIGNMENT = 4096;

  private final CmEvents events;
  private final RdmaCmId id;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(PAYLOAD_BYTES, ALIGNMENT);
  private final IbvWC[] completions = new IbvWC[BATCH];

  private IbvPd protectionDomain;
  private IbvMr memoryRegion;
  private IbvCompChannel completionChannel;
  private IbvCQ completionQueue;
  private IbvQP queuePair;
  private SVCPostSend postCall;
  private SVCPollCq pollCall;
  private WorkRequestChain chain;
  private boolean connected = true;

  /**
   * @param events of the identifier alone; closed together with this
   * @param id whose address is resolved
   */
  DisniWorkQueue(CmEvents events, RdmaCmId id) throws IOException {
    this.events = events;
    this.id = id;
    try {
      create();
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void create() throws IOException {
    protectionDomain = id.getVerbs().allocPd();
    memoryRegion =
        DisniMemory.register(
            protectionDomain, memory.address(), PAYLOAD_BYTES, IbvMr.IBV_ACCESS_LOCAL_WRITE);
    completionChannel = id.getVerbs().createCompChannel();
    completionQueue = id.getVerbs().createCQ(completionChannel, DEPTH, 0);
    IbvQPInitAttr attributes = new IbvQPInitAttr();
    attributes.setQp_type(IbvQP.IBV_QPT_RC);
    attributes.setSend_cq(completionQueue);
    attributes.setRecv_cq(completionQueue);
    attributes.cap().setMax_send_wr(DEPTH);
    attributes.cap().setMax_recv_wr(1);
    attributes.cap().setMax_inline_data(INLINE);
    queuePair = id.createQP(protectionDomain, attributes);
    postCall = queuePair.postSend(blankRequests(), null);
    chain = new WorkRequestChain(callMemory(), CHAIN, NatIbvSendWR.CSIZE);
    for (int i = 0; i < BATCH; i++) {
      completions[i] = new IbvWC();
    }
    pollCall = completionQueue.poll(completions, BATCH);
  }

  @SuppressWarnings("JdkObsolete") // DiSNI asks for a LinkedList.
  private static List<IbvSendWR> blankRequests() {
    List<IbvSendWR> requests = new ArrayList<>();
    for (int i = 0; i < CHAIN; i++) {
      LinkedList<IbvSge> elements = new LinkedList<>(List.of(new IbvSge()));
      IbvSendWR request = new IbvSendWR();
      request.setSg_list(elements);
      request.setNum_sge(1);
      requests.add(request);
    }
    return requests;
  }

  /**
   * Where the call keeps the requests that it posts: the list of elements, whose address the first
   * request knows, follows the requests.
   */
  private long callMemory() throws IOException {
    NatIbvSendWR first = (NatIbvSendWR) postCall.getWrMod(0);
    return first.getPtr_sge_list() - (long) CHAIN * NatIbvSendWR.CSIZE;
  }

  @Override
  public WorkRequestChain chain() {
    return chain;
  }

  @Override
  public boolean post() {
    try {
      postCall.execute();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public int depth() {
    return DEPTH;
  }

  @Override
  public int maxInline() {
    return INLINE;
  }

  @Override
  public MemorySegment registered() {
    return memory;
  }

  @Override
  public int localKey() {
    return memoryRegion.getLkey();
  }

  @Override
  public int poll() {
    try {
      pollCall.execute();
      return pollCall.getPolls();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public long workRequestId(int index) {
    return completions[index].getWr_id();
  }

  @Override
  public int status(int index) {
    return completions[index].getStatus();
  }

  @Override
  public boolean isConnected() {
    if (connected) {
      EventType event = events.poll();
      connected = event == null || event == EventType.RDMA_CM_EVENT_ESTABLISHED;
    }
    return connected;
  }

  @Override
  public void close() {
    DisniMemory.release(queuePair, q -> id.disconnect());
    DisniMemory.release(queuePair, q -> id.destroyQP());
    DisniMemory.release(completionQueue, IbvCQ::destroyCQ);
    DisniMemory.release(completionChannel, IbvCompChannel::destroyCompChannel);
    DisniMemory.release(memoryRegion, region -> region.deregMr().execute().free());
    DisniMemory.release(protectionDomain, IbvPd::deallocPd);
    DisniMemory.release(postCall, SVCPostSend::free);
    DisniMemory.release(pollCall, SVCPollCq::free);
    DisniMemory.release(id, RdmaCmId::destroyId);
    events.close();
    arena.close();
  }
}
