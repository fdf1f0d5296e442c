/**
 * A requester over the send queue of an RNIC that a library offers: what {@code verbs} and {@code
 * disni} share. A library brings a {@link io.dta.rdma.provider.WorkQueue}; {@link
 * io.dta.rdma.provider.ProviderQueuePair} makes it an {@link io.dta.rdma.RdmaQueuePair}: it keeps
 * what was posted until it is acknowledged, so that another queue pair can post it again.
 */
package io.dta.rdma.provider;
