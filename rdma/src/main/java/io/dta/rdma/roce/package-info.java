/**
 * RDMA over Converged Ethernet, version 2, in user space over UDP sockets: the packets, a requester
 * and a responder.
 *
 * <ul>
 *   <li>{@link io.dta.rdma.roce.RoceHeaders} and {@link io.dta.rdma.roce.Icrc} are the packets.
 *   <li>{@link io.dta.rdma.roce.RoceRequester} and its {@link io.dta.rdma.roce.RoceQueuePair}s post
 *       operations to any RNIC.
 *   <li>{@link io.dta.rdma.roce.SoftwareRnic} is a responder for hosts without one.
 *   <li>{@link io.dta.rdma.udp.UdpPort} is the seam to the network.
 * </ul>
 *
 * <p>"The specification" is the InfiniBand Architecture Specification, volume 1, release 1.4;
 * RoCEv2 is its annex A17.
 */
package io.dta.rdma.roce;
