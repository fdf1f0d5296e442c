/**
 * RDMA through DiSNI 2.1, for hosts that have its native library: reliable connections made by RDMA
 * CM, towards a collector ({@link io.dta.rdma.disni.DisniConnector}) and in it ({@link
 * io.dta.rdma.disni.DisniResponder}).
 *
 * <p>What DiSNI leaves to its callers, and what is done about it here:
 *
 * <ul>
 *   <li>Its work requests carry RDMA WRITEs alone; the fields of atomics and, once a call is made,
 *       the opcode and the immediate cannot be set. So a call is made once, for a chain of requests
 *       that mean nothing, and what it posts is written into the call's own memory by hand, which
 *       {@link io.dta.rdma.provider.WorkRequestChain} does. No object is made for a post.
 *   <li>Its endpoints wait for ever where a connection is rejected or not answered, and let nobody
 *       do atomics. So there are no endpoints here: the connection manager's events are polled, up
 *       to a time limit, and memory is registered with the access that it is to have.
 *   <li>Its retry counts are 0 unless set: they are set.
 *   <li>It does not say why a connection was rejected, what the peer's queue pair number and the
 *       path MTU are, or how much of a chain was posted when posting failed: neither can we. After
 *       a failed post all of the chain counts as perhaps carried out.
 *   <li>Memory regions end at 2 GiB, addresses are IPv4, queue pairs of other services and queue
 *       pairs connected by hand do not exist: refused with a sentence; {@code verbs} has them.
 * </ul>
 */
package io.dta.rdma.disni;
