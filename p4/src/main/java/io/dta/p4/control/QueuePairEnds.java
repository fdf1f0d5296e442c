package io.dta.p4.control;

import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;

/**
 * Both ends of a queue pair between a switch and a collector.
 *
 * @param own the switch's
 * @param peer the collector's
 */
public record QueuePairEnds(QueuePairRequest own, QueuePairReply peer) {}
